import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { disk } from '../../project/file-system.ts';
import { packageFolder } from '../../project/own-package.ts';
import { scratch } from '../../project/scratch-fixture.ts';
import { weir, weirWith } from '../weir-fixture.ts';

const text = `package shop
service a { http 80  uses b  rpc Ask() { calls b.Answer  auth none } }
service b { grpc 81  rpc Answer() }
`;

test('--rule sets severities for once, over weir.json; the last one counts', async (t) => {
  const { root } = await scratch(t, { 'x.svc': text, 'weir.json': '{ "rules": { "missing-timeout": "hint" } }' });
  const severity = async (...flags: string[]): Promise<string | undefined> =>
    /: (\w+): missing-timeout/.exec((await weir(root, 'check', ...flags)).out)?.[1];
  assert.equal(await severity(), 'hint');
  assert.equal(await severity('--rule', 'missing-timeout=error'), 'error');
  assert.equal(await severity('--rule', 'missing-timeout=error', '--rule', 'missing-timeout=off'), undefined);
  assert.equal((await weir(root, 'check', '--rule', 'missing-timeout=error')).code, 1);
});

test('a rule or a severity that there is not ends with 2, before anything is read', async (t) => {
  const { root } = await scratch(t);
  const { code, out, err } = await weir(root, 'check', '--rule', 'mising-timeout=off', '--rule', 'unused=of');
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /there is no rule `mising-timeout`\n {2}help: Did you mean `missing-timeout`\?/);
  assert.match(
    err,
    /--rule unused=of: there is no such severity\n {2}help: It is one of `error`, `warning`, `hint` or/,
  );
});

test('--list-rules tells what holds in a project, also without sources', async (t) => {
  const { root } = await scratch(t, { 'weir.json': '{ "rules": { "missing-timeout": "error", "unused": "off" } }' });
  const { code, out } = await weir(root, 'check', '--list-rules', '--rule', 'unused=warning');
  assert.equal(code, 0);
  assert.match(out, /^missing-timeout +error\* +policies/m);
  assert.match(out, /^unused +warning\* +names and types +fix +an import/m);
  assert.match(out, /^call-cycle +error +topology/m);
  const { rules } = JSON.parse((await weir(root, 'check', '--list-rules', '--format', 'json')).out);
  const unused = rules.find(({ name }: { name: string }) => name === 'unused');
  assert.deepEqual([unused.severity, unused.default, unused.fixable], ['off', 'hint', true]);
});

test('what does not go together ends with 2', async (t) => {
  const { root } = await scratch(t, { 'x.svc': text });
  for (const [args, expected] of [
    [['--dry-run'], /--dry-run goes with --fix/],
    [['--fix', '--dry-run', '--format', 'json'], /--dry-run prints what would change as text, not as json/],
    [['--watch', '--format', 'sarif'], /--watch is for people to read: it has no sarif/],
    [['--list-rules', '--format', 'github'], /--list-rules prints text or json, not github/],
    [['--fix', '--watch'], /cannot be used with option '--watch'/],
    [['--fix', '--write-baseline'], /cannot be used with option '--fix'/],
    [['--write-baseline'], /--write-baseline does not know where to write\n {2}help: Name it: --baseline FILE, or/],
    [['--format', 'xml'], /Allowed choices are text, json, sarif, github/],
  ] as const) {
    const { code, err } = await weir(root, 'check', ...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, expected);
  }
});

test('GitHub is told the paths of the repository, wherever the check was started', async (t) => {
  const { root, path } = await scratch(t, { 'deep/svc/x.svc': text });
  const here = await weir(path('deep'), 'check', '--format', 'github');
  assert.match(here.out, /^::warning file=svc\/x\.svc,line=2,endLine=2,col=48,endColumn=55,title=missing-timeout::/m);
  assert.deepEqual([here.code, here.err], [0, '']);
  const there = await weirWith({ GITHUB_WORKSPACE: root }, path('deep'), 'check', '--format', 'github');
  assert.match(there.out, /^::warning file=deep\/svc\/x\.svc,/m);
  const elsewhere = await weirWith({ GITHUB_WORKSPACE: path('other') }, root, 'check', '--format', 'github');
  assert.match(elsewhere.out, /^::warning file=deep\/svc\/x\.svc,/m);
  const { out } = await weirWith({ GITHUB_WORKSPACE: root }, path('deep'), 'check', '--format', 'sarif');
  const [result] = JSON.parse(out).runs[0].results;
  assert.equal(result.locations[0].physicalLocation.artifactLocation.uri, 'deep/svc/x.svc');
});

test('a baseline accepts what is there; what is new fails, what is gone is told', async (t) => {
  const { root, write, read } = await scratch(t, { 'x.svc': `${text}enum E { a = 1 }\n` });
  const base = ['check', '--baseline', 'base.json'];
  const missing = await weir(root, ...base);
  assert.equal(missing.code, 2);
  assert.match(missing.err, /^base\.json: error: there is no such baseline\n {2}help: --write-baseline makes it/);
  const written = await weir(root, ...base, '--write-baseline');
  assert.deepEqual([written.code, written.out], [0, 'Nothing found.\n']);
  assert.match(written.err, /^base\.json accepts \d findings\.\n$/);
  assert.deepEqual(Object.keys(await read()), ['base.json', 'x.svc']);

  const again = await weir(root, ...base, '--fail-on', 'hint');
  assert.deepEqual([again.code, again.out], [0, 'Nothing found.\n']);
  assert.match(again.err, /^\d findings of the baseline are not shown\.\n$/);

  await write({ 'y.svc': 'package shop\nenum F { a = 1 }\n' });
  const fresh = await weir(root, ...base);
  assert.equal(fresh.code, 1);
  assert.match(fresh.out, /^y\.svc:2:\d+: error: enum-zero/m);
  assert.doesNotMatch(fresh.out, /^x\.svc/m);
  const json = JSON.parse((await weir(root, ...base, '--format', 'json')).out);
  assert.ok(json.diagnostics.every(({ file }: { file: string }) => file === 'y.svc'));
  assert.equal(json.baseline.gone, 0);
  const { results } = JSON.parse((await weir(root, ...base, '--format', 'sarif')).out).runs[0];
  assert.deepEqual([...new Set(results.map((one: { baselineState: string }) => one.baselineState))].sort(), [
    'new',
    'unchanged',
  ]);

  await write({ 'x.svc': `${text}enum E { a = 0 }\n`, 'y.svc': 'package shop\n' });
  const mended = await weir(root, ...base);
  assert.equal(mended.code, 0);
  assert.match(mended.err, /^1 finding of the baseline is gone; --write-baseline to tighten it\.\n/m);
});

test('weir.json names the baseline, relative to itself', async (t) => {
  const { root, read } = await scratch(t, {
    'sub/weir.json': '{ "baseline": "checks/base.json" }',
    'sub/checks/.keep': '',
    'sub/x.svc': text,
  });
  assert.equal((await weir(root, 'check', 'sub', '--write-baseline')).code, 0);
  assert.ok('sub/checks/base.json' in (await read()));
  assert.equal((await weir(root, 'check', 'sub', '--fail-on', 'hint')).code, 0);
  const outside = await scratch(t, { 'weir.json': '{ "baseline": "../base.json" }', 'x.svc': text });
  assert.match((await weir(outside.root, 'check')).err, /`baseline` must be a file below weir\.json/);
});

const fixable = 'service a {\r\n  http 80\r\n  uses b\r\n  rpc X() { calls b.Y, c.Z }\r\n}\r\n';
const callees = 'service b { grpc 1 rpc Y() } service c { grpc 1 rpc Z() }\n@allow(enum-zero, "x") enum E { a = 0 }';

test('--fix writes what leaves no choice; line ends, byte order marks and the last line stay', async (t) => {
  const { root, path } = await scratch(t, { 'x.svc': `\ufeff${fixable}`, 'y.svc': callees });
  const { code, out, err } = await weir(root, 'check', '--fix');
  assert.equal(code, 0, out);
  assert.match(err, /^x\.svc:4:24: undeclared-dependency: Add `uses c` to `a`\ny\.svc:2:1: unused-allow: Remove this/);
  assert.match(err, /^2 findings are fixed in 2 files; \d are left\.\n$/m);
  assert.doesNotMatch(out, /undeclared-dependency|unused-allow/);
  const bytes = async (name: string): Promise<string> => (await disk.readFile(path(name))).toString('utf8');
  assert.equal(await bytes('x.svc'), `\ufeff${fixable.replace('uses b\r\n', 'uses b\r\n  uses c\r\n')}`);
  assert.equal(await bytes('y.svc'), callees.replace('@allow(enum-zero, "x") ', ''));
  const again = await weir(root, 'check', '--fix', '--format', 'json');
  assert.match(again.err, /^Nothing is fixed; \d are left\.\n$/);
  assert.equal(JSON.parse(again.out).version, 1);
});

test('nothing is fixed when the baseline cannot be read', async (t) => {
  const { root, read } = await scratch(t, { 'y.svc': callees });
  const { code, err } = await weir(root, 'check', '--fix', '--baseline', 'none.json');
  assert.equal(code, 2);
  assert.match(err, /there is no such baseline/);
  assert.deepEqual(await read(), { 'y.svc': callees });
});

test('--fix --dry-run writes nothing, and prints what would change', async (t) => {
  const { root, read } = await scratch(t, { 'sub/y.svc': callees });
  const before = await read();
  const { code, out, err } = await weir(root, 'check', 'sub', '--fix', '--dry-run');
  assert.equal(code, 0);
  assert.equal(
    out,
    `--- sub/y.svc
+++ sub/y.svc
@@ -1,2 +1,2 @@
 service b { grpc 1 rpc Y() } service c { grpc 1 rpc Z() }
-@allow(enum-zero, "x") enum E { a = 0 }
\\ No newline at end of file
+enum E { a = 0 }
\\ No newline at end of file
`,
  );
  assert.match(err, /^1 finding would be fixed in 1 file; \d would be left\.\n$/m);
  assert.deepEqual(await read(), before);
});

test('files that change while they are checked are not overwritten, and nothing else is written', async (t) => {
  const { root, path, write, read } = await scratch(t, { 'x.svc': fixable, 'y.svc': callees });
  const list = disk.readFile;
  let reads = 0;
  t.mock.method(disk, 'readFile', async (name: string) => {
    const bytes = await list(name);
    // Between the check and the writing a person saves the file.
    if (name === path('y.svc') && ++reads === 1) await write({ 'y.svc': `${callees}\n// mine\n` });
    return bytes;
  });
  const { code, err } = await weir(root, 'check', '--fix');
  assert.equal(code, 2);
  assert.match(err, /^y\.svc: error: it was changed while it was being checked\n {2}help: Nothing was written/m);
  assert.deepEqual(await read(), { 'x.svc': fixable, 'y.svc': `${callees}\n// mine\n` });
});

test('files of projects that this one uses are left to those', async (t) => {
  const { path, read } = await scratch(t, {
    'shop/weir.json': '{ "uses": ["../common"] }',
    'shop/shop.svc': 'package shop\nimport common.{Money}\nevent Paid { total: Money }\n',
    'common/weir.json': '{}',
    'common/money.svc': 'package common\nmessage Money { amount: decimal }\n',
  });
  const { code } = await weir(path('shop'), 'check', '--fix');
  assert.equal(code, 1);
  const after = await read();
  assert.match(after['shop/shop.svc'] ?? '', /total: Money = 1/);
  assert.match(after['common/money.svc'] ?? '', /amount: decimal \}/);
});

test('the commands of the pages on checking are understood', async (t) => {
  const page = async (name: string): Promise<string> =>
    (await disk.readFile(join(packageFolder, 'docs', name))).toString('utf8');
  const { root } = await scratch(t, { 'x.svc': 'message A { a: string = 1 }\n' });
  const commands = (await page('ci.md')).matchAll(/npx weir (check[^>|#`\n]*)/g);
  const run = [...commands].map(([, command = '']) => command.trim());
  assert.ok(run.includes('check --format sarif') && run.includes('check --format github'), run.join('\n'));
  for (const command of run) {
    const { code, err } = await weir(root, ...command.split(' '));
    assert.equal(code, 0, `${command}: ${err}`);
  }
  const told = await weir(root, 'check', '--help');
  const options = new Set([...told.out.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option));
  const section = (await page('cli.md')).split('\n## ').find((one) => one.startsWith('weir check\n')) ?? '';
  for (const option of options) assert.ok(section.includes(`\`${option}`), `cli.md tells of ${option}`);
  for (const [, option = ''] of section.matchAll(/`(--[a-z-]+)/g)) assert.ok(options.has(option), option);
});
