import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProjectError } from './fault.ts';
import { findProject } from './project.ts';
import { scratch } from './scratch-fixture.ts';

/** What is wrong with a weir.json, as `line:column message | hint`. */
async function faultsOf(path: string): Promise<string[]> {
  const error = await findProject(path).then(
    () => assert.fail('the settings were taken'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ProjectError, String(error));
  return error.faults.map(
    ({ line, column, message, hint }) => `${line}:${column} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  );
}

test('settings left out have their defaults', async (t) => {
  const { root } = await scratch(t, { 'weir.json': '{}' });
  const { config } = await findProject(root);
  assert.deepEqual(config, {
    include: ['**/*.svc'],
    uses: [],
    out: 'generated',
    services: 'services',
    emitters: [],
    kubernetesVersion: '1.33',
    rules: {},
  });
});

test('the whole example of the design is understood', async (t) => {
  const { root, path } = await scratch(t, {
    'weir.json': `{ "$schema": "./node_modules/@weir/language/weir.schema.json",
      "include": ["**/*.svc"], "out": "./gen/", "services": "apps/services",
      "emit": ["typescript", "proto", "kubernetes"], "kubernetes": { "version": "1.31" },
      "rules": { "missing-timeout": ["error", {}], "unused": "off" },
      "extends": ["@acme/weir-rules"], "emitters": ["@acme/weir-backstage"] }`,
    'node_modules/@acme/weir-rules/weir.json': '{ "rules": { "unused": "error", "call-cycle": "warning" } }',
  });
  const { config } = await findProject(path('.'));
  assert.equal(config.out, 'gen');
  assert.equal(config.services, 'apps/services');
  assert.equal(config.kubernetesVersion, '1.31');
  assert.deepEqual(config.emitters, [{ name: '@acme/weir-backstage', from: root }]);
  assert.deepEqual(config.rules, {
    unused: 'off',
    'call-cycle': 'warning',
    'missing-timeout': ['error', {}],
  });
});

test('all faults are told at once, each at its place', async (t) => {
  const { root } = await scratch(t, {
    'weir.json': `{
  "includ": ["**/*.svc"],
  "out": 7,
  "services": "../elsewhere",
  "emit": "proto",
  "kubernetes": { "version": "latest" },
  "rules": { "deep-chain": "of", "orphan": ["off", 3] }
}
`,
  });
  assert.deepEqual(await faultsOf(root), [
    '2:3 `includ` is no setting | Did you mean `include`?',
    '3:10 `out` must be text in quotes, not 7',
    '5:11 `emit` must be a list, not "proto"',
    '6:30 `kubernetes.version` must look like 1.33, not "latest"',
    '7:28 `rules.deep-chain` must be "off", "hint", "warning" or "error", or a list of one of these and an object of options, not "of"',
    '7:44 `rules.orphan` must be "off", "hint", "warning" or "error", or a list of one of these and an object of options, not ["off",3]',
  ]);
});

test('rules and thresholds that there are not are named', async (t) => {
  const { root } = await scratch(t, {
    'weir.json': '{ "rules": { "mising-timeout": "off",\n  "call-cycle": ["error", { "max": 3 }] } }',
  });
  assert.deepEqual(await faultsOf(root), [
    '1:32 there is no rule `mising-timeout` | Did you mean `missing-timeout`?',
    '2:36 `call-cycle` has no threshold `max` | It has none.',
  ]);
});

test('folders must lie in the project', async (t) => {
  const { root } = await scratch(t, {
    'weir.json': '{ "out": "/tmp/x",\n  "services": "../elsewhere",\n  "include": ["../other/*.svc"] }',
  });
  assert.deepEqual(await faultsOf(root), [
    '1:10 `out` must be a folder below weir.json, not "/tmp/x"',
    '2:15 `services` must be a folder below weir.json, not "../elsewhere"',
    '3:15 `../other/*.svc` leads out of the project | To see the packages of another project, name its folder in `uses`.',
  ]);
});

for (const [what, text, expected] of [
  [
    'a comment',
    '{\n  // ours\n  "out": "gen"\n}',
    ['2:3 comments are not allowed in weir.json | Remove it: the file is plain JSON, which other tools read too.'],
  ],
  ['an empty file', '', ['undefined:undefined the file is empty | Write {} at the least, or remove it.']],
  ['a trailing comma', '{\n  "out": "gen",\n}', ['3:1 a key in double quotes is expected here']],
  ['a missing brace', '{ "out": "gen"', ['1:15 a closing brace } is missing']],
  ['a list', '[]', ['1:1 weir.json must be an object in braces, not []']],
  ['a key twice', '{ "out": "a",\n  "out": "b" }', ['2:3 `out` stands here twice | Remove one of them.']],
] as const) {
  test(`${what} in weir.json is refused with its place`, async (t) => {
    const { root } = await scratch(t, { 'weir.json': text });
    assert.deepEqual(await faultsOf(root), [...expected]);
  });
}

test('what is extended must be there, and must not lead back', async (t) => {
  const { root } = await scratch(t, {
    'weir.json': '{ "extends": ["@acme/none", "./base.json"] }',
    'base.json': '{ "extends": ["./weir.json"] }',
  });
  const faults = await faultsOf(root);
  assert.equal(faults[0], '1:15 cannot find `@acme/none` | Install it: npm install -D @acme/none');
  assert.match(faults[1] ?? '', /^1:15 `\.\/weir\.json` extends itself: .*weir\.json → .*base\.json → .*weir\.json$/);
});

test('the project is the nearest folder upward with a weir.json, or else the folder itself', async (t) => {
  const { root, path } = await scratch(t, {
    'a/weir.json': '{}',
    'a/b/c/x.svc': '',
    'd/y.svc': '',
  });
  assert.equal((await findProject(path('a/b/c'))).root, path('a'));
  assert.equal((await findProject(path('a/b/c/x.svc'))).root, path('a'));
  assert.equal((await findProject(path('d/y.svc'))).root, path('d'));
  assert.equal((await findProject(root)).root, root);
  await assert.rejects(findProject(path('nowhere')), /cannot open it: there is no such file or folder \(ENOENT\)/);
});
