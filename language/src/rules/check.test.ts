import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModel } from '../syntax/read.ts';
import { diagnosticsOf, check as fixture } from './check-fixture.ts';
import { check, describeRules, type RuleSetting, ruleNames } from './index.ts';

const broken = [
  { path: 'b.svc', text: 'service b { uses a rpc X() { calls a.X } } enum E { } message M { a: int32 b: int32 }' },
  { path: 'a.svc', text: 'service a { uses b rpc X() { calls b.X, c.X } } service c { http 1 grpc 1 rpc X() }' },
];

const lines = (diagnostics: Awaited<ReturnType<typeof diagnosticsOf>>): string[] =>
  diagnostics.map(({ at, rule }) => `${at.file}:${at.start.line}:${at.start.column} ${rule}`);

test('findings are sorted by file, line, column and rule', async () => {
  assert.deepEqual(lines(await diagnosticsOf(broken)), [
    'a.svc:1:24 no-common-transport',
    'a.svc:1:36 call-cycle',
    'a.svc:1:36 missing-timeout',
    'a.svc:1:41 missing-timeout',
    'a.svc:1:41 undeclared-dependency',
    'a.svc:1:73 port-conflict',
    'b.svc:1:24 no-common-transport',
    'b.svc:1:36 missing-timeout',
    'b.svc:1:49 enum-zero',
    'b.svc:1:49 unused',
    'b.svc:1:63 unused',
    'b.svc:1:67 field-number',
    'b.svc:1:76 field-number',
  ]);
});

test('the order of files and a second run change nothing', async () => {
  const once = JSON.stringify(await diagnosticsOf(broken));
  assert.equal(JSON.stringify(await diagnosticsOf(broken.toReversed())), once);
  const model = await readModel(broken);
  assert.equal(JSON.stringify(check(model)), once);
  assert.equal(
    JSON.stringify(check(JSON.parse(JSON.stringify(model)))),
    once,
    'a model that was saved is checked alike',
  );
});

test('checking leaves the model as it was', async () => {
  const model = await readModel(broken);
  const before = JSON.stringify(model);
  check(model);
  assert.equal(JSON.stringify(model), before);
});

test('settings change severities, with thresholds or without, and switch rules off', async () => {
  const severities = async (setting: RuleSetting): Promise<string[]> =>
    (await diagnosticsOf(broken, { rules: { 'call-cycle': setting } }))
      .filter(({ rule }) => rule === 'call-cycle')
      .map(({ severity }) => severity);
  assert.deepEqual(await severities('hint'), ['hint']);
  assert.deepEqual(await severities(['warning', { max: 3 }]), ['warning']);
  assert.deepEqual(await severities(['warning']), ['warning']);
  assert.deepEqual(await severities('off'), []);
  const strangers: Readonly<Record<string, RuleSetting>> = { nonsense: 'off' };
  assert.deepEqual(lines(await diagnosticsOf(broken, { rules: strangers })), lines(await diagnosticsOf(broken)));
});

test('a finding names the page of its rule', async () => {
  for (const { rule, docs } of await diagnosticsOf(broken)) assert.equal(docs, `docs/rules/${rule}.md`);
  assert.deepEqual(
    describeRules().map(({ name }) => name),
    ruleNames,
  );
});

test('@allow silences its rule on a declaration, a field, a value, a setting and an rpc', async () => {
  await fixture('enum-zero', '@allow(enum-zero, "old") enum E { a = 1 } enum [|F|] { a = 1 }');
  await fixture(
    'field-number',
    'message M { a: int32 = 1 @allow(field-number, "later") b: int32 = 1 c: int32 = [|1|] }',
  );
  await fixture('field-number', '@allow(field-number, "later") message M { a: int32 oneof o { b: int32 } }');
  await fixture('field-number', 'enum E { a = 0, @allow(field-number, "same") b = 0, c = [|0|] }');
  await fixture(
    'constraint',
    'service s { config { @allow(constraint, "x") a: int32 default "x" b: int32 default [|"x"|] } }',
  );
  await fixture(
    'path-parameter',
    'service s { @allow(path-parameter, "x") rpc X() { route GET /{x} } rpc Y() { route GET /y/[|{x}|] } }',
  );
  await fixture('field-number', 'service s { rpc X(@allow(field-number, "x") a: int32 = 0, b: int32 = [|0|]) }');
});

test('@allow silences an edge at its item, and at `uses` for every call of that service', async () => {
  const callees = 'service b { rpc X() rpc Y() } service c { rpc X() }';
  await fixture(
    'missing-timeout',
    `service a { uses b rpc X() { calls @allow(missing-timeout, "x") b.X, [|b.Y|] } } ${callees}`,
  );
  await fixture(
    'missing-timeout',
    `service a { @allow(missing-timeout, "x") uses b uses c rpc X() { calls b.X, b.Y, [|c.X|] } } ${callees}`,
  );
  await fixture(
    'missing-timeout',
    `@allow(missing-timeout, "x") service a { uses b rpc X() { calls b.X } } ${callees}`,
  );
  await fixture(
    'undeclared-dependency',
    `service a { rpc X() { calls @allow(undeclared-dependency, "x") b.X } } ${callees}`,
  );
});

test('@allow of another rule silences nothing', async () => {
  await fixture('enum-zero', '@allow(field-number, "x") enum [|E|] { a = 1 }');
});

test('what is wrong with the text itself cannot be silenced', async () => {
  await fixture('unit', '@allow(unit, "x") policy p { timeout [|5m|] }');
  await fixture('unused-allow', '[|@allow(unit, "x")|] policy p { timeout 5m }', {
    message: /`unit` cannot be silenced/,
  });
});

test('unused-allow: an @allow that silences nothing, or names no rule', async () => {
  await fixture('unused-allow', '[|@allow(enum-zero, "x")|] enum E { a = 0 }', {
    message: /^`@allow\(enum-zero\)` silences nothing/,
  });
  await fixture('unused-allow', '[|@allow(enum-zer, "a \\"b\\"")|] enum E { a = 1 }', {
    message: /^`enum-zer` is no rule/,
    hint: /Did you mean `enum-zero`\?/,
    fixed: '@allow(enum-zero, "a \\"b\\"") enum E { a = 1 }',
  });
  await fixture('unused-allow', '@allow(enum-zero, "x") enum E { a = 1 }');
  await fixture('unused-allow', '[|@allow(constructor, "x")|] enum E { a = 0 }');
});

test('unused-allow: what a service opts out of is no rule, and stands above a service', async () => {
  await fixture('unused-allow', '@allow(no-cpu-limit, "x") service a { http 80 }');
  await fixture('unused-allow', '[|@allow(no-cpu-limit, "x")|] enum E { a = 0 }', {
    message: /speaks of the deployment of a service/,
  });
  await fixture('unused-allow', '[|@allow(no-cpu-limits, "x")|] service a { http 80 }', {
    message: /`no-cpu-limits` is no rule/,
  });
});

test('unused-allow: of two around a finding the inner one is needed', async () => {
  await fixture('unused-allow', '[|@allow(field-number, "x")|] message M { @allow(field-number, "y") a: int32 }');
  await fixture('unused-allow', '@allow(field-number, "x") message M { @allow(field-number, "y") a: int32 b: int32 }');
});

test('unused-allow: one above `uses a, b` needs only one of them', async () => {
  const callees = 'service b { rpc X() } service c { rpc X() }';
  await fixture(
    'unused-allow',
    `service a { @allow(missing-timeout, "x") uses b, c rpc X() { calls b.X } } ${callees}`,
  );
  await fixture(
    'unused-allow',
    `service a { [|@allow(missing-timeout, "x")|] uses b, c rpc X() { calls b.X with { timeout 1s } } } ${callees}`,
  );
});

test('unused-allow: silent about rules that are switched off', async () => {
  const options = { rules: { 'enum-zero': 'off' } } as const;
  await fixture('unused-allow', '@allow(enum-zero, "x") enum E { a = 0 }', { options });
});
