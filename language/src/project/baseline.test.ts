import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { check, type Diagnostic, describeRules } from '../rules/index.ts';
import { readModel } from '../syntax/read.ts';
import { acceptedOf, compareWith, printBaseline, readBaseline, writeBaseline } from './baseline.ts';
import { ProjectError } from './fault.ts';
import { scratch } from './scratch-fixture.ts';

const text = `package shop
service a { grpc 80 uses b rpc X() { calls b.Y, b.Z } }
service b { grpc 81 rpc Y() rpc Z() }
message A { n: int32 = 1 }
enum E { a = 1 }
`;

const checked = async (source: string, path = 'x.svc'): Promise<readonly Diagnostic[]> =>
  check(await readModel([{ path, text: source }]));

const readingRules = new Set<string>(describeRules().flatMap((rule) => (rule.reading ? [rule.name] : [])));
const isReading = (rule: string): boolean => readingRules.has(rule);

const rulesOf = (findings: readonly Diagnostic[]): string[] => findings.map(({ rule }) => rule);

test('what is accepted is no longer new, wherever its lines move to', async () => {
  const baseline = acceptedOf(await checked(text));
  assert.ok(baseline.length > 3);
  const moved = await checked(`// More.\n\n${text.replaceAll('{ grpc', '{\n\n grpc').replace('enum', '\n  enum')}`);
  const { fresh, known, gone } = compareWith(baseline, moved);
  assert.deepEqual([rulesOf(fresh), known.length, gone], [[], moved.length, 0]);
});

test('no rule says in its message where something stands: lines may move in every example of the pages', async () => {
  for (const { name, docs } of describeRules()) {
    const page = readFileSync(new URL(`../../${docs}`, import.meta.url), 'utf8');
    const examples = [...page.matchAll(/^```svc.*\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string);
    for (const example of examples) {
      const moved = example.replaceAll('\n', '\n\n\n\n\n\n\n');
      const { fresh, gone } = compareWith(acceptedOf(await checked(example)), await checked(moved));
      const silenceable = fresh
        .filter(({ rule }) => !isReading(rule))
        .map(({ rule, message }) => `${rule}: ${message}`);
      assert.deepEqual([silenceable, gone], [[], 0], name);
    }
  }
});

test('a new finding, another file and another arithmetic are new; what is mended is gone', async () => {
  const baseline = acceptedOf(await checked(text));
  const more = await checked(`${text}enum F { b = 1 }\n`);
  assert.deepEqual(
    compareWith(baseline, more)
      .fresh.filter(({ rule }) => rule === 'enum-zero')
      .map(({ within }) => within),
    ['shop.F'],
  );
  const mended = compareWith(baseline, await checked(text.replace('a = 1', 'a = 0')));
  assert.deepEqual([rulesOf(mended.fresh), mended.gone], [[], 1]);
  const elsewhere = compareWith(baseline, await checked(text, 'y.svc'));
  assert.equal(elsewhere.known.length, 0);
  const [first] = await checked(text);
  const worse = compareWith(baseline, [{ ...(first as Diagnostic), message: 'ten times as bad' }]);
  assert.equal(worse.fresh.length, 1);
});

test('findings alike are counted, and the last ones are new', () => {
  const at = (line: number) => ({ file: 'x', start: { line, column: 1 }, end: { line, column: 2 } });
  const finding = (line: number): Diagnostic => ({
    rule: 'enum-zero',
    severity: 'error',
    message: 'same',
    at: at(line),
    related: [],
    fixes: [],
    docs: '',
  });
  const baseline = acceptedOf([finding(1), finding(2)]);
  assert.equal(baseline.length, 1);
  assert.equal(baseline[0]?.count, 2);
  const { fresh, known } = compareWith(baseline, [finding(4), finding(5), finding(6)]);
  assert.deepEqual([fresh.map((one) => one.at.start.line), known.length], [[6], 2]);
  assert.equal(compareWith(baseline, [finding(1)]).gone, 1);
});

test('what @allow cannot silence a baseline cannot accept', async () => {
  const findings = await checked('policy p { timeout 5m }\nevent V { n: Nothing = 1 }\nmessage {');
  const { fresh } = compareWith(acceptedOf(findings), findings);
  assert.deepEqual(rulesOf(fresh), ['unit', 'unresolved-reference', 'syntax']);
});

test('it has one line for each, sorted, and is read as it was written', async (t) => {
  const { path, read } = await scratch(t);
  const findings = await checked(text);
  assert.equal(await writeBaseline(path('base.json'), 'base.json', findings), findings.length);
  const written = (await read())['base.json'] ?? '';
  assert.deepEqual(await readBaseline(path('base.json'), 'base.json'), acceptedOf(findings));
  assert.equal(written.split('\n').length, acceptedOf(findings).length + 6);
  assert.match(written, /^ {4}\{"file":"x\.svc","rule":"\S+","in":"shop\.\S+","fingerprint":"[0-9a-f]{16}"\},?$/m);
  assert.equal(printBaseline(acceptedOf(findings.toReversed())), written);
  assert.deepEqual(JSON.parse(printBaseline([])), { version: 1, findings: [] });
});

test('two branches that accept findings of different files merge', async (t) => {
  const { path, write, read } = await scratch(t);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], { cwd: path('.') });
  const base = ['c.svc', 'e.svc', 'g.svc', 'i.svc'];
  const accept = async (...files: string[]): Promise<void> => {
    const all = await Promise.all(files.map((file) => checked(text, file)));
    await write({ 'base.json': printBaseline(acceptedOf(all.flat())) });
    git('add', '.');
    git('commit', '-qm', files.join());
  };
  git('init', '-q', '-b', 'main');
  await accept(...base);
  git('checkout', '-qb', 'other');
  await accept('a.svc', ...base);
  git('checkout', '-q', 'main');
  await accept(...base, 'h.svc');
  git('merge', '-q', 'other');
  const expected = await Promise.all(['a.svc', ...base, 'h.svc'].map((file) => checked(text, file)));
  assert.equal((await read())['base.json'], printBaseline(acceptedOf(expected.flat())));
});

test('what is no baseline is refused with what to do', async (t) => {
  const { path, write } = await scratch(t);
  const faultOf = async (content: string | Buffer): Promise<string> => {
    await write({ 'base.json': content });
    const error = await readBaseline(path('base.json'), 'base.json').then(
      () => assert.fail('it was taken'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ProjectError);
    const [{ file, line, message, hint } = assert.fail()] = error.faults;
    return `${file}${line === undefined ? '' : `:${line}`} ${message} | ${hint}`;
  };
  const anew = 'Write it anew with --write-baseline.';
  assert.match(await faultOf('{'), /^base\.json the baseline is no JSON: .* \| Write it anew/);
  assert.equal(await faultOf('[]'), `base.json this is no baseline: it has no \`findings\` | ${anew}`);
  assert.match(await faultOf('{ "version": 2, "findings": [] }'), /has version 2; this Weir reads version 1/);
  assert.match(await faultOf('{ "version": 1, "findings": [{ "file": "x" }] }'), /`findings\.0` of the baseline is no/);
  assert.match(
    await faultOf('{\n<<<<<<< main\n  "version": 1\n=======\n}'),
    /^base\.json:2 the baseline has conflicts of a merge in it/,
  );
  assert.match(await faultOf(Buffer.from([0xff, 0xfe, 0])), /UTF-16/);
  await assert.rejects(readBaseline(path('none.json'), 'none.json'), /none\.json: there is no such baseline/);
  await assert.rejects(readBaseline(path('.'), 'here'), /here: cannot read the baseline: it is a folder/);
});

test('whatever is accepted, nothing of it is new, and nothing is gone', () => {
  const finding = fc.record({
    rule: fc.constantFrom('enum-zero', 'call-cycle'),
    severity: fc.constantFrom('error', 'warning', 'hint'),
    message: fc.constantFrom('a', 'b'),
    within: fc.constantFrom('s.A', 's.B'),
    file: fc.constantFrom('x', 'y', '__proto__'),
  });
  const findings = fc.array(
    finding.map(({ file, ...rest }) => ({
      ...rest,
      at: { file, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
      related: [],
      fixes: [],
      docs: '',
    })) as fc.Arbitrary<Diagnostic>,
  );
  fc.assert(
    fc.property(findings, findings, (accepted, others) => {
      const baseline = JSON.parse(printBaseline(acceptedOf(accepted))).findings;
      assert.deepEqual(compareWith(baseline, accepted), { fresh: [], known: accepted, gone: 0 });
      const { fresh, known, gone } = compareWith(baseline, others);
      assert.equal(fresh.length + known.length, others.length);
      assert.equal(known.length + gone, accepted.length);
    }),
  );
});
