// The JavaScript of the package as it is published. A command loads a few files in place of hundreds, which is most of the time
// that a small one takes; packages whose code is in them need not be installed.
import { writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { thirdPartyNotices } from '../.ci/third-party.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const builtin = new RegExp(`^(node:.*|${builtinModules.filter((name) => !name.startsWith('_')).join('|')})$`);

/** What starts by its file, or is imported by others. What they share is there once, so that its modules are the same for all. */
const entries = ['index', 'cli/main', 'cli/dev/child', 'drawing/answer'];

/** Packages that stay packages: the runtime belongs to the project; the others are large, and most commands need neither. */
export const notBundled = ['@weir/runtime', '@hpcc-js/wasm-graphviz', 'ts-morph'];

/**
 * Writes all JavaScript into `dist`, and the licences of the code of others in it.
 *
 * @param {string} folder of the package
 */
export async function bundle(folder) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
    outdir: join(folder, 'dist'),
    // As deep as what looks for files of the package by `../..`: project/own-package.ts.
    chunkNames: 'parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22.18',
    // What a package has as modules can be bundled; its other form may look for its parts at run time.
    mainFields: ['module', 'main'],
    external: notBundled,
    plugins: [{ name: "Node's own modules in CommonJS", setup: withoutRequire }],
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(metafile, root));
}

/**
 * There is no `require` in a module.
 * @param {import('esbuild').PluginBuild} bundle
 */
function withoutRequire(bundle) {
  bundle.onResolve({ filter: builtin }, ({ path, kind }) =>
    kind === 'require-call' ? { path, namespace: 'built-in' } : undefined,
  );
  bundle.onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => ({
    contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
  }));
}
