import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { AstUtils, GrammarAST } from 'langium';
import { WeirGrammar } from '../grammar/generated/grammar.ts';
import { type Model, scalarNames } from '../model/model.ts';
import { type KnownFiles, readModel } from './read.ts';

const example = readFileSync(new URL('../grammar/example.svc', import.meta.url), 'utf8');

const read = (text: string): Promise<Model> => readModel([{ path: 'a.svc', text }]);

/** Problems as `line:column rule`, with the marked text. */
async function problems(text: string): Promise<string[]> {
  const lines = text.split('\n');
  return (await read(text)).problems.map(({ rule, at }) => {
    const marked =
      at.start.line === at.end.line ? lines[at.start.line - 1]?.slice(at.start.column - 1, at.end.column - 1) : '…';
    return `${rule} ${marked}`;
  });
}

test('the example of the language page parses, and only the packages that it does not show are missing', async () => {
  const model = await read(example);
  assert.deepEqual([...new Set(model.problems.map(({ rule }) => rule))], ['unresolved-reference']);
  assert.equal(model.services[0]?.operations.length, 4);
  assert.equal(model.services[0]?.consumers[0]?.name, 'MarkPaid');
});

test('every keyword is a name: of a service, a message, a field, an operation, a policy, an enum value', async () => {
  const keywords = new Set(
    AstUtils.streamAllContents(WeirGrammar())
      .filter(GrammarAST.isKeyword)
      .map((keyword) => keyword.value)
      .filter((value) => /^[a-z]/i.test(value)),
  );
  assert.ok(keywords.size > 100);
  for (const word of keywords) {
    // A scalar's name means the scalar where a type stands, and no operation returns one.
    const result = scalarNames.some((scalar) => scalar === word) ? 'Other' : word;
    const text = `package ${word}.${word}
      message Other { }
      message ${word} { ${word}: ${word}? = 1 }
      enum ${word} { ${word} = 0 }
      policy ${word} { timeout 1s }
      policy next extends ${word} { }
      service ${word} {
        uses ${word} with ${word}
        config { ${word}: int32 default 3 }
        rpc ${word}(${word}: string = 1) -> stream ${result} { calls ${word}.${word}, ${word}.${word} & ${word}.${word}? }
      }`;
    const model = await read(text);
    const syntax = model.problems.filter(({ rule }) => rule === 'syntax');
    assert.deepEqual(syntax, [], `${word}: ${syntax[0]?.message}`);
    assert.equal(model.services[0]?.operations[0]?.name, word);
    assert.equal(model.messages[1]?.fields[0]?.name, word);
    assert.equal(model.enums[0]?.values[0]?.name, word);
  }
});

test('broken text yields what could be read', async () => {
  const model = await read(`
    service a { http 8080  rpc X() { calls  } uses  }
    message M { a: string = 1  b string = 2  c: int32 = 3 }
    servce z { }
    service b { rpc Y( }
    enum E { one = 0 }`);
  assert.deepEqual(
    model.services.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.ok(model.messages[0]?.fields.some(({ name }) => name === 'a'));
  assert.ok(model.problems.every(({ rule }) => rule === 'syntax'));
});

test('the model is plain data', async () => {
  const model = await read(example);
  assert.deepEqual(JSON.parse(JSON.stringify(model)), model);
});

test('the order of files and of declarations changes nothing that counts', async () => {
  const a = { path: 'a.svc', text: 'package p\nservice a { uses b  rpc X() { calls b.Y } }' };
  const b = { path: 'b.svc', text: 'package p\nservice b { rpc Y() }' };
  assert.deepEqual(await readModel([a, b]), await readModel([b, a]));
});

test('a name is found in its package, by import, by package import, or in full', async () => {
  const common = {
    path: 'common.svc',
    text: 'package x.common\nmessage Money { a: int32 = 1 }\nservice pay { rpc Do() }',
  };
  for (const [clause, name, service] of [
    ['import x.common.{Money, pay}', 'Money', 'pay'],
    ['import x.common', 'Money', 'pay'],
    ['', 'x.common.Money', 'x.common.pay'],
  ]) {
    const text = `package y\n${clause}\nmessage A { m: ${name} = 1 }\nservice s { uses ${service}  rpc R() { calls ${service}.Do } }`;
    const model = await readModel([common, { path: 'y.svc', text }]);
    assert.deepEqual(model.problems, []);
    assert.equal(model.services[1]?.operations[0]?.calls[0]?.[0]?.target.id, 'x.common.pay.Do');
  }
});

test('a name from two imports is ambiguous; its own package and a name import come first', async () => {
  const one = { path: 'one.svc', text: 'package one\nmessage M { }' };
  const two = { path: 'two.svc', text: 'package two\nmessage M { }' };
  const meaning = async (text: string) => {
    const model = await readModel([one, two, { path: 'z.svc', text }]);
    const type = model.messages.find(({ name }) => name === 'Z')?.fields[0]?.type;
    return model.problems[0]?.rule ?? (type?.kind === 'named' ? type.ref.id : undefined);
  };
  assert.equal(await meaning('package z\nimport one\nimport two\nmessage Z { m: M = 1 }'), 'ambiguous-import');
  assert.equal(await meaning('package z\nimport one\nimport two.{M}\nmessage Z { m: M = 1 }'), 'two.M');
  assert.equal(await meaning('package z\nimport one\nimport two\nmessage M {}\nmessage Z { m: M = 1 }'), 'z.M');
});

test('an unknown name offers near ones, and the import where another package has it', async () => {
  const other = { path: 'o.svc', text: 'package other\nmessage Money { }' };
  const model = await readModel([
    other,
    { path: 'z.svc', text: 'package z\nmessage Order { }\nmessage A { a: Ordr = 1  b: Money = 2 }' },
  ]);
  assert.match(model.problems[0]?.hint ?? '', /`Order`/);
  const fix = model.problems[1]?.fixes?.[0];
  assert.equal(fix?.edits[0]?.text, '\n\nimport other.{Money}');
  assert.deepEqual(fix?.edits[0]?.at.start, { line: 1, column: 10 });
});

test('what a name was meant for is said: another kind, another language, a package in part', async () => {
  const said = async (text: string) => {
    const [problem] = (await read(text)).problems;
    return `${problem?.message} | ${problem?.hint}`;
  };
  assert.match(await said('message A { a: int = 1 }'), /\| Write `int32`/);
  assert.match(await said('message A { a: String = 1 }'), /\| Write `string`/);
  assert.match(await said('service s { rpc X(id) }'), /its type stands behind it: `id: string = 1`/);
  assert.match(await said('message M { }\nservice s { rpc X() throws M }'), /`M` is a message, not an error/);
  assert.match(
    await said('resource db postgres\nservice s { uses db  rpc X() { calls db.Query } }'),
    /`db` is a resource \| Resources have no operations/,
  );
  const models = await readModel([
    { path: 'a.svc', text: 'package x.common\nmessage Money { }' },
    { path: 'b.svc', text: 'package x.pay\nmessage A { a: common.Money = 1 }' },
  ]);
  assert.equal(models.problems[0]?.hint, 'A name stands alone or in full: `x.common.Money`.');
  assert.equal(models.problems[0]?.fixes?.[0]?.edits[0]?.text, 'x.common.Money');
});

test('a call of an operation that is not there names the service, and what it has', async () => {
  const model = await read('service b { rpc Charge() }\nservice a { uses b  rpc X() { calls b.Chrage } }');
  assert.match(model.problems[0]?.message ?? '', /`b` has no operation `Chrage`/);
  assert.match(model.problems[0]?.hint ?? '', /`Charge`/);
  assert.equal(model.services[1]?.operations[0]?.calls[0]?.[0]?.service, 'b');
});

test('quantities in the wrong unit are marked, with what would do', async () => {
  assert.deepEqual(await problems('policy p { timeout 5Mi }'), ['unit 5Mi']);
  assert.deepEqual(await problems('policy p { timeout 800 }'), ['unit 800']);
  assert.deepEqual(await problems('policy p { limit { rate 10% } }'), ['unit 10%']);
  assert.deepEqual(await problems('policy p { retry { attempts 0 } }'), ['unit 0']);
  assert.deepEqual(await problems('policy p { retry { backoff 3s..1s } }'), ['unit 3s..1s']);
  const model = await read('policy p { timeout 5m }');
  assert.equal(model.problems[0]?.fixes?.[0]?.edits[0]?.text, '5min');
});

test('what stands twice, is missing, or is no word of its place is marked', async () => {
  assert.deepEqual(await problems('policy p { timeout 1s timeout 2s }'), ['syntax timeout 2s']);
  assert.deepEqual(await problems('policy p { cache { stale 2s } }'), ['syntax cache { stale 2s }']);
  assert.deepEqual(await problems('policy p { retry { jitter ful } }'), ['syntax ful']);
  assert.deepEqual(await problems('service s { http 80  http 81 }'), ['syntax http 81']);
  assert.deepEqual(await problems('service s { http 70000 }'), ['unit 70000']);
  assert.deepEqual(await problems('system s { discovery carrier-pigeon }'), ['syntax carrier-pigeon']);
  assert.deepEqual(await problems('@alow(orphan, "x") service s { }'), ['syntax @alow(orphan, "x")']);
  assert.deepEqual(await problems('@allow(orphan) service s { }'), ['syntax @allow(orphan)']);
});

test('syntax errors say in words what was expected, and how it is written', async () => {
  const said = async (text: string) => {
    const [problem] = (await read(text)).problems;
    return `${problem?.message} | ${problem?.hint}`;
  };
  assert.match(await said('servce a { }'), /`servce` does not belong here \| Did you mean `service`/);
  assert.match(await said('struct A { }'), /\| Write `message`/);
  assert.match(await said('service a { rout GET /x }'), /`rout` does not belong here/);
  assert.match(
    await said('service a { calls b.C }'),
    /`calls` does not belong here \| `calls` stands in `rpc` or `on`/,
  );
  assert.match(await said('policy p { circuitBreaker { of 3 } }'), /\| Write `breaker`/);
  assert.match(await said('policy p { limit 100/s }'), /expected `none` or `\{`.*`limit \{ rate 100\/s \}`/);
  assert.match(await said('policy p { timeout 800 ms }'), /A unit stands close to its number: `800ms`/);
  assert.match(await said('service a { owner "x }'), /string does not end/);
  assert.match(await said("service a { owner 'x' }"), /double quotes/);
  assert.match(await said('service a { http: 8080 }'), /expected a number, found `:` \| .*`http 8080`/);
  assert.match(await said('service a { rpc X { } }'), /expected `\(`, found `\{` \| .*`rpc Ping\(\)`/);
  assert.match(await said('service a { rpc X() returns (A) }'), /stands behind an arrow/);
  assert.match(await said('service a { rpc X() { route GET /x/{id } }'), /the name of one parameter/);
  assert.match(await said('service a { rpc X() { route GET x/y } }'), /expected a path.*`route GET \/v1/);
  assert.match(await said('message A { a: = 1 }'), /expected a name, found `=`/);
  assert.match(await said('message A { a = 1: int32 }'), /expected `:`, found `=` \| A field is written/);
  assert.match(await said('message A { a: int32 = 1; }'), /`;` has no meaning here \| Leave it out/);
  assert.match(await said('message A { a: string where length 1 = 1 }'), /stands before `where`/);
  assert.match(await said('service a { rpc X(a: int32 = 1 b: int32 = 2) }'), /Commas stand between parameters/);
  assert.match(await said('service a { rpc X() { calls b.Y() } }'), /without `\(\)`/);
  assert.match(await said('import a.b.*'), /`import shop.users` for all of a package/);
  assert.match(await said('{ "a": 1 }'), /A file holds declarations/);
});

test('a block without an end is told where it begins, judged by how its lines are indented', async () => {
  const model = await read('service a {\n  rpc X() {\n    reads\n  rpc Y() { }\n}\n// the end');
  const [problem, ...rest] = model.problems;
  assert.equal(problem?.hint, 'The block that begins on line 2 has no `}`.');
  assert.deepEqual(problem?.related?.[0]?.at.start, { line: 2, column: 11 });
  assert.deepEqual(rest, []);
});

test('a word that nobody knows takes its block with it, and no more', async () => {
  const model = await read(
    'policy p {\n  circuitBreaker { failures 50% }\n  timeout 1s\n}\nservice a {\n  rpc X { reads }\n  rpc Y() -> { }\n  http 80\n}',
  );
  assert.deepEqual(
    model.problems.map(({ at }) => at.start.line),
    [2, 6, 7],
  );
  assert.equal(model.policies[0]?.parts.timeout?.value?.ms, 1000);
  assert.equal(model.services[0]?.http?.value, 80);
});

test('one line is told one thing, what does not parse hides guesses, and a file is told fifty', async () => {
  assert.deepEqual(await problems('message A { a b c: = 2 }\nmessage B { a: Nope c: Nope2 = = 2 }'), [
    'syntax b',
    'syntax =',
  ]);
  const many = await read('message A {\n x y\n'.repeat(100));
  assert.equal(many.problems.length, 51);
  assert.match(many.problems[50]?.message ?? '', /^\d+ more lines do not parse$/);
});

test('documentation is the `///` lines above', async () => {
  const model = await read(
    '/// One.\n///   Two.\n@deprecated("use B")\nmessage A {\n  /// Field.\n  a: int32 = 1\n}\n// not this\nmessage B { }',
  );
  assert.equal(model.messages[0]?.docs, 'One.\n  Two.');
  assert.equal(model.messages[0]?.deprecated, 'use B');
  assert.equal(model.messages[0]?.fields[0]?.docs, 'Field.');
  assert.equal(model.messages[1]?.docs, undefined);
  assert.equal((await read('/// One \u2028 line\u0085.\r\nmessage A { }')).messages[0]?.docs, 'One \u2028 line\u0085.');
});

test('CRLF, a BOM, and names outside ASCII in strings and comments change no meaning', async () => {
  const text = '/// Größe 🚀\nservice a {\n  owner "Größe 🚀" // 漢字\n  http 80\n}\n';
  const model = await read(`\uFEFF${text.replaceAll('\n', '\r\n')}`);
  assert.deepEqual(model, await read(text));
  assert.equal(model.services[0]?.owner, 'Größe 🚀');
});

test('what nests too deep, runs on in one line, or is no text at all ends in an error that says so', async () => {
  const last = async (text: string) => (await read(text)).problems.map(({ message }) => message);
  assert.match((await last(`policy p { fallback ${'['.repeat(1000)}`))[0] ?? '', /more than 64 deep/);
  assert.match((await last('message A { }'.repeat(20_000)))[0] ?? '', /more than 100000 characters/);
  assert.match((await last('\0 \u0001 '.repeat(1000))).at(-1) ?? '', /not read/);
  assert.deepEqual(await last(`message A { } // ${'x'.repeat(1_000_000)}`), []);
});

test('an operation takes and returns messages; a service that is not there is told once', async () => {
  assert.deepEqual(await problems('service a { rpc X() -> string }'), ['syntax string']);
  assert.deepEqual(await problems('message M { }\nservice a { rpc X(M[]) -> M? }'), ['syntax M?', 'syntax M[]']);
  assert.deepEqual(await problems('service a { uses b  rpc X() { calls b.Y, b.Z } }'), ['unresolved-reference b']);
});

test('a name that an import does not bring is told at the import, and not again where it stands', async () => {
  const other = { path: 'o.svc', text: 'package other\nmessage Money { }' };
  const text = 'package z\nimport other.{Mony}\nimport nowhere.{Thing}\nmessage A { a: Mony = 1  b: Thing = 2 }';
  const model = await readModel([other, { path: 'z.svc', text }]);
  assert.deepEqual(
    model.problems.map(({ at }) => at.start.line),
    [2, 3],
  );
});

test('read again, a project is as if it were read for the first time', async () => {
  const known: KnownFiles = new Map();
  const a = { path: 'a.svc', text: 'message A { b: B = 1 }' };
  const b = { path: 'b.svc', text: 'message B { n: int32 = 1 }' };
  for (const sources of [[a, b], [a], [b, a], [a, { ...b, text: 'message C { }' }], [{ ...a, path: 'c.svc' }, b], []]) {
    assert.deepEqual(await readModel(sources, known), await readModel(sources));
    assert.equal(known.size, sources.length);
  }
});
