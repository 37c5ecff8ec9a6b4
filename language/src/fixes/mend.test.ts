import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { check, type Diagnostic, describeRules } from '../rules/index.ts';
import { readModel, type SourceText } from '../syntax/read.ts';
import { mend } from './mend.ts';

const checked = async (sources: readonly SourceText[]): Promise<readonly Diagnostic[]> =>
  check(await readModel(sources));

const reading = new Set<string>(describeRules().flatMap((rule) => (rule.reading ? [rule.name] : [])));

async function mended(files: Readonly<Record<string, string>>) {
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  const result = await mend(sources, { check: checked });
  return {
    ...result,
    texts: Object.fromEntries(result.sources.map(({ path, text }) => [path, text])),
    rules: result.made.map(({ finding }) => finding.rule),
  };
}

test('all fixes that leave no choice are made at once, and the rest is told', async () => {
  const { texts, rules, left } = await mended({
    'a.svc': `service a { http 80
  uses b
  rpc X() { calls b.Y, c.Z }
}
`,
    'b.svc': `service b { grpc 81 rpc Y() }
service c { grpc 82 rpc Z() }
@allow(enum-zero, "old")
enum E { none = 0 }
`,
  });
  assert.deepEqual(rules, ['undeclared-dependency', 'unused-allow']);
  assert.match(texts['a.svc'] ?? '', / {2}uses b\n {2}uses c\n/);
  assert.match(texts['b.svc'] ?? '', /rpc Z\(\) \}\nenum E/);
  assert.ok(left.every(({ rule }) => !rules.includes(rule)));
});

test('a fix may make the next one possible', async () => {
  const { texts, rules } = await mended({
    'common.svc': 'package common\nmessage Money { amount: decimal }\n',
    'shop.svc': 'package shop\nevent Paid { total: Money }\n',
  });
  assert.equal(rules[0], 'unresolved-reference');
  assert.equal(texts['shop.svc'], 'package shop\n\nimport common.{Money}\nevent Paid { total: Money = 1 }\n');
  assert.equal(texts['common.svc'], 'package common\nmessage Money { amount: decimal = 1 }\n');
});

test('where there is a choice nothing is made', async () => {
  const files = { 'x.svc': 'message A { b: B = 1 }\nmessage B { a: A = 1 }\nevent E { a: A = 1 }\n' };
  const { texts, made, left } = await mended(files);
  assert.deepEqual(texts, files);
  assert.deepEqual(made, []);
  assert.equal(left.filter(({ rule }) => rule === 'infinite-type').length, 1);
});

test('while something does not parse only what is certain all the same is mended', async () => {
  const { texts, rules } = await mended({
    'x.svc': 'import other\npolicy p { timeout 5m }\n',
    'other.svc': 'package other\nmessage M {',
  });
  assert.deepEqual(rules, ['unit']);
  assert.equal(texts['x.svc'], 'import other\npolicy p { timeout 5min }\n');
});

test('files that may not be changed are not', async () => {
  const sources = [
    { path: 'x.svc', text: 'policy p { timeout 5m }' },
    { path: '../y.svc', text: 'policy q { timeout 5m }' },
  ];
  const { made, sources: after } = await mend(sources, {
    check: checked,
    mayChange: (file) => !file.startsWith('../'),
  });
  assert.equal(made.length, 1);
  assert.equal(after[1], sources[1]);
});

/** Finds each `x` of a text; its fix is what stands for it. */
const lettersFound = (put: string) => async (sources: readonly SourceText[]) =>
  sources.flatMap(({ path, text }) =>
    [...text.matchAll(/[xbz]/g)].map(({ index, 0: letter }): Diagnostic => {
      const at = { file: path, start: { line: 1, column: index + 1 }, end: { line: 1, column: index + 2 } };
      const text = letter === 'x' ? '' : put;
      const fixes = letter === 'z' ? [] : [{ title: letter, edits: [{ at, text }] }];
      return {
        rule: 'constraint',
        severity: 'error',
        message: letter,
        within: letter,
        at,
        related: [],
        fixes,
        docs: '',
      };
    }),
  );

test('a fix that brings something else is taken back, and the others stand', async () => {
  const sources = [{ path: 'x.svc', text: 'x.b.x.b.x' }];
  const { sources: after, made, left } = await mend(sources, { check: lettersFound('z') });
  assert.equal(after[0]?.text, '.b..b.');
  assert.equal(made.length, 3);
  assert.equal(left.length, 2);
});

test('a fix that mends nothing does not go on for ever', async () => {
  const sources = [{ path: 'x.svc', text: 'b.b.x' }];
  for (const put of ['b', 'bb', 'b.b']) {
    const { sources: after, made } = await mend(sources, { check: lettersFound(put) });
    assert.equal(after[0]?.text, 'b.b.');
    assert.equal(made.length, 1);
  }
});

test('whatever is wrong with a text, mending brings nothing new and can be done only once', async () => {
  const words = [
    'service a { http 80 uses b rpc X() { calls b.Y with { retry { attempts 3 } }, c.Z } }',
    'service b { grpc 81 rpc Y() { calls c.Z } }',
    'service c { grpc 82 rpc Z() }',
    'message M { a: int32 b: string n: M? }',
    'enum E { a, b }',
    '@allow(enum-zero, "x") enum F { a = 0 }',
    'policy p { timeout 5m }',
    'import q.{N}',
    'event V { n: N = 1 }',
    'type T = int32 where 3..1',
    '}',
  ];
  const other = { path: 'q.svc', text: 'package q\nmessage N { a: int32 }' };
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(words), fc.constantFrom('\n', '\r\n', ' '), async (chosen, between) => {
      const sources = [{ path: 'x.svc', text: ['package p', ...chosen].join(between) }, other];
      const before = await checked(sources);
      const { sources: after, made, left } = await mend(sources, { check: checked, found: before });
      assert.deepEqual(await checked(after), left);
      const count = (all: readonly Diagnostic[], which: (rule: string) => boolean): number =>
        all.filter(({ rule }) => which(rule)).length;
      assert.ok(count(left, (rule) => reading.has(rule)) <= count(before, (rule) => reading.has(rule)));
      // Only what could not be read before may hide something.
      if (!made.some(({ finding }) => reading.has(finding.rule)))
        for (const { name } of describeRules())
          assert.ok(count(left, (rule) => rule === name) <= count(before, (rule) => rule === name), name);
      const again = await mend(after, { check: checked });
      assert.deepEqual(again.made, []);
    }),
    { numRuns: 40 },
  );
});

for (const { name, docs, fixable } of describeRules()) {
  const page = readFileSync(new URL(`../../${docs}`, import.meta.url), 'utf8');
  const [, bad = ''] = page.split('\n## Bad\n');
  const sources = [...(bad.split('\n## ')[0] ?? '').matchAll(/^```svc ?(\S*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    path: match[1] || 'main.svc',
    text: match[2] ?? '',
  }));

  test(`mending the bad example of ${name} leaves nothing worse${fixable ? '' : ', and the finding'}`, async () => {
    const before = await checked(sources);
    const { left, made } = await mend(sources, { check: checked, found: before });
    const own = (all: readonly Diagnostic[]): number => all.filter(({ rule }) => rule === name).length;
    if (!fixable) assert.equal(own(left), own(before));
    assert.ok(left.length <= before.length || made.some(({ finding }) => reading.has(finding.rule)));
    assert.equal((await mend(sources, { check: checked })).made.length, made.length);
  });
}
