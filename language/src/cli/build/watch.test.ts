import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as rest } from 'node:timers/promises';
import { scratch } from '../../project/scratch-fixture.ts';
import { Watcher, waiting } from '../watch/watcher-fixture.ts';
import { weir } from '../weir-fixture.ts';

const hello = (field: string) =>
  `package hello\nmessage Hello { ${field}: string = 1 }\nservice greeter { grpc 9090  rpc Greet() -> Hello }\n`;
const settings = '{ "emit": ["proto", "typescript"] }';
const proto = 'generated/proto/hello.proto';

test('a project is built again when sources and settings change, and waits while they are wrong; Ctrl-C ends with 130', async (t) => {
  const folder = await scratch(t, { 'weir.json': settings, 'hello.svc': hello('text') });
  const { path, read, write } = folder;
  const watcher = new Watcher(t, folder, ['build', '--watch']);
  const told = await watcher.until(
    /^\d\d:\d\d:\d\d {2}1 file built in \d+\.\d s\. Waiting for a change; Ctrl-C ends\.$/m,
  );
  assert.match(told, /^\d\d:\d\d:\d\d {2}Building …\n\d+ files created in .*\.\n$/);
  assert.ok('services/greeter/package.json' in (await read()));

  await write({ 'hello.svc': hello('words') });
  // What the first build has written has begun none.
  assert.match(await watcher.until(waiting), /^\n\d\d:\d\d:\d\d {2}Building …\n\d+ files updated in .*\.\n$/);
  assert.match((await read())[proto] ?? '', /string words = 1/);

  const before = await read();
  await write({ 'hello.svc': 'package hello\nmessage Hello { ' });
  await watcher.until(/hello\.svc:\d+:\d+: error: syntax[\s\S]*Nothing was written\./);
  await watcher.until(waiting);
  await write({ 'hello.svc': hello('words') });
  await watcher.until(/Everything is up to date/);
  await watcher.until(waiting);

  await write({ 'weir.json': '{ "emit": ' });
  await watcher.until(/weir\.json:1:\d+: error: /);
  assert.doesNotMatch(await watcher.until(waiting), /built/);
  await write({ 'weir.json': settings });
  await watcher.until(/Everything is up to date/);
  assert.deepEqual(await read(), before);

  await write({ 'more.svc': 'package more\nmessage More { text: string = 1 }\n' });
  await watcher.until(/2 files built/);
  await rm(path('more.svc'));
  await watcher.until(/1 file built/);
  assert.deepEqual(
    Object.keys(await read()).filter((name) => name.includes('more')),
    [],
  );
  assert.equal(await watcher.interrupt(), 130);
});

test('a file that was changed by hand is told of, nothing is written, and when it is out of the way all is', async (t) => {
  const folder = await scratch(t, { 'weir.json': settings, 'hello.svc': hello('text') });
  const { path, read, write } = folder;
  const watcher = new Watcher(t, folder, ['build', '--watch']);
  await watcher.until(waiting);
  await write({ [proto]: 'mine', 'hello.svc': hello('words') });
  await watcher.until(
    /hello\.proto: error: Weir would write this file, but it was changed by hand[\s\S]*Nothing was written\./,
  );
  assert.doesNotMatch(await watcher.until(waiting), /built/);
  assert.equal((await read())[proto], 'mine');
  for (const field of ['letters', 'lines']) {
    await rm(path(proto));
    await watcher.until(/1 file built/);
    assert.match((await read())[proto] ?? '', /string \w+ = 1/);
    await write({ [proto]: 'mine again', 'hello.svc': hello(field) });
    await watcher.until(/changed by hand/);
    await watcher.until(waiting);
  }
});

test('changes of outputs begin no build; the next one notices them', async (t) => {
  const folder = await scratch(t, { 'weir.json': settings, 'hello.svc': hello('text') });
  const { path, read, write } = folder;
  const watcher = new Watcher(t, folder, ['build', '--watch']);
  await watcher.until(waiting);
  await rm(path(proto));
  await rm(path('services/greeter/package.json'));
  await write({ 'services/greeter/src/handlers/greet.ts': '// a person’s\n' });
  // Longer than a watcher gathers changes.
  await rest(400);
  await write({ 'other.svc': '' });
  assert.equal((await watcher.until(waiting)).match(/Building/g)?.length, 1);
  const all = await read();
  assert.ok(proto in all && 'services/greeter/package.json' in all);
  assert.match(all['services/greeter/src/handlers/greet.ts'] ?? '', /a person’s/);
});

test('projects that are used are watched, from wherever it was started and though nothing can be read at first', async (t) => {
  const folder = await scratch(t, {
    'shared/weir.json': '{}',
    'shared/shared.svc': 'package shared\nmessage Money { units: int64 = 1 }\n',
    'shop/weir.json': '{ "uses": ',
    'shop/shop.svc':
      'package shop\nimport shared\nmessage Order { price: Money = 1 }\nservice orders { grpc 9090  rpc Get() -> Order }\n',
  });
  const watcher = new Watcher(t, folder, ['build', '--watch', 'shop', '--target', 'proto', '--out', 'contracts']);
  await watcher.until(/weir\.json:1:\d+: error: /);
  await watcher.until(waiting);
  await folder.write({ 'shop/weir.json': '{ "uses": ["../shared"] }' });
  await watcher.until(/2 files built/);
  assert.ok('shop/contracts/proto/shop.proto' in (await folder.read()));
  await folder.write({ 'shared/shared.svc': 'package shared\nmessage Cash { units: int64 = 1 }\n' });
  await watcher.until(/unknown-name|Money[\s\S]*Nothing was written/);
  await watcher.until(waiting);
});

test('what does not go with --watch is refused', async (t) => {
  const folder = await scratch(t, { 'hello.svc': hello('text') });
  for (const flag of ['--check', '--dry-run']) {
    const { code, err } = await weir(folder.root, 'build', '--watch', flag);
    assert.equal(code, 2);
    assert.match(err, new RegExp(`option '--watch' cannot be used with option '${flag}'`));
  }
  const { code, err } = await weir(folder.root, 'build', '--watch', '--out', '../elsewhere');
  assert.equal(code, 2);
  assert.match(err, /--out must be a folder below/);
  assert.equal((await weir(folder.root, 'build', '--watch', 'nowhere')).code, 2);
  assert.deepEqual(Object.keys(await folder.read()), ['hello.svc']);
});
