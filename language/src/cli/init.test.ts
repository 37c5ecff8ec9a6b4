import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { disk } from '../project/file-system.ts';
import { type Scratch, scratch } from '../project/scratch-fixture.ts';
import { packageNameOf, versions } from './init.ts';
import { weir } from './weir-fixture.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const bin = join(repository, 'language', 'bin', 'weir.js');
const tsc = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');

/** A new system, with the packages of this repository in place of installed ones. */
async function fresh(t: TestContext): Promise<Scratch> {
  const folder = await scratch(t, { '.git/HEAD': '' });
  const { code, err } = await weir(folder.root, 'init');
  assert.equal(code, 0, err);
  const modules = folder.path('node_modules');
  await mkdir(join(modules, '@weir'), { recursive: true });
  await mkdir(join(modules, '@types'));
  for (const name of ['@weir/language', '@weir/runtime', '@types/node']) {
    await symlink(await disk.realpath(join(repository, 'node_modules', name)), join(modules, name));
  }
  return folder;
}

interface Running {
  readonly child: ChildProcess;
  /** Waits until the output, from where the last wait ended, matches. */
  readonly until: (pattern: RegExp) => Promise<RegExpMatchArray>;
}

/** A process that ends with the test, whatever becomes of it. */
function start(t: TestContext, cwd: string, ...args: string[]): Running {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let unread = '';
  let look = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      unread += chunk;
      look();
    });
  }
  const until: Running['until'] = (pattern) =>
    new Promise((resolve, reject) => {
      const giveUp = (why: string): void => reject(new Error(`${why} before ${pattern}: ${unread}`));
      const patience = setTimeout(() => giveUp('nothing more came'), 60_000);
      child.on('exit', (code) => giveUp(`ended with ${code}`));
      look = () => {
        const match = unread.match(pattern);
        if (!match) return;
        clearTimeout(patience);
        unread = unread.slice((match.index ?? 0) + match[0].length);
        resolve(match);
      };
      look();
    });
  return { child, until };
}

const json = async (url: string, init?: RequestInit): Promise<unknown> => (await fetch(url, init)).json();

test('a new system checks, is formatted, builds, type-checks, passes its own tests and runs', {
  timeout: 300_000,
}, async (t) => {
  const { root, path } = await fresh(t);
  assert.deepEqual(await weir(root, 'check', '--fail-on', 'hint'), { code: 0, out: 'Nothing found.\n', err: '' });
  assert.deepEqual(await weir(root, 'fmt', '--check'), { code: 0, out: '', err: '' });
  const built = await weir(root, 'build');
  assert.equal(built.code, 0, built.err);
  assert.doesNotMatch(built.err, /note/);
  await promisify(execFile)(process.execPath, [tsc, '-p', root]);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const tests = ['--test', 'services/**/*.test.ts'];
  const { stdout } = await promisify(execFile)(process.execPath, tests, { cwd: root, env });
  assert.match(stdout, /pass 3\b/);

  const { child, until } = start(t, root, path('generated/system.ts'));
  const [, url] = await until(/public: (http:\S+)/);
  assert.equal(((await json(`${url}/v1/books`)) as { books: unknown[] }).books.length, 3);
  const borrow = (reader: string) => {
    const body = JSON.stringify({ isbn: '9780262510875', reader });
    return fetch(`${url}/v1/loans`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  };
  assert.equal((await borrow('ada')).status, 200);
  assert.equal((await borrow('bob')).status, 409);
  assert.equal((await fetch(`${url}/v1/books/0000000000000`)).status, 404);
  child.kill('SIGTERM');
});

test('dev runs the system, takes changes up, keeps it running through errors, and ends with Ctrl-C', {
  timeout: 300_000,
}, async (t) => {
  const folder = await fresh(t);
  const { child, until } = start(t, folder.root, bin, 'dev');
  const [, url] = await until(/gateway public {2}(http:\S+)/);
  await until(/service loans[\s\S]*Running; changes are taken up/);
  assert.equal(((await json(`${url}/v1/books`)) as { books: unknown[] }).books.length, 3);
  await until(/public → books {2}GET \/v1\/books {2}ok/);

  const shelf = 'services/books/src/shelf.ts';
  const text = (await folder.read())[shelf] ?? '';
  const again = until(/gateway public {2}(http:\S+)/);
  await folder.write({ [shelf]: text.replace('Design Patterns', 'Patterns') });
  assert.equal((await again)[1], url, 'the gateway keeps its port');
  assert.match(JSON.stringify(await json(`${url}/v1/books`)), /"title":"Patterns"/);

  const books = (await folder.read())['books.svc'] ?? '';
  const told = until(/books\.svc:\d+:\d+: error: syntax[\s\S]*What was built before goes on running/);
  await folder.write({ 'books.svc': `${books}message {` });
  await told;
  assert.equal(((await json(`${url}/v1/books`)) as { books: unknown[] }).books.length, 3);

  const renewed = until(/1 file created[\s\S]*gateway public/);
  await folder.write({
    'books.svc': books.replace('  rpc GetBook', '  rpc CountBooks() -> Books { route GET /v1/count }\n\n  rpc GetBook'),
  });
  await renewed;
  assert.equal((await fetch(`${url}/v1/count`)).status, 501, 'a new operation has a skeleton');

  const ended = once(child, 'exit');
  child.kill('SIGINT');
  assert.deepEqual(await ended, [0, null]);
  await assert.rejects(fetch(`${url}/v1/books`));
});

test('a folder that is not empty is refused, and nothing is written', async (t) => {
  const folder = await scratch(t, { 'a.txt': '', 'b.txt': '', 'c.txt': '', 'd.txt': '' });
  const { code, err } = await weir(folder.root, 'init');
  assert.equal(code, 2);
  assert.match(err, /the folder is not empty: it holds a\.txt, b\.txt, c\.txt and more\n {2}help: Name a new folder/);
  assert.equal(Object.keys(await folder.read()).length, 4);
});

test('a new folder is made, and gives the package its name', async (t) => {
  const folder = await scratch(t);
  const { code, out } = await weir(folder.root, 'init', 'My Shop');
  assert.equal(code, 0);
  assert.match(out, / {2}cd My Shop\n {2}npm install\n/);
  const files = await folder.read();
  assert.equal(JSON.parse(files['My Shop/package.json'] ?? '').name, 'my-shop');
  assert.match(files['My Shop/README.md'] ?? '', /^# my-shop\n/);
  assert.ok(files['My Shop/.gitignore']);
  assert.equal(packageNameOf('…'), 'library');
});

test('a new system asks for the versions that this repository is tested with', () => {
  const { devDependencies } = createRequire(import.meta.url)('../../../package.json');
  for (const [name, version] of Object.entries(versions)) assert.equal(version, devDependencies[name]);
});

test('--ci github adds a workflow where GitHub looks for it, and to a project that is there nothing else', async (t) => {
  const folder = await scratch(t, { '.git/HEAD': '', 'systems/shop/x.svc': 'service a { http 80 }' });
  const { code, out, err } = await weir(folder.root, 'init', 'systems/shop', '--ci', 'github');
  assert.equal(code, 0, err);
  assert.equal(out, `.github/workflows/weir.yml created in ${folder.root}.\n`);
  const files = await folder.read();
  assert.deepEqual(Object.keys(files), ['.git/HEAD', '.github/workflows/weir.yml', 'systems/shop/x.svc']);
  const workflow = parse(files['.github/workflows/weir.yml']!);
  assert.equal(workflow.jobs.weir.defaults.run['working-directory'], 'systems/shop');
  const runs = workflow.jobs.weir.steps.flatMap(({ run }: { run?: string }) => run ?? []);
  assert.deepEqual(runs, [
    'npm ci',
    'npx weir check --format sarif > weir.sarif',
    'npx weir fmt --check',
    'npx weir build --check',
  ]);
  const again = await weir(folder.root, 'init', 'systems/shop', '--ci', 'github');
  assert.equal(again.code, 2);
  assert.match(again.err, /weir\.yml: error: there is a workflow of that name already/);
});

test('--ci in an empty folder writes a system and its workflow', async (t) => {
  const folder = await scratch(t, { '.git/HEAD': '' });
  assert.equal((await weir(folder.root, 'init', '--ci', 'github')).code, 0);
  const files = await folder.read();
  assert.match(files['.github/workflows/weir.yml']!, /working-directory: \.\n/);
  assert.ok(files['weir.json'] && files['books.svc']);
});
