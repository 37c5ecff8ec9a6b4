import assert from 'node:assert/strict';
import { chmod, rm, symlink } from 'node:fs/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Output } from '../emit/emitter.ts';
import { buildProject } from './build.ts';
import { build, emitter, manifest, model, once, owned, texts } from './build-fixture.ts';
import { defaultConfig } from './config.ts';
import { disk, type FileSystem } from './file-system.ts';
import type { Plan } from './plan.ts';
import { scratch } from './scratch-fixture.ts';

const actions = (plan: Plan): string[] => plan.changes.map(({ action, path }) => `${action} ${path}`);

test('a first build creates, a second changes nothing, and the manifest says what is whose', async (t) => {
  const folder = await scratch(t);
  const files = { 'generated/a.txt': owned('a', 12), 'services/x/main.ts': once('main') };
  assert.deepEqual(actions(await build(folder, files)), [
    'create generated/a.txt',
    'create services/x/main.ts',
    `create ${manifest}`,
  ]);
  const first = await folder.read();
  assert.deepEqual(JSON.parse(first[manifest] ?? '').files, {
    'generated/a.txt': {
      target: 'test',
      mode: 'owned',
      hash: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
      sources: ['shop.svc:12'],
    },
    'services/x/main.ts': { target: 'test', mode: 'once', sources: [] },
  });
  assert.deepEqual(actions(await build(folder, files)), []);
  assert.deepEqual(await folder.read(), first);
});

test('what the sources no longer ask for goes, with the folders that it leaves empty; handlers stay and are told of', async (t) => {
  const folder = await scratch(t);
  await build(folder, {
    'generated/deep/er/a.txt': owned('a'),
    'generated/b.txt': owned('b'),
    'services/x.ts': once('x'),
  });
  const plan = await build(folder, { 'generated/b.txt': owned('b') });
  assert.deepEqual(actions(plan), ['remove generated/deep/er/a.txt', `update ${manifest}`]);
  assert.deepEqual(
    plan.notes.map((note) => note.path),
    ['services/x.ts'],
  );
  assert.deepEqual(await texts(folder), { 'generated/b.txt': 'b', 'services/x.ts': 'x' });
  await assert.rejects(disk.stat(folder.path('generated/deep')), /ENOENT/);
  await build(folder, {});
  assert.deepEqual(await folder.read(), { 'services/x.ts': 'x' });
});

test('files changed by hand, files of others and folders in the way are all named, and nothing is written', async (t) => {
  const folder = await scratch(t);
  await build(folder, { 'generated/a.txt': owned('a'), 'generated/b.txt': owned('b') });
  await folder.write({ 'generated/a.txt': 'by hand', 'generated/c.txt': 'a person wrote it', 'generated/d.txt/e': '' });
  const before = await folder.read();
  const plan = await build(folder, {
    'generated/a.txt': owned('a2'),
    'generated/b.txt': owned('b2'),
    'generated/c.txt': owned('c'),
    'generated/d.txt': owned('d'),
  });
  assert.deepEqual(plan.conflicts, [
    { path: 'generated/a.txt', why: 'changed by hand' },
    { path: 'generated/c.txt', why: 'not written by Weir' },
    { path: 'generated/d.txt', why: 'a folder' },
  ]);
  assert.deepEqual(await folder.read(), before);
});

test('a file changed by hand stays when the sources no longer ask for it', async (t) => {
  const folder = await scratch(t);
  await build(folder, { 'generated/a.txt': owned('a'), 'generated/b.txt': owned('b') });
  await folder.write({ 'generated/a.txt': 'by hand' });
  const plan = await build(folder, { 'generated/b.txt': owned('b') });
  assert.deepEqual(plan.conflicts, []);
  assert.match(plan.notes[0]?.message ?? '', /changed by hand: it stays/);
  assert.deepEqual(await texts(folder), { 'generated/a.txt': 'by hand', 'generated/b.txt': 'b' });
});

test('a file that already is what it should be is taken over, whatever its line ends', async (t) => {
  const folder = await scratch(t, { 'generated/a.txt': 'one\r\ntwo\r\n' });
  assert.deepEqual(actions(await build(folder, { 'generated/a.txt': owned('one\ntwo\n') })), [`create ${manifest}`]);
  assert.deepEqual(actions(await build(folder, { 'generated/a.txt': owned('three\n') })), [
    'update generated/a.txt',
    `update ${manifest}`,
  ]);
});

test("a person's file is written once, merged where that is asked for, and keeps its mark and its permissions", async (t) => {
  const folder = await scratch(t, { 'services/h.ts': '\ufeffmine' });
  await chmod(folder.path('services/h.ts'), 0o754);
  const merged: Output = {
    mode: 'merged',
    text: 'skeleton',
    sources: [],
    merge: (existing) => ({
      text: existing.includes('added') ? existing : `${existing}+added`,
      notes: ['`Gone` is no operation any more'],
    }),
  };
  const plan = await build(folder, { 'services/h.ts': merged, 'services/new.ts': merged, 'services/m.ts': once('m') });
  assert.deepEqual(plan.notes, [{ path: 'services/h.ts', message: '`Gone` is no operation any more' }]);
  assert.equal((await disk.readFile(folder.path('services/h.ts'))).toString(), '\ufeffmine+added');
  assert.equal((await disk.stat(folder.path('services/h.ts'))).mode, 0o754);
  assert.equal((await folder.read())['services/new.ts'], 'skeleton');
  await folder.write({ 'services/m.ts': 'a person wrote on' });
  assert.deepEqual(
    actions(await build(folder, { 'services/h.ts': merged, 'services/new.ts': merged, 'services/m.ts': once('m2') })),
    ['update services/new.ts'],
  );
});

test('a plan writes nothing, not even a lock', async (t) => {
  const folder = await scratch(t);
  const fs: FileSystem = { ...disk, mkdir: () => assert.fail('a folder'), writeFile: () => assert.fail('a file') };
  const plan = await build(folder, { 'generated/a.txt': owned('a') }, { mode: 'plan', fs });
  assert.equal(plan.changes.length, 2);
  assert.deepEqual(await folder.read(), {});
});

test('a build of some targets leaves the files of the others alone', async (t) => {
  const folder = await scratch(t);
  const project = { root: folder.root, config: defaultConfig };
  const one = emitter({ 'generated/1.txt': owned('1') }, 'one');
  const two = emitter({ 'generated/2.txt': owned('2') }, 'two');
  const options = { runtimeVersion: '0.1.0' };
  await buildProject(project, model, [one, two], options);
  const some = await buildProject(project, model, [emitter({}, 'one')], { ...options, partial: true });
  assert.deepEqual(actions(some), ['remove generated/1.txt', `update ${manifest}`]);
  const all = await buildProject(project, model, [one], options);
  assert.deepEqual(actions(all), ['create generated/1.txt', 'remove generated/2.txt', `update ${manifest}`]);
});

test('two emitters that write one file, and paths that lead astray, are refused', async (t) => {
  const folder = await scratch(t);
  const project = { root: folder.root, config: defaultConfig };
  const files = { 'generated/a.txt': owned('a') };
  await assert.rejects(
    buildProject(project, model, [emitter(files, 'one'), emitter(files, 'two')], { runtimeVersion: '0.1.0' }),
    /generated\/a\.txt: both `one` and `two` write it/,
  );
  for (const path of ['../a', '/etc/passwd', 'a/../../b', '.git/config', 'a//b', 'a\\b']) {
    await assert.rejects(build(folder, { [path]: owned('a') }), /leads astray/);
  }
});

test('a linked file stays a link', async (t) => {
  const folder = await scratch(t, { 'elsewhere.txt': 'a' });
  await build(folder, { 'generated/a.txt': owned('a') });
  await rm(folder.path('generated/a.txt'));
  await symlink(folder.path('elsewhere.txt'), folder.path('generated/a.txt'));
  await build(folder, { 'generated/a.txt': owned('a2') });
  assert.equal(await disk.realpath(folder.path('generated/a.txt')), folder.path('elsewhere.txt'));
  assert.equal((await folder.read())['elsewhere.txt'], 'a2');
});

test('a manifest that makes no sense stops the build', async (t) => {
  for (const text of ['<<<<<<< ours', '{}', '{"version":1,"files":{"a":{}}}']) {
    const folder = await scratch(t, { [manifest]: text });
    await assert.rejects(build(folder, { 'generated/a.txt': owned('a') }), /cannot tell what Weir has written here/);
    assert.deepEqual(await folder.read(), { [manifest]: text });
  }
  const folder = await scratch(t, { [manifest]: '{"version":2,"files":{}}' });
  await assert.rejects(build(folder, { 'generated/a.txt': owned('a') }), /written by a newer Weir \(version 2\)/);
});

test('law: after any builds, the disk holds what the last one asked for, and what persons wrote', async (t) => {
  const name = fc.constantFrom('a', 'b', 'c/d', 'c/e', 'f/g/h');
  const files = fc.dictionary(name, fc.string({ maxLength: 3 }));
  await fc.assert(
    fc.asyncProperty(fc.array(files, { minLength: 1, maxLength: 5 }), fc.string(), async (builds, mine) => {
      const folder = await scratch(t, { 'services/mine.ts': mine, 'generated/own.txt': mine });
      for (const wanted of builds) {
        await build(folder, Object.fromEntries(Object.entries(wanted).map(([k, v]) => [`generated/${k}`, owned(v)])));
      }
      const last = Object.entries(builds.at(-1) ?? {}).map(([k, v]) => [`generated/${k}`, v] as const);
      const expected = { ...Object.fromEntries(last), 'services/mine.ts': mine, 'generated/own.txt': mine };
      assert.deepEqual(Object.entries(await texts(folder)).sort(), Object.entries(expected).sort());
    }),
    { numRuns: 30 },
  );
});
