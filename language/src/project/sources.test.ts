import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { test } from 'node:test';
import { ProjectError } from './fault.ts';
import { disk, type FileSystem } from './file-system.ts';
import { loadProject } from './project.ts';
import { scratch } from './scratch-fixture.ts';

const denied = (path: string): NodeJS.ErrnoException => Object.assign(new Error(`EACCES: ${path}`), { code: 'EACCES' });

async function pathsOf(path: string, fs?: FileSystem): Promise<string[]> {
  return (await loadProject(path, fs)).sources.map((source) => source.path);
}

test('sources come in the order of their names; dot folders, node_modules, outputs and other projects are left out', async (t) => {
  const { root } = await scratch(t, {
    'weir.json': '{ "out": "gen" }',
    'z.svc': '',
    'a/b.svc': '',
    'a.svc': '',
    'B.svc': '',
    'gen/x.svc': '',
    'node_modules/m/x.svc': '',
    '.git/x.svc': '',
    'other/weir.json': '{}',
    'other/x.svc': '',
    'notes.txt': '',
  });
  assert.deepEqual(await pathsOf(root), ['B.svc', 'a.svc', 'a/b.svc', 'z.svc']);
});

test('globs include and exclude', async (t) => {
  const { root } = await scratch(t, {
    'weir.json': '{ "include": ["./system/**/*.svc", "!system/old/**"] }',
    'system/a.svc': '',
    'system/old/b.svc': '',
    'c.svc': '',
  });
  assert.deepEqual(await pathsOf(root), ['system/a.svc']);
});

test('links are followed, circles end, and a file counts once', async (t) => {
  const { root, path } = await scratch(t, { 'real/a.svc': '', 'b/keep.txt': '' });
  await symlink(path('real'), path('b/again'));
  await symlink(root, path('real/up'));
  await symlink(path('real/a.svc'), path('alias.svc'));
  assert.deepEqual(await pathsOf(root), ['real/a.svc']);
});

test('every file that cannot be read is named', async (t) => {
  const { root, path } = await scratch(t, { 'good.svc': '', 'locked.svc': '' });
  await symlink(path('nowhere'), path('gone.svc'));
  const fs: FileSystem = {
    ...disk,
    readFile: (file) => (file.endsWith('locked.svc') ? Promise.reject(denied(file)) : disk.readFile(file)),
  };
  await assert.rejects(loadProject(root, fs), (error: unknown) => {
    assert.ok(error instanceof ProjectError);
    assert.deepEqual(
      error.faults.map(({ file, message }) => `${file}: ${message}`),
      [
        'gone.svc: cannot read it: there is no such file or folder (ENOENT)',
        'locked.svc: cannot read it: permission denied (EACCES)',
      ],
    );
    return true;
  });
});

test('a folder that cannot be read is named, and can be excluded', async (t) => {
  const { root, path, write } = await scratch(t, { 'a.svc': '', 'data/x.svc': '' });
  const fs: FileSystem = {
    ...disk,
    list: (folder) => (folder === path('data') ? Promise.reject(denied(folder)) : disk.list(folder)),
  };
  await assert.rejects(loadProject(root, fs), /data: cannot look into it: permission denied/);
  await write({ 'weir.json': '{ "include": ["**/*.svc", "!data/**"] }' });
  assert.deepEqual(await pathsOf(root, fs), ['a.svc']);
});

test('text may begin with a byte order mark, and is told from what is none', async (t) => {
  const { root, write } = await scratch(t, { 'a.svc': '\ufeffpackage a' });
  assert.equal((await loadProject(root)).sources[0]?.text, 'package a');
  await write({
    'b.svc': Buffer.from([0x70, 0x0a, 0x61, 0xff, 0x61]),
    'c.svc': Buffer.from([0x70, 0x00, 0x61]),
    'd.svc': Buffer.from('\ufeffpackage d', 'utf16le'),
    'e.svc': Buffer.from('é').subarray(0, 1),
  });
  await assert.rejects(loadProject(root), (error: unknown) => {
    assert.ok(error instanceof ProjectError);
    assert.deepEqual(
      error.faults.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`),
      [
        'b.svc:2:2 the file is not valid UTF-8: byte 0xff at offset 3',
        'c.svc:undefined:undefined the file is not text: a zero byte at offset 1',
        'd.svc:undefined:undefined the file is UTF-16, not UTF-8',
        'e.svc:1:1 the file is not valid UTF-8: byte 0xc3 at offset 0',
      ],
    );
    return true;
  });
});

test('a project sees those that it uses, and those that they use', async (t) => {
  const { path } = await scratch(t, {
    'shop/weir.json': '{ "uses": ["../common"] }',
    'shop/shop.svc': 'package shop',
    'common/weir.json': '{ "uses": ["../units", "../shop"] }',
    'common/money.svc': 'package common',
    'units/weir.json': '{}',
    'units/units.svc': 'package units',
  });
  const { sources, foreign } = await loadProject(path('shop'));
  assert.deepEqual(
    sources.map((source) => source.path),
    ['shop.svc', '../common/money.svc', '../units/units.svc'],
  );
  assert.deepEqual([...foreign], ['../common/money.svc', '../units/units.svc']);
});

test('a used project that is not there is named at its place', async (t) => {
  const { root } = await scratch(t, { 'weir.json': '{ "uses": ["../none"] }', 'a.svc': '' });
  await assert.rejects(loadProject(root), (error: unknown) => {
    assert.ok(error instanceof ProjectError);
    assert.equal(error.faults[0]?.message, 'there is no folder `../none`');
    assert.equal(error.faults[0]?.column, 12);
    return true;
  });
});

test('a project without sources says what was looked for', async (t) => {
  const { root } = await scratch(t, { 'weir.json': '{ "include": ["system/*.svc"] }' });
  await assert.rejects(loadProject(root), /there are no sources here \(looked for system\/\*\.svc\)/);
});
