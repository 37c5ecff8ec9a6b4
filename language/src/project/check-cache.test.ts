import assert from 'node:assert/strict';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readModel } from '../syntax/read.ts';
import { cacheFolder } from './cache.ts';
import { checkProject } from './check.ts';
import { keptIn } from './check-cache.ts';
import { disk, type FileSystem } from './file-system.ts';
import { type LoadedProject, loadProject } from './project.ts';
import { scratch } from './scratch-fixture.ts';

const text = 'service a { uses b rpc X() { calls b.Y } } service b { grpc 1 rpc Y() { reads } }';

async function checked(project: LoadedProject) {
  return checkProject(project, await readModel(project.sources));
}

test('what was found is found again, to the letter, until something changes', async (t) => {
  const { root, path, write } = await scratch(t, { 'p/weir.json': '{}', 'p/a.svc': text });
  const cache = path('cache');
  const project = await loadProject(path('p'));
  const diagnostics = await checked(project);
  assert.ok(diagnostics.length > 0);
  assert.equal((await keptIn(cache, project)).found, undefined);
  await (await keptIn(cache, project)).keep(diagnostics);
  assert.deepEqual((await keptIn(cache, await loadProject(path('p')))).found, diagnostics);

  const settings = { ...project.config, rules: { 'missing-timeout': 'off' } } as LoadedProject['config'];
  assert.equal((await keptIn(cache, { ...project, config: settings })).found, undefined);
  await write({ 'p/b.svc': '' });
  assert.equal((await keptIn(cache, await loadProject(path('p')))).found, undefined);
  await write({ 'q/a.svc': text });
  assert.equal((await keptIn(cache, await loadProject(join(root, 'q')))).found, undefined);
});

test('a name and a text are not mistaken for another name and text', async (t) => {
  const { path } = await scratch(t, { 'p/a.svc': text });
  const project = await loadProject(path('p'));
  const named = (path: string, text: string): LoadedProject => ({ ...project, sources: [{ path, text }] });
  await (await keptIn(path('cache'), named('a.svc', 'b'))).keep([]);
  assert.equal((await keptIn(path('cache'), named('a.sv', 'cb'))).found, undefined);
  assert.deepEqual((await keptIn(path('cache'), named('a.svc', 'b'))).found, []);
});

test('an entry that is broken, or of another shape, is as if it were not there', async (t) => {
  const { path } = await scratch(t, { 'p/a.svc': text });
  const project = await loadProject(path('p'));
  await (await keptIn(path('cache'), project)).keep([]);
  const [name = ''] = await readdir(path('cache'));
  const whole = await readFile(path(`cache/${name}`), 'utf8');
  for (const broken of [whole.slice(0, -3), 'null', '[]', '{"key":1}', whole.replace('[]', '7'), '']) {
    await writeFile(path(`cache/${name}`), broken);
    assert.equal((await keptIn(path('cache'), project)).found, undefined, broken);
  }
});

test('where nothing can be written nothing is kept, nothing is left behind and nobody is bothered', async (t) => {
  const { path } = await scratch(t, { 'p/a.svc': text });
  const project = await loadProject(path('p'));
  const full: FileSystem = {
    ...disk,
    rename: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
  };
  await (await keptIn(path('cache'), project, full)).keep([]);
  assert.deepEqual(await readdir(path('cache')), []);
});

test('what no project has asked for in a month goes, and only that', async (t) => {
  const old = 'check-0123456789abcdef.json';
  const { path } = await scratch(t, { 'p/a.svc': text, [`cache/${old}`]: '{}', 'cache/notes.json': '{}' });
  const longAgo = new Date(Date.now() - 31 * 86_400_000);
  for (const name of [old, 'notes.json']) await utimes(path(`cache/${name}`), longAgo, longAgo);
  await (await keptIn(path('cache'), await loadProject(path('p')))).keep([]);
  const left = await readdir(path('cache'));
  assert.equal(left.length, 2);
  assert.ok(left.includes('notes.json') && !left.includes(old));
});

test('the folder is where the system keeps such things, unless it is said', () => {
  assert.equal(cacheFolder({ WEIR_CACHE_DIR: '/w', XDG_CACHE_HOME: '/x' }, 'linux'), '/w');
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux'), join('/x', 'weir'));
  assert.match(cacheFolder({}, 'linux'), /[.]cache.weir$/);
  assert.match(cacheFolder({}, 'darwin'), /Library.Caches.weir$/);
  assert.equal(cacheFolder({ LOCALAPPDATA: 'L' }, 'win32'), join('L', 'weir', 'cache'));
});
