import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disk } from '../project/file-system.ts';
import { scratch } from '../project/scratch-fixture.ts';
import { weir } from './weir-fixture.ts';

const hello =
  'package hello\nmessage Hello { text: string = 1 }\nservice greeter { grpc 9090  rpc Greet() -> Hello }\n';
const proto = '{ "emit": ["proto"] }';
const failing = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

test('build, change, check, build again', async (t) => {
  const folder = await scratch(t, { 'hello.svc': hello, 'weir.json': proto });
  const dry = await weir(folder.root, 'build', '--dry-run');
  assert.equal(dry.code, 0);
  assert.match(dry.out, /^create generated\/proto\/hello\.proto$/m);
  assert.equal((await weir(folder.root, 'build', '--check')).code, 1);
  assert.equal(Object.keys(await folder.read()).length, 2);

  const built = await weir(folder.root, 'build');
  assert.equal(built.code, 0, built.err);
  assert.equal(built.err, `3 files created in ${folder.root}.\n`);
  assert.deepEqual(await weir(folder.root, 'build', '--check'), { code: 0, out: '', err: 'Nothing would change.\n' });
  assert.match((await weir(folder.root, 'build')).err, /^Everything is up to date/);

  await folder.write({ 'hello.svc': hello.replace('text', 'words') });
  const check = await weir(folder.root, 'build', '--check');
  assert.equal(check.code, 1);
  assert.equal(check.out, 'update generated/proto/hello.proto\nupdate generated/.weir-manifest.json\n');
  assert.equal(check.err, '2 files would be updated: run `weir build`.\n');
});

test('errors in the sources end a build before anything is written', async (t) => {
  const folder = await scratch(t, { 'hello.svc': `${hello}message Hello {}` });
  const { code, out, err } = await weir(folder.root, 'build');
  assert.equal(code, 1);
  assert.equal(out, '');
  assert.match(err, /error: duplicate-name[\s\S]*Nothing was written\.\n$/);
  assert.deepEqual(Object.keys(await folder.read()), ['hello.svc']);
});

test('files that are not Weir’s are all named, and nothing is written', async (t) => {
  const folder = await scratch(t, { 'hello.svc': hello, 'weir.json': proto });
  await weir(folder.root, 'build');
  await folder.write({ 'generated/proto/hello.proto': 'mine', 'hello.svc': hello.replace('text', 'words') });
  const before = await folder.read();
  for (const flags of [[], ['--check'], ['--dry-run']]) {
    const { code, err } = await weir(folder.root, 'build', ...flags);
    assert.equal(code, 2);
    assert.match(
      err,
      /^generated\/proto\/hello\.proto: error: Weir would write this file, but it was changed by hand\n {2}help: /,
    );
  }
  assert.deepEqual(await folder.read(), before);
});

test('one target alone, into another folder', async (t) => {
  const folder = await scratch(t, { 'hello.svc': hello });
  assert.equal((await weir(folder.root, 'build', '--target', 'proto', '--out', 'contracts')).code, 0);
  assert.deepEqual(Object.keys(await folder.read()), [
    'contracts/.weir-manifest.json',
    'contracts/proto/buf.yaml',
    'contracts/proto/hello.proto',
    'hello.svc',
  ]);
});

test('several targets, and one environment of several', async (t) => {
  const system =
    'package hello  system s { environment dev { greeter { replicas 1 } } environment prod { greeter { replicas 5 } } }';
  const folder = await scratch(t, { 'hello.svc': hello, 's.svc': system });
  const build = (...args: string[]) => weir(folder.root, 'build', '--target', 'proto,kubernetes', ...args);
  const overlays = async () =>
    Object.keys(await folder.read()).flatMap((path) => /overlays\/(\w+)\/kustomization/.exec(path)?.[1] ?? []);
  assert.equal((await build('--env', 'prod')).code, 0);
  assert.deepEqual(await overlays(), ['prod']);
  assert.equal((await build()).code, 0);
  await folder.write({ 's.svc': system.replace('replicas 1', 'replicas 2').replace('replicas 5', 'replicas 6') });
  const { out } = await build('--env', 'prod', '--dry-run');
  assert.deepEqual(out.match(/overlays\/\w+/g), ['overlays/prod']);
  assert.deepEqual(await overlays(), ['dev', 'prod']);
  const unknown = await build('--env', 'prodd');
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /there is no environment `prodd`\n {2}help: Did you mean `prod`\?/);
});

for (const [what, code, words] of [
  ['a full disk', 'ENOSPC', 'the disk is full'],
  ['a read-only folder', 'EACCES', 'permission denied'],
  ['a read-only file system', 'EROFS', 'it stands on a read-only file system'],
] as const) {
  test(`${what} ends with 2, says so, and leaves everything as it was`, async (t) => {
    const folder = await scratch(t, { 'hello.svc': hello, 'weir.json': proto });
    await weir(folder.root, 'build');
    await folder.write({ 'hello.svc': hello.replaceAll('Hello', 'Hallo') });
    const before = await folder.read();
    const real = disk.rename;
    t.mock.method(disk, 'rename', (from: string, to: string) =>
      to.endsWith('hello.proto') && !from.includes('old-') ? Promise.reject(failing(code)) : real(from, to),
    );
    const failed = await weir(folder.root, 'build');
    assert.equal(failed.code, 2);
    assert.ok(
      failed.err.startsWith(`generated/proto/hello.proto: error: cannot write it: ${words} (${code})\n  help: `),
    );
    assert.deepEqual(await folder.read(), before);
  });
}

test('a file where the output folder should be', async (t) => {
  const folder = await scratch(t, { 'hello.svc': hello, 'weir.json': proto, generated: 'a person’s' });
  const { code, err } = await weir(folder.root, 'build');
  assert.equal(code, 2);
  assert.match(err, /error: cannot write it: (something of that name is in the way|a part of its path is a file)/);
  assert.equal((await folder.read()).generated, 'a person’s');
});

test('Ctrl-C in mid-build ends with 130 and leaves everything as it was', async (t) => {
  const folder = await scratch(t, { 'hello.svc': hello, 'weir.json': proto });
  await weir(folder.root, 'build');
  await folder.write({ 'hello.svc': hello.replaceAll('Hello', 'Hallo') });
  const before = await folder.read();
  const real = disk.rename;
  t.mock.method(disk, 'rename', async (from: string, to: string) => {
    if (to.endsWith('hello.proto') && !from.includes('old-')) process.emit('SIGINT');
    await real(from, to);
  });
  const { code, err } = await weir(folder.root, 'build');
  assert.equal(code, 130);
  assert.equal(err, 'interrupted; nothing was changed\n');
  assert.deepEqual(await folder.read(), before);
  assert.equal(process.listenerCount('SIGINT'), 0);
});

test('emitters of others are found from weir.json, and their faults are told', async (t) => {
  const folder = await scratch(t, {
    'hello.svc': hello,
    'weir.json': '{ "emit": ["proto", "notes"], "emitters": ["./notes.mjs"] }',
    'notes.mjs': `export const emitter = { name: 'notes', emit: (model, { out }) => new Map([
      [out + '/notes.md', { mode: 'owned', text: model.services.map((s) => s.id).join(), sources: [] }]]) };`,
  });
  assert.equal((await weir(folder.root, 'build')).code, 0);
  assert.equal((await folder.read())['generated/notes.md'], 'hello.greeter');
  await folder.write({ 'weir.json': '{ "emitters": ["./none.mjs", "./empty.mjs"] }', 'empty.mjs': '' });
  const { code, err } = await weir(folder.root, 'build');
  assert.equal(code, 2);
  assert.match(err, /weir\.json:1:16: error: cannot find the emitter `\.\/none\.mjs`/);
  assert.match(err, /weir\.json:1:30: error: `\.\/empty\.mjs` exports no emitter/);
});

test('what goes wrong in an emitter of others is its fault, and not one of Weir', async (t) => {
  const emits = (body: string): string => `export default { name: 'notes', emit: (model) => ${body} };`;
  const output = (rest: string): string => `new Map([['notes.md', ${rest}]])`;
  const wrong: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
    'does not load': [
      'import "./gone.mjs";',
      /the emitter `\.\/notes\.mjs` cannot be loaded: Error: Cannot find module/,
    ],
    throws: [emits('model.none.map(String)'), /the emitter `notes` failed: TypeError: Cannot read properties/],
    'gives no map': [emits('[]'), /the emitter `notes` gave no map/],
    'gives it later': [emits('Promise.resolve(new Map())'), /the emitter `notes` gave a promise/],
    'gives a text': [emits(output('"all"')), /gave something else than an output for notes\.md/],
    'merges without a way to': [emits(output('{ mode: "merged", text: "", sources: [] }')), /something else/],
    'leads out of the project': [
      emits('new Map([["../notes.md", 1]])'),
      /gave a path that leads astray: \.\.\/notes\.md/,
    ],
  };
  for (const [what, [text, message]] of Object.entries(wrong)) {
    const folder = await scratch(t, { 'hello.svc': hello, 'weir.json': '{ "emitters": ["./notes.mjs"] }' });
    await folder.write({ 'notes.mjs': text });
    const { code, err } = await weir(folder.root, 'build');
    assert.equal(code, 2, what);
    assert.match(err, /weir\.json:1:16: error: /, what);
    assert.match(err, message, what);
    assert.doesNotMatch(err, /an error in Weir/);
    assert.equal((await folder.read())['generated/proto/hello.proto'], undefined);
  }
});
