// Bundles the extension and the language server, each into one file, and lays beside the server what it reads at run time.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const from = (path) => fileURLToPath(new URL(path, import.meta.url));
const language = from('../language');

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  minify: true,
  platform: 'node',
  // VS Code 1.101, the oldest that is supported.
  target: 'node22.15',
  // What a package has as modules can be bundled; its other form may look for its parts at run time.
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
};

await rm(from('dist'), { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: [from('src/extension.ts')],
  outfile: from('dist/extension.cjs'),
  format: 'cjs',
  external: ['vscode'],
});
// The server stands as deep in its folder as in the package `@weir/language`, so that it finds the same files.
await build({
  ...shared,
  stdin: {
    contents: "import { startServer } from './server.ts'; startServer();",
    resolveDir: `${language}/src/editor`,
  },
  outfile: from('dist/language/dist/editor/server.js'),
  format: 'esm',
  // What is CommonJS inside asks for Node's own modules by `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
const { name, version } = JSON.parse(await readFile(`${language}/package.json`, 'utf8'));
await writeFile(from('dist/language/package.json'), `${JSON.stringify({ name, version, type: 'module' })}\n`);
await cp(`${language}/weir.schema.json`, from('dist/language/weir.schema.json'));
await mkdir(from('dist/language/docs'), { recursive: true });
await cp(`${language}/docs/rules`, from('dist/language/docs/rules'), { recursive: true });
