import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { disk } from '../project/file-system.ts';
import { scratch } from '../project/scratch-fixture.ts';
import { progressOn } from './progress.ts';
import { wantsColor } from './terminal.ts';
import { weir } from './weir-fixture.ts';

const bin = fileURLToPath(new URL('../../bin/weir.js', import.meta.url));

const twoServices = `package shop
service a { http 80  uses b  rpc Ask() { calls b.Answer  auth none } }
service b { http 81  rpc Answer() { route GET /answer  auth none } }
gateway g { serves a }
`;

test('help tells the commands and the exit codes; the version is that of the package', async (t) => {
  const { root } = await scratch(t);
  const help = await weir(root, '--help');
  assert.equal(help.code, 0);
  for (const command of [
    'check',
    'build',
    'render',
    'deploy-diff',
    'fmt',
    'graph',
    'model',
    'dev',
    'init',
    'explain',
    'lsp',
  ]) {
    assert.match(help.out, new RegExp(`^ {2}${command} `, 'm'));
    assert.equal((await weir(root, command, '--help')).code, 0);
  }
  assert.match(help.out, /3 {4}a fault of Weir itself/);
  assert.match((await weir(root, '--version')).out, /^\d+\.\d+\.\d+\n$/);
});

test('wrong usage ends with 2 and says what would be right', async (t) => {
  const { root } = await scratch(t, { 'x.svc': '' });
  for (const [args, expected] of [
    [['chekc'], /unknown command 'chekc'[\s\S]*Did you mean check\?/],
    [['check', '--fail-on', 'never'], /Allowed choices are error, warning, hint/],
    [['check', '--fromat', 'json'], /unknown option '--fromat'[\s\S]*Did you mean --format\?/],
    [['check', '.', 'x'], /too many arguments/],
    [['build', '--check', '--dry-run'], /cannot be used with option/],
    [['build', '--target', 'prto'], /there is no target `prto`\n {2}help: Did you mean `proto`\?/],
    [['build', '--out', '../x'], /--out must be a folder below the project's root/],
    [['explain', 'no-cpu-limit'], /no rule `no-cpu-limit`\n {2}help: .* says that its pods may use all of the cpu/],
    [['explain', 'missing-timeot'], /there is no rule `missing-timeot`\n {2}help: Did you mean `missing-timeout`\?/],
    [[], /Usage: weir/],
  ] as const) {
    const { code, err } = await weir(root, ...args);
    assert.equal(code, 2, `${args.join(' ')}: ${err}`);
    assert.match(err, expected);
  }
});

test('--fail-on says from which severity on the exit code is 1', async (t) => {
  const { root } = await scratch(t, { 'x.svc': twoServices });
  const warned = await weir(root, 'check');
  assert.equal(warned.code, 0);
  assert.match(warned.out, /x\.svc:2:\d+: warning: missing-timeout/);
  assert.equal((await weir(root, 'check', '--fail-on', 'warning')).code, 1);
  assert.equal((await weir(root, 'check', '--fail-on', 'hint')).code, 1);
});

test('weir.json sets severities; JSON goes to standard output alone', async (t) => {
  const { root } = await scratch(t, {
    'sub/x.svc': twoServices,
    'sub/weir.json': '{ "rules": { "missing-timeout": "error" } }',
  });
  const { code, out, err } = await weir(root, 'check', 'sub', '--format', 'json');
  assert.equal(code, 1);
  assert.equal(err, '');
  const { version, diagnostics, summary } = JSON.parse(out);
  assert.equal(version, 1);
  assert.deepEqual(
    diagnostics.map((each: { rule: string; file: string }) => [each.rule, each.file]),
    [['missing-timeout', 'sub/x.svc']],
  );
  assert.deepEqual(summary, { error: 1, warning: 0, hint: 0 });
});

test('of a project that is used only the errors are told', async (t) => {
  const { path } = await scratch(t, {
    'shop/weir.json': '{ "uses": ["../common"] }',
    'shop/shop.svc': 'package shop\nimport common.{Money}\nmessage Order { total: Money = 1 }',
    'common/weir.json': '{}',
    'common/money.svc': 'package common\nmessage Money { amount: decimal = 1 }\npolicy nobody { timeout 1s }',
  });
  assert.doesNotMatch((await weir(path('shop'), 'check')).out, /money\.svc/);
  assert.match((await weir(path('common'), 'check')).out, /^money\.svc:3:8: hint: unused/m);
  await disk.writeFile(path('common/money.svc'), 'package common\nmessage Money { amount: decimals = 1 }');
  const { code, out } = await weir(path('shop'), 'check');
  assert.equal(code, 1);
  assert.match(out, /^\.\.\/common\/money\.svc:2:25: error: unresolved-reference/);
});

test('the model is printed as JSON, with a word on what is wrong, and so is its schema', async (t) => {
  const { root } = await scratch(t, { 'x.svc': 'message A { a: strin = 1 }' });
  const { code, out, err } = await weir(root, 'model');
  assert.equal(code, 0);
  assert.equal(JSON.parse(out).messages[0].name, 'A');
  assert.match(err, /The model is partial: it has a problem/);
  assert.equal(JSON.parse((await weir(root, 'model', '--schema')).out).$ref, '#/definitions/Model');
});

test('a picture is printed, or written where one says', async (t) => {
  const { root, read } = await scratch(t, { 'x.svc': twoServices });
  assert.match((await weir(root, 'graph')).out, /^<(\?xml|svg)/);
  assert.match((await weir(root, 'graph', '--format', 'mermaid')).out, /^(---|flowchart|graph)/);
  assert.deepEqual(await weir(root, 'graph', '-o', 'x.mmd'), { code: 0, out: '', err: '' });
  assert.match((await read())['x.mmd'] ?? '', /^(---|flowchart|graph)/);
  assert.match((await weir(root, 'graph', '--html')).out, /^<!doctype html>/);
  await weir(root, 'graph', '-o', 'x.html');
  assert.match((await read())['x.html'] ?? '', /^<!doctype html>/);
  assert.equal((await weir(root, 'graph', '--html', '--format', 'svg')).code, 2);
  const nowhere = await weir(root, 'graph', '-o', 'no/where.svg');
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.err, /no\/where\.svg: error: cannot write it: there is no such file or folder/);
});

test('sources are formatted; marks and line ends stay; what does not parse is left alone and named', async (t) => {
  const { root, path } = await scratch(t, {
    'a.svc': 'message   A{a:string=1}\n',
    'b.svc': '\ufeffmessage B {\r\n  b: string = 1\r\n}\r\n',
    'c.svc': '\ufeffmessage   C {\r\nc: string = 1\r\n}\r\n',
    'broken.svc': 'message {',
  });
  const checked = await weir(root, 'fmt', '--check');
  assert.equal(checked.code, 1);
  assert.equal(checked.out, 'a.svc\nc.svc\n');
  assert.match(checked.err, /^broken\.svc:1:9: error: syntax/m);
  const { code, err } = await weir(root, 'fmt');
  assert.equal(code, 1);
  assert.match(err, /2 files formatted\.\n1 file left alone/);
  const bytes = async (name: string) => (await disk.readFile(path(name))).toString('utf8');
  assert.equal(await bytes('a.svc'), 'message A { a: string = 1 }\n');
  assert.equal(await bytes('b.svc'), '\ufeffmessage B {\r\n  b: string = 1\r\n}\r\n');
  assert.equal(await bytes('c.svc'), '\ufeffmessage C {\r\n  c: string = 1\r\n}\r\n');
  assert.equal(await bytes('broken.svc'), 'message {');
  assert.deepEqual(await weir(root, 'fmt', '--check', 'a.svc', 'b.svc'), { code: 0, out: '', err: '' });
});

test('explain prints the page of a rule, and lists the rules', async (t) => {
  const { root } = await scratch(t);
  assert.match((await weir(root, 'explain', 'missing-timeout')).out, /missing-timeout/);
  assert.match((await weir(root, 'explain')).out, /^missing-timeout$/m);
});

test('a fault of ours ends with 3 and asks for a report; the stack only comes when asked for', async (t) => {
  const { root } = await scratch(t, { 'x.svc': '' });
  t.mock.method(disk, 'list', () => Promise.reject(new TypeError('x is not a function')));
  const { code, err } = await weir(root, 'check');
  assert.equal(code, 3);
  assert.match(err, /^fault this is an error in Weir, not in your sources: TypeError: x is not a function\n/);
  assert.match(err, /Please report it/);
  assert.doesNotMatch(err, /^ +at /m);
});

test('the command line as a process: a reader that goes away, colours, and where the stack is', async (t) => {
  const { root } = await scratch(t, {
    'x.svc': Array.from({ length: 2000 }, (_, i) => `message M${i} { a: string = 1 }`).join('\n'),
  });
  const { NO_COLOR: _, FORCE_COLOR: __, ...surroundings } = process.env;
  const run = (command: string, env: Record<string, string> = {}) =>
    promisify(execFile)('bash', ['-c', command], { cwd: root, env: { ...surroundings, ...env } });
  const node = `'${process.execPath}' '${bin}'`;
  const piped = await run(`${node} model | head -c 1; echo " \${PIPESTATUS[0]}"`);
  assert.equal(piped.stdout, '{ 0\n');
  assert.equal(piped.stderr, '');
  const full = await run(`${node} model > /dev/full; echo $?`);
  assert.equal(full.stdout, '2\n');
  assert.match(full.stderr, /^error: cannot write the output: ENOSPC/);
  const gone = await run(`mkdir gone && cd gone && rmdir ../gone && ${node} check; echo $?`);
  assert.equal(gone.stdout, '2\n');
  assert.equal(gone.stderr, 'error: the current folder is not there any more\n');
  const plain = await run(`${node} chekc; echo $?`);
  assert.equal(plain.stdout, '2\n');
  await disk.writeFile(`${root}/x.svc`, 'message {');
  const esc = '\u001b';
  assert.ok(!(await run(`${node} check || true`)).stdout.includes(esc));
  assert.ok((await run(`${node} check || true`, { FORCE_COLOR: '1' })).stdout.includes(esc));
  assert.ok(!(await run(`${node} check || true`, { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout.includes(esc));
});

test('colours are for terminals that can show them, unless one says otherwise', () => {
  assert.equal(wantsColor({}, true), true);
  assert.equal(wantsColor({}, false), false);
  assert.equal(wantsColor({ TERM: 'dumb' }, true), false);
  assert.equal(wantsColor({ NO_COLOR: '1', FORCE_COLOR: '1' }, true), false);
  assert.equal(wantsColor({ NO_COLOR: '' }, true), true);
  assert.equal(wantsColor({ FORCE_COLOR: '1' }, false), true);
  assert.equal(wantsColor({ FORCE_COLOR: '0' }, true), false);
});

test('progress shows on a terminal after a moment, never in a pipe, and is gone when the work is done', () => {
  const written: string[] = [];
  let time = 0;
  const channel = {
    write: (text: string) => written.push(text),
    color: false,
    colors: { dim: (text: string) => text } as never,
    live: true,
    width: 12,
  };
  const progress = progressOn(channel, () => time);
  progress.say('reading');
  progress.clear();
  assert.deepEqual(written, []);
  time = 1000;
  progress.say('writing 500 files');
  progress.clear();
  assert.deepEqual(written, ['\r\u001b[2Kwriting 500', '\r\u001b[2K']);
  const piped = progressOn({ ...channel, live: false }, () => (time += 1000));
  piped.say('reading');
  piped.clear();
  assert.equal(written.length, 2);
});
