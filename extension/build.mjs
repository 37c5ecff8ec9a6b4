// `node build.mjs [folder]`, into dist/ where no folder is named.
// Bundles the extension and the language server, for a desktop and for browsers, each into one file, and lays beside them
// what the server reads at run time.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { thirdPartyNotices } from '../.ci/third-party.mjs';

const from = (path) => fileURLToPath(new URL(path, import.meta.url));
const language = from('../language');
const dist = resolve(process.argv[2] ?? from('dist'));
const to = (path) => join(dist, path);
const { name, version } = JSON.parse(await readFile(`${language}/package.json`, 'utf8'));

const builtin = new RegExp(`^(node:.*|${builtinModules.filter((one) => !one.startsWith('_')).join('|')})$`);

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  minify: true,
  // What a package has as modules can be bundled; its other form may look for its parts at run time.
  mainFields: ['module', 'main'],
  // Licences have a file of their own.
  legalComments: 'none',
  absWorkingDir: from('.'),
  metafile: true,
  logLevel: 'warning',
  // VS Code 1.101, the oldest that is supported, has Node 22.15.
  target: ['node22.15', 'chrome117', 'firefox119', 'safari17.4'],
};

await rm(dist, { recursive: true, force: true });
const built = await Promise.all([
  build({
    ...shared,
    platform: 'node',
    entryPoints: [from('src/extension.ts')],
    outfile: to('extension.js'),
    format: 'cjs',
    external: ['vscode'],
  }),
  build({
    ...shared,
    platform: 'browser',
    entryPoints: [from('src/web.ts')],
    outfile: to('web.js'),
    format: 'cjs',
    external: ['vscode'],
  }),
  // One server for both: most of it is Graphviz, which no package should hold twice. It stands as deep in its folder as in
  // the package `@weir/language`, so that it finds the same files.
  build({
    ...shared,
    platform: 'browser',
    entryPoints: [`${language}/src/editor/anywhere.ts`],
    outfile: to('language/dist/editor/server.js'),
    format: 'iife',
    conditions: ['node'],
    inject: [from('anywhere/process.js')],
    plugins: [{ name: 'with Node or without', setup: anywhere }],
  }),
]);
const outputs = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs));
await writeFile(to('THIRD-PARTY-NOTICES.txt'), thirdPartyNotices({ outputs }, from('.')));
await writeFile(to('language/package.json'), `${JSON.stringify({ name, version })}\n`);
await writeFile(to('systems.json'), JSON.stringify({ new: await newSystem(), shop: await shop() }));
await cp(`${language}/weir.schema.json`, to('language/weir.schema.json'));
await mkdir(to('language/docs'), { recursive: true });
await cp(`${language}/docs/rules`, to('language/docs/rules'), { recursive: true });

/** What `weir init` writes, by path. */
async function newSystem() {
  const folder = await mkdtemp(join(tmpdir(), 'weir-'));
  try {
    const root = join(folder, 'my-system');
    await promisify(execFile)(process.execPath, [`${language}/bin/weir.js`, 'init', root]);
    return await textsIn(root);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The description of the example, without its handlers: to be looked at, not to be run. */
async function shop() {
  return { 'weir.json': '{}\n', ...(await textsIn(from('../examples/shop/svc'))) };
}

async function textsIn(root) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const texts = await Promise.all(
    paths.sort().map(async (path) => [relative(root, path).replaceAll('\\', '/'), await readFile(path, 'utf8')]),
  );
  return Object.fromEntries(texts);
}

/**
 * Asks for Node's own modules at run time, as there may be none. What the server reads of its own package as it starts is part
 * of its bundle, as a worker reads nothing at once.
 * @param {import('esbuild').PluginBuild} bundle
 */
function anywhere(bundle) {
  const own = `export const packageFolder = typeof __dirname === 'string' ? __dirname + '/../..' : '/';
    export const packageVersion = () => ${JSON.stringify(version)};`;
  bundle.onLoad({ filter: /[\\/]project[\\/]own-package\.ts$/ }, () => ({ contents: own, loader: 'js' }));
  // The thread that lays pictures out is the same program, started as a thread.
  bundle.onLoad({ filter: /[\\/]drawing[\\/]program\.ts$/ }, () => ({
    contents: 'export const layoutProgram = () => __filename;',
    loader: 'js',
  }));
  // It reads handlers that a person has changed, for builds, and is larger than everything else.
  const parser = "export const typescriptParser = () => { throw new Error('there is no parser of TypeScript here'); };";
  bundle.onLoad({ filter: /[\\/]typescript-parser\.ts$/ }, () => ({ contents: parser, loader: 'js' }));
  const instead = { path: 'path-browserify', 'timers/promises': from('anywhere/timers.js') };
  bundle.onResolve({ filter: builtin }, ({ path }) => ({ path: path.replace(/^node:/, ''), namespace: 'built-in' }));
  bundle.onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => {
    const otherwise = instead[path] === undefined ? '{}' : `require(${JSON.stringify(instead[path])})`;
    return {
      contents: `module.exports = globalThis.process?.getBuiltinModule?.('node:${path}') ?? ${otherwise};`,
      loader: 'js',
      resolveDir: from('.'),
    };
  });
}
