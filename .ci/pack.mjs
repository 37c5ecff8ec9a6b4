// Packs what is published: `npm run pack [folder]`, into dist/ where no folder is named. With `--unpacked` the folder gets the
// packages in its node_modules, as an install would lay them there: that is for benchmarks.
// In the repository the sources run as they are. Node strips no types below node_modules, so a package holds JavaScript and
// declarations instead: the runtime's modules one by one, the language bundled with packages that it uses, to start faster; the
// extension is one file of its own. All is put together in a folder of its own; the work tree stays as it is.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle, notBundled } from '../language/bundle.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = ['runtime', 'language'];
/** How each is built in a folder. Gives the packages that it needs there, where these are not all that its sources need. */
const builds = { runtime: compile, language: compileAndBundle };
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { unpacked: { type: 'boolean' } },
});
const destination = resolve(positionals[0] ?? join(root, 'dist'));

const manifests = packages.map((name) => JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8')));
try {
  requireOneVersion();
  mkdirSync(destination, { recursive: true });
  for (const [index, name] of packages.entries()) {
    const manifest = manifests[index];
    if (flags.unpacked) await lay(name, manifest, join(destination, 'node_modules', manifest.name));
    else await pack(name, manifest);
  }
  if (!flags.unpacked) packExtension(join(root, 'extension'));
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
  const stage = mkdtempSync(join(tmpdir(), 'weir-pack-'));
  try {
    await lay(name, manifest, stage);
    run('npm', ['pack', '--silent', '--pack-destination', destination], stage);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Lays all that is published of a package into a folder. */
async function lay(name, manifest, folder) {
  const source = join(root, name);
  const needed = await builds[name](source, folder);
  for (const entry of ['README.md', 'CHANGELOG.md', ...manifest.files]) {
    if (existsSync(join(folder, entry))) continue;
    if (existsSync(join(source, entry))) cpSync(join(source, entry), join(folder, entry), { recursive: true });
    else if (manifest.files.includes(entry)) fail(`${manifest.name} lists ${entry} in "files", and there is none`);
  }
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published(manifest, needed), null, 2)}\n`);
}

function compile(source, folder) {
  emit(source, join(folder, 'dist'));
}

async function compileAndBundle(source, folder) {
  // Beside `dist`, and not in "files": most of them are of no use to others.
  const declarations = join(folder, 'declarations');
  emit(source, declarations, '--emitDeclarationOnly');
  const declared = copyReachable(declarations, join(folder, 'dist'), 'index.d.ts');
  await bundle(folder);
  return [...notBundled, ...declared];
}

function emit(source, folder, ...flags) {
  const project = join(source, 'tsconfig.build.json');
  run('node', [join(root, 'node_modules/typescript/bin/tsc'), '-p', project, '--outDir', folder, ...flags]);
  linkDeclarations(folder);
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

/** Copies the declarations that others can reach from an entry. Gives the packages that these import. */
function copyReachable(from, to, entry) {
  const reached = new Set([entry]);
  const packages = new Set();
  for (const path of reached) {
    cpSync(join(from, path), join(to, path));
    for (const [, name] of readFileSync(join(from, path), 'utf8').matchAll(/\b(?:from |import\()['"]([^'"]+)['"]/g)) {
      if (name.startsWith('.')) reached.add(join(dirname(path), name.replace(/\.js$/, '.d.ts')));
      else packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    }
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
