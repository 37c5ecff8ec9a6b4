import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = await readFile(join(root, 'runtime/docs/testing.md'), 'utf8');
const examples = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
const names = examples.map((_, number) => `example-${number}.test.ts`);
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-testing-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [number, code] of examples.entries()) {
    const testing = code.replaceAll('@weir/runtime/testing', join(root, 'runtime/src/testing/index.ts'));
    const here = testing.replaceAll("from './", `from '${join(root, 'examples/shop/services')}/`);
    await writeFile(join(folder, names[number]!), here);
  }
});
after(() => rm(folder, { recursive: true }));

test('every example of docs/testing.md passes', { timeout: 120_000 }, async () => {
  assert.equal(examples.length, 3);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ['--test', ...names], { cwd: folder, env });
  assert.match(stdout, /pass 4\b/);
  assert.match(stdout, /fail 0\b/);
});

test('every example of docs/testing.md has its types', { timeout: 120_000 }, async () => {
  const settings = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { typeRoots: [join(root, 'node_modules/@types')], rewriteRelativeImportExtensions: false },
    include: ['*.ts'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error) => error);
  assert.equal(stdout, '');
});
