import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { scratch } from '../../project/scratch-fixture.ts';
import { Watcher, waiting } from '../watch/watcher-fixture.ts';

test('a project is checked again when files change, come, go, or are half written; Ctrl-C ends with 130', async (t) => {
  const folder = await scratch(t, { 'weir.json': '{}', 'x.svc': 'enum E { a = 1 }\n' });
  const { path, write } = folder;
  const watcher = new Watcher(t, folder, ['check', '--watch']);
  await watcher.until(/x\.svc:1:\d+: error: enum-zero/);
  await watcher.until(waiting);

  await write({ 'x.svc': 'enum E { a = ' });
  await watcher.until(/x\.svc:\d+:\d+: error: syntax/);
  await write({ 'x.svc': 'enum E { a = 0 }\n' });
  await watcher.until(/\d errors?|hint|Nothing found/);
  await watcher.until(/1 file checked/);

  await write({ 'below/y.svc': 'enum F { a = 1 }\n' });
  await watcher.until(/below\/y\.svc:1:\d+: error: enum-zero/);
  await watcher.until(/2 files checked/);
  await write({ 'weir.json': '{ "rules": { "enum-zero": "off" ' });
  await watcher.until(/weir\.json:1:\d+: error: a closing brace/);
  await watcher.until(waiting);
  await write({ 'weir.json': '{ "rules": { "enum-zero": "hint" } }' });
  await watcher.until(/below\/y\.svc:1:\d+: hint: enum-zero/);
  await rm(path('below'), { recursive: true });
  await watcher.until(/1 file checked/);
  await rm(path('x.svc'));
  await watcher.until(/there are no sources here/);
  await watcher.until(waiting);
  await write({ 'z.svc': '' });
  await watcher.until(/Nothing found\./);
  await watcher.until(waiting);

  assert.equal(await watcher.interrupt(), 130);
});
