import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { repository } from '../repository.ts';

const run = promisify(execFile);
const isThere = spawnSync('nvim', ['--version']).status === 0;

const users = `package shop.users
message User { id: uuid = 1 }
service users {
  grpc 9090
  rpc GetUser(id: uuid = 1) -> User { reads }
}
`;
const orders = `package shop.orders
import shop.users
service orders {
  http 8080 // 😀 counts for two
  uses users with { timeout 800 }
  rpc Place(id: uuid = 1) {   calls users.GetUser }
}
gateway public { serves orders.Place }
`;

test('Neovim, set up as the page says: diagnostics, completion, definition, hover, lenses, what is generated, rename, formatting', {
  skip: isThere ? false : 'nvim is not there',
}, async (t) => {
  const page = await readFile(join(repository, 'language/docs/editor.md'), 'utf8');
  const setup = /^```lua\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? assert.fail('the page says nothing of Neovim');
  const root = await mkdtemp(join(tmpdir(), 'weir-neovim-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const files = { 'users.svc': users, 'orders.svc': orders, 'weir.json': '{}', 'init.lua': setup };
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  const drive = join(import.meta.dirname, 'drive.lua');
  const PATH = [join(repository, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const { stdout } = await run('nvim', ['--headless', '-n', '-u', 'init.lua', '-c', `luafile ${drive}`], {
    cwd: root,
    env: { ...process.env, PATH, XDG_STATE_HOME: root, XDG_DATA_HOME: root, XDG_CONFIG_HOME: root },
    timeout: 120_000,
  });
  const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  assert.equal(said.failure, undefined);
  assert.match(said.diagnostics.join('\n'), /`800` has no unit/);
  assert.match(said.definition[0].targetUri, /users\.svc$/);
  assert.match(said.hover.contents.value, /\*\*orders\.Place → users\.GetUser\*\*/);
  assert.equal(said.callers.length, 1);
  assert.equal(said.generated[0], 'typescript');
  assert.match(said.generated[1], /^export type Place = /);
  assert.deepEqual(said.completion.slice(0, 2), ['800ms', '800s']);
  assert.equal(said.completed, '  uses users with { timeout 800ms }');
  assert.equal(said.clean, true);
  assert.match(said.refused.error.message, /^`no name` is no name/);
  assert.match(said.text, /^ {2}rpc Order\(id: uuid = 1\) \{ calls users\.GetUser \}$/m);
  assert.match(said.text, /serves orders\.Order \}/);
});
