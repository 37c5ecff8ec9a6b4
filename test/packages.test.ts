import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { targetNames } from '@weir/language';
import { type ChildOptions, run, startChild, succeed } from './child.ts';
import { buildImage } from './dockerfile.ts';
import { repository } from './repository.ts';

/** A folder outside of the repository, so that nothing of it is found by walking up. */
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'weir-packages-')));
const packed = join(scratch, 'packed');
const system = join(scratch, 'my-system');
const names = ['@weir/language', '@weir/runtime'] as const;
const version = JSON.parse(readFileSync(join(repository, 'language/package.json'), 'utf8')).version as string;
const tarballs = names.map((name) => `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
/** How a careful project compiles. */
const strict = ['--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node', '--skipLibCheck', 'false'];
const quick = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

/** Without what npm tells the scripts of this repository of it: a nested npm would take it for its own. */
const env = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^(npm_(package|lifecycle|command)|npm_config_(local_)?prefix|INIT_CWD)/.test(name))
    .map((name) => [name, undefined]),
);
const at = (cwd: string): ChildOptions => ({ cwd, env });
const npm = (cwd: string, ...args: string[]) => succeed('npm', args, at(cwd));

before(
  async () => {
    await npm(repository, 'run', 'pack', '--silent', '--', packed);
    await install();
  },
  { timeout: 300_000 },
);
after(() => rmSync(scratch, { recursive: true, force: true }));

/** As a person would begin: the tarballs in place of the registry's packages, and the first system from them. */
async function install(): Promise<void> {
  const first = join(scratch, 'first');
  mkdirSync(first);
  writeFileSync(join(first, 'package.json'), '{"private":true}');
  await npm(first, 'install', ...quick, ...tarballs.map((name) => join(packed, name)));
  await succeed(join(first, 'node_modules/.bin/weir'), ['init', system], at(scratch));

  const manifest = JSON.parse(readFileSync(join(system, 'package.json'), 'utf8'));
  for (const [index, name] of names.entries()) {
    const group = manifest.dependencies[name] === undefined ? manifest.devDependencies : manifest.dependencies;
    assert.equal(group[name], `^${version}`);
    group[name] = `file:${join(packed, tarballs[index] ?? '')}`;
  }
  // What the packages and the services ask for themselves comes from here too.
  manifest.overrides = Object.fromEntries(names.map((name) => [name, `$${name}`]));
  writeFileSync(join(system, 'package.json'), JSON.stringify(manifest, null, 2));
  await npm(system, 'install', ...quick);
}

const installed = (name: string) => join(system, 'node_modules', name);
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const weir = (...args: string[]) => run(join(system, 'node_modules/.bin/weir'), args, at(system));

test('packing leaves the work tree as it was, and refuses to be done without building', async () => {
  for (const name of ['language', 'runtime']) {
    assert.ok(!existsSync(join(repository, name, 'dist')));
    const { code, err } = await run('npm', ['pack', '--dry-run'], at(join(repository, name)));
    assert.notEqual(code, 0);
    assert.match(err, /npm run pack, at the root/);
  }
});

test('a package holds JavaScript, declarations and what it reads, and nothing of the tests', () => {
  for (const name of names) {
    const files = filesOf(installed(name)).filter((path) => !/^(dist|docs|templates)\//.test(path));
    const own = name === '@weir/language' ? ['bin/weir.js', 'model.schema.json', 'weir.schema.json'] : ['README.md'];
    for (const path of ['LICENSE', 'package.json', ...own]) assert.ok(files.includes(path), `${name}: ${path}`);

    const built = filesOf(join(installed(name), 'dist'));
    assert.deepEqual(
      built.filter((path) => !/\.(js|d\.ts)$/.test(path) || /\.test\.|fixture|golden/.test(path)),
      [],
    );
    const { scripts, devDependencies, dependencies } = read(join(installed(name), 'package.json'));
    assert.deepEqual([scripts, devDependencies], [undefined, undefined]);
    for (const range of Object.values(dependencies)) assert.match(range as string, /^\^\d/);
  }
  assert.ok(filesOf(installed('@weir/language')).includes('templates/system/gitignore'));
  assert.ok(filesOf(installed('@weir/language')).includes('docs/rules/missing-timeout.md'));
});

test('code of others comes with their licences', () => {
  const notices = readFileSync(join(installed('@weir/language'), 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const { dependencies } = read(join(repository, 'language/package.json'));
  const left = Object.keys(read(join(installed('@weir/language'), 'package.json')).dependencies);
  const bundled = Object.keys(dependencies).filter((name) => !left.includes(name));
  assert.ok(bundled.includes('commander') && !bundled.includes('@weir/runtime'));
  const code = filesOf(join(installed('@weir/language'), 'dist'))
    .filter((path) => path.endsWith('.js'))
    .map((path) => readFileSync(join(installed('@weir/language'), 'dist', path), 'utf8'))
    .join('\n');
  const inside = [...code.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name = '']) => name);
  for (const name of new Set(inside)) assert.ok(notices.includes(`\n- ${name} `), name);
  assert.match(notices, /Copyright \(c\) 2011 TJ Holowaychuk/);
});

test('what is imported is there: files of the package, or packages that it depends on', () => {
  for (const name of names) {
    const manifest = read(join(installed(name), 'package.json'));
    const known = new Set([...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), name]);
    for (const path of filesOf(join(installed(name), 'dist')).filter((path) => path.endsWith('.js'))) {
      const file = join(installed(name), 'dist', path);
      for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
        const [scope = '', part] = specifier.split('/');
        const target = scope.startsWith('@') ? `${scope}/${part}` : scope;
        const found = specifier.startsWith('.')
          ? existsSync(join(dirname(file), specifier))
          : known.has(target) || builtinModules.includes(specifier.replace(/^node:/, ''));
        assert.ok(found, `${name}: dist/${path} imports ${specifier}`);
      }
    }
  }
});

test('every export resolves, loads, and has types that a strict consumer can read', { timeout: 120_000 }, async () => {
  const exported = names.flatMap((name) =>
    Object.keys(read(join(installed(name), 'package.json')).exports).map((path) => join(name, path)),
  );
  assert.ok(exported.includes('@weir/runtime/policy') && exported.includes('@weir/language/model.schema.json'));
  const load = `
    for (const name of ${JSON.stringify(exported)}) {
      const options = name.endsWith('.json') ? { with: { type: 'json' } } : {};
      const loaded = await import(name, options);
      if (Object.keys(loaded).length === 0) throw new Error(name + ' exports nothing');
    }`;
  await succeed(process.execPath, ['--input-type=module', '--eval', load], at(system));

  const modules = exported.filter((name) => !name.endsWith('.json'));
  const consumer = join(scratch, 'consumer');
  mkdirSync(consumer);
  symlinkSync(join(system, 'node_modules'), join(consumer, 'node_modules'));
  const text = modules.map((name, index) => `export * as _${index} from '${name}';\n`).join('');
  writeFileSync(join(consumer, 'index.ts'), text);
  await succeed(join(system, 'node_modules/.bin/tsc'), ['--noEmit', ...strict, 'index.ts'], at(consumer));
});

test('a new system checks, is formatted, builds and type-checks, from what is installed', {
  timeout: 120_000,
}, async () => {
  assert.deepEqual(await weir('check', '--fail-on', 'hint'), { code: 0, out: 'Nothing found.\n', err: '' });
  assert.deepEqual(await weir('fmt', '--check'), { code: 0, out: '', err: '' });
  assert.equal((await weir('build')).code, 0);
  const again = await weir('build', '--check');
  assert.deepEqual([again.code, again.err], [0, 'Nothing would change.\n']);
  await npm(system, 'run', 'types');
  assert.match((await weir('explain', 'missing-timeout')).out, /timeout/);
  assert.match((await weir('graph')).out, /^<svg[\s\S]*loans/);
  assert.equal((await weir('--version')).out, `${version}\n`);
});

test('all outputs of the shop are what the sources make of it', { timeout: 60_000 }, async () => {
  const shop = join(scratch, 'shop');
  cpSync(join(repository, 'examples/shop'), shop, { recursive: true });
  assert.deepEqual(new Set(read(join(shop, 'weir.json')).emit), new Set(targetNames));
  const { code, out, err } = await weir('build', '--check', shop);
  assert.deepEqual([code, out, err.split('\n').at(-2)], [0, '', 'Nothing would change.']);
});

test('an emitter of others knows Weir as the command does, and Weir says where it fails', async () => {
  const project = join(system, 'emitting');
  cpSync(join(repository, 'examples/shop/svc'), join(project, 'svc'), { recursive: true });
  writeFileSync(join(project, 'weir.json'), '{ "emit": ["services"], "emitters": ["./emitter.ts"] }');
  writeFileSync(
    join(project, 'emitter.ts'),
    `import { EmitError, type Emitter, indexOf, ProjectError } from '@weir/language';
    export const emitter: Emitter = {
      name: 'services',
      emit: (model, { out }) => {
        if (process.env.FAILS === 'input') throw new ProjectError([{ message: 'not as asked' }]);
        const { id, at } = model.services[0]!;
        const message = \`\${id} has no owner\`;
        if (process.env.FAILS === 'model') throw new EmitError([{ message, hint: 'Say \`owner\` in its service.', at }]);
        if (process.env.FAILS === 'itself') throw new TypeError('no such thing');
        const text = [...indexOf(model).services.keys()].join(' ');
        return new Map([[out + '/services.txt', { mode: 'owned', text, sources: [] }]]);
      },
    };
    `,
  );
  await succeed(
    join(system, 'node_modules/.bin/tsc'),
    ['--noEmit', '--ignoreConfig', ...strict, 'emitter.ts'],
    at(project),
  );
  const build = (fails: string) =>
    run(join(system, 'node_modules/.bin/weir'), ['build'], {
      cwd: project,
      env: { ...env, FAILS: fails, WEIR_DEBUG: '1' },
    });
  const { code, err } = await build('input');
  assert.deepEqual([code, err], [2, 'error: not as asked\n']);
  const unfit = await build('model');
  assert.equal(unfit.code, 2);
  assert.match(
    unfit.err,
    /^svc\/\w+\.svc:\d+:\d+: error: shop\.\w+\.\w+ has no owner\n {2}help: Say `owner` in its service\.\n/,
  );
  const itself = await build('itself');
  assert.equal(itself.code, 2);
  assert.match(
    itself.err,
    /weir\.json:1:38: error: the emitter `services` failed: TypeError: no such thing\n[\s\S]*\n +at .*emitter\.ts[\s\S]*\n +at .*@weir\/language\//,
  );
  assert.equal((await build('')).code, 0);
  assert.match(readFileSync(join(project, 'generated/services.txt'), 'utf8'), /\bshop\.ordering\.\w+/);
});

test('what Node has compiled is kept from one command to the next', async () => {
  const temporary = join(scratch, 'temporary');
  mkdirSync(temporary);
  await succeed(join(system, 'node_modules/.bin/weir'), ['--version'], {
    cwd: system,
    env: { ...env, TMPDIR: temporary, TEMP: temporary, NODE_COMPILE_CACHE: undefined },
  });
  assert.ok(filesOf(join(temporary, 'node-compile-cache')).length > 1);
});

test('the language server of the package answers an editor', { timeout: 60_000 }, async (t) => {
  const server = startChild(t, join(system, 'node_modules/.bin/weir'), ['lsp', '--stdio'], at(system));
  const send = (message: object) => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
  await server.until(/"id":1,"result":\{.*"capabilities":\{.*"completionProvider"/);
  send({ id: 2, method: 'shutdown' });
  await server.until(/"id":2,"result":null/);
  send({ method: 'exit' });
  assert.deepEqual(await server.ended, { code: 0, signal: null });
});

test('it runs: by npm start, and by weir dev until Ctrl-C', { timeout: 120_000 }, async (t) => {
  const started = startChild(t, 'npm', ['start', '--silent'], at(system));
  await lendsBooks((await started.until(/public: (http:\S+)/))[1] ?? '');

  const dev = startChild(t, join(system, 'node_modules/.bin/weir'), ['dev'], at(system));
  await lendsBooks((await dev.until(/gateway public {2}(http:\S+)/))[1] ?? '');
  dev.signal('SIGINT');
  assert.deepEqual(await dev.ended, { code: 0, signal: null });
});

test('the image of a service holds what it needs to run as nobody, and nothing else', {
  timeout: 120_000,
}, async (t) => {
  // The first build has brought packages of services, which the lockfile has to know.
  await npm(system, 'install', ...quick);
  const stages = join(scratch, 'image');
  mkdirSync(stages);
  // Where the lockfile, which knows tarballs in place of the registry, looks for them from within a stage.
  for (const stage of ['manifests', 'dependencies']) {
    mkdirSync(join(stages, stage));
    symlinkSync(packed, join(stages, stage, basename(packed)));
  }
  const image = await buildImage({
    file: 'services/loans/Dockerfile',
    context: system,
    scratch: stages,
    run: (program, args, cwd) => succeed(program, program === 'npm' ? [...args, ...quick] : args, at(cwd)),
  });
  assert.deepEqual([image.user, image.stopSignal, image.command], ['10001:10001', 'SIGTERM', ['node', 'src/main.ts']]);
  const app = join(image.root, 'app');
  const own = filesOf(app).filter((path) => !path.startsWith('node_modules/'));
  const sources = own.filter((path) => path.startsWith('services/loans/src/'));
  assert.deepEqual(
    own.filter((path) => !sources.includes(path)),
    ['package-lock.json', 'package.json', 'services/books/package.json', 'services/loans/package.json'],
  );
  assert.ok(sources.includes('services/loans/src/main.ts') && !sources.some((path) => path.endsWith('.test.ts')));
  assert.ok(existsSync(join(app, 'node_modules/@weir/runtime')));
  for (const name of ['@weir/language', 'typescript']) assert.ok(!existsSync(join(app, 'node_modules', name)), name);

  await succeed('chmod', ['-R', 'a=rX', app]);
  await succeed('chmod', ['a+x', scratch, stages, image.root]);
  const [uid = '', gid = ''] = image.user.split(':');
  const asNobody = process.getuid?.() === 0 ? ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [];
  const [program = '', ...args] = [...asNobody, process.execPath, ...image.command.slice(1)];
  const running = startChild(t, program, args, {
    cwd: join(image.root, image.workdir),
    env: { ...env, ...image.environment, HOME: '/', WEIR_HTTP_PORT: '0', WEIR_GRPC_PORT: '0' },
  });
  const [, port] = await running.until(/"http":(\d+)[^}]*\},"msg":"serving"/);
  assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
  running.signal(image.stopSignal as NodeJS.Signals);
  assert.deepEqual(await running.ended, { code: 0, signal: null });
});

async function lendsBooks(url: string): Promise<void> {
  const borrow = (reader: string) =>
    fetch(`${url}/v1/loans`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ isbn: '9780262510875', reader }),
    });
  assert.equal((await borrow('ada')).status, 200);
  const refused = await borrow('bob');
  assert.equal(refused.status, 409);
  assert.equal(((await refused.json()) as { type: string }).type, 'urn:weir:error:library.AlreadyLent');
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** What stands behind `from` or in `import()`, outside of templates for generated code. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/^(?:import|export|\}) .*?from (['"])([^'"$]+)\1|\bimport\((['"])([^'"$]+)\3\)/gm)].map(
    ([, , named, , dynamic]) => named ?? dynamic ?? '',
  );
}
