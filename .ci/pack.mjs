// Packs what is published: `npm run pack [folder]`, into dist/ where no folder is named.
// In the repository the sources run as they are. Node strips no types below node_modules, so a package holds JavaScript and
// declarations instead: the runtime's modules one by one, the language bundled with packages that it uses, to start faster; the
// extension is one file of its own. All is put together in a folder of its own; the work tree stays as it is.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, notBundled } from '../language/bundle.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = ['runtime', 'language'];
/** How each is built in a folder. Gives the packages that it needs there, where these are not all that its sources need. */
const builds = { runtime: compile, language: compileAndBundle };
const destination = resolve(process.argv[2] ?? join(root, 'dist'));

const manifests = packages.map((name) => JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8')));
try {
  requireOneVersion();
  mkdirSync(destination, { recursive: true });
  for (const [index, name] of packages.entries()) await pack(name, manifests[index]);
  packExtension(join(root, 'extension'));
} catch (error) {
  console.error(`Nothing to publish: ${error.message}`);
  process.exitCode = 1;
}

/** A new system asks for the version of the language that wrote it, of the runtime too. */
function requireOneVersion() {
  const versions = new Set(manifests.map(({ version }) => version));
  if (versions.size > 1)
    fail(`the packages are published together, and differ in version: ${[...versions].join(', ')}`);
}

async function pack(name, manifest) {
  const source = join(root, name);
  const stage = mkdtempSync(join(tmpdir(), 'weir-pack-'));
  try {
    const needed = await builds[name](source, stage);
    for (const entry of ['README.md', 'CHANGELOG.md', ...manifest.files]) {
      if (existsSync(join(stage, entry))) continue;
      if (existsSync(join(source, entry))) cpSync(join(source, entry), join(stage, entry), { recursive: true });
      else if (manifest.files.includes(entry)) fail(`${manifest.name} lists ${entry} in "files", and there is none`);
    }
    cpSync(join(root, 'LICENSE'), join(stage, 'LICENSE'));
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(published(manifest, needed), null, 2)}\n`);
    run('npm', ['pack', '--silent', '--pack-destination', destination], stage);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function compile(source, stage, ...flags) {
  const project = join(source, 'tsconfig.build.json');
  run('node', [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    project,
    '--outDir',
    join(stage, 'dist'),
    ...flags,
  ]);
  linkDeclarations(join(stage, 'dist'));
}

async function compileAndBundle(source, stage) {
  compile(source, stage, '--emitDeclarationOnly');
  const declared = keepReachable(join(stage, 'dist'), 'index.d.ts');
  await bundle(stage);
  return [...notBundled, ...declared];
}

/** The extension for VS Code, as a .vsix: it brings all that it needs, and asks for no package. */
function packExtension(source) {
  const stage = mkdtempSync(join(tmpdir(), 'weir-pack-'));
  try {
    const { name, version, files } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
    // `media/*.png` stands for its folder: what is not listed stays out of the .vsix.
    const entries = new Set(['package.json', ...files.map((entry) => entry.split('/')[0])]);
    entries.delete('dist');
    for (const entry of entries) cpSync(join(source, entry), join(stage, entry), { recursive: true });
    run('node', [join(source, 'build.mjs'), join(stage, 'dist')]);
    const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
    const vsix = join(destination, `${name}-${version}.vsix`);
    run('node', [join(root, 'node_modules/@vscode/vsce/vsce'), 'package', ...flags, '--out', vsix], stage);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** The manifest with its exports leading to what was built, and without what is for work in the repository only. */
function published({ scripts, devDependencies, dependencies, exports, ...manifest }, needed) {
  const built = Object.entries(exports).map(([path, target]) => {
    const [, module] = /^\.\/src\/(.*)\.ts$/.exec(target) ?? [];
    return [path, module === undefined ? target : { types: `./dist/${module}.d.ts`, default: `./dist/${module}.js` }];
  });
  const installed = Object.entries(dependencies).filter(([name]) => needed === undefined || needed.includes(name));
  return { ...manifest, dependencies: Object.fromEntries(installed), exports: Object.fromEntries(built) };
}

/** tsc leaves `./file.ts` in declarations, where only `./file.d.ts` will be. */
function linkDeclarations(folder) {
  for (const path of readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.d.ts'))) {
    const text = readFileSync(join(folder, path), 'utf8');
    writeFileSync(join(folder, path), text.replace(/\b(from |import\()(['"]\.\.?\/[^'"]+)\.ts(['"])/g, '$1$2.js$3'));
  }
}

/** Removes declarations that nobody can reach from an entry. Gives the packages that the others import. */
function keepReachable(folder, entry) {
  const reached = new Set();
  const packages = new Set();
  const left = [join(folder, entry)];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const [, name] of readFileSync(path, 'utf8').matchAll(/\b(?:from |import\()['"]([^'"]+)['"]/g)) {
      if (name.startsWith('.')) left.push(join(dirname(path), name.replace(/\.js$/, '.d.ts')));
      else packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  for (const path of readdirSync(folder, { recursive: true }).map((path) => join(folder, path))) {
    if (path.endsWith('.d.ts') && !reached.has(path)) rmSync(path);
  }
  return packages;
}

function run(program, args, cwd = root) {
  const windows = process.platform === 'win32' && program === 'npm';
  const command = program === 'node' ? process.execPath : windows ? 'npm.cmd' : program;
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit', shell: windows });
  if (status !== 0) fail(`\`${program} ${args.join(' ')}\` failed${error ? `: ${error.message}` : ''}`);
}

function fail(message) {
  throw new Error(message);
}
