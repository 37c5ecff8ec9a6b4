import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const page = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const index = new URL('./index.ts', import.meta.url).href;
const examples = [...page.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)];

test('every example of the README prints what it says', { timeout: 120_000 }, async () => {
  assert.ok(examples.length > 0);
  assert.equal(examples.length, page.split('```ts').length - 1, 'each example has its output below it');
  const folder = await mkdtemp(join(tmpdir(), 'weir-readme-'));
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    for (const [number, [, code, output]] of examples.entries()) {
      const file = join(folder, `example-${number}.ts`);
      await writeFile(file, code!.replaceAll("'@weir/runtime'", JSON.stringify(index)));
      const { stdout } = await promisify(execFile)(process.execPath, [file]);
      assert.equal(stdout, output);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('every variable that the README names is read, and every one that is read is named', async () => {
  const sources = import.meta.dirname;
  const files = (await readdir(sources, { recursive: true })).filter((file) => /(?<!\.test)\.ts$/.test(file));
  const code = (await Promise.all(files.map((file) => readFile(join(sources, file), 'utf8')))).join('\n');
  const named = new Set(page.match(/\bWEIR_[A-Z_]+\b(?!<)/g));
  const read = new Set([...code.matchAll(/(?:env\.|\[')(WEIR_[A-Z_]+)\b/g)].map(([, name]) => name!));
  assert.ok(read.size >= 5);
  assert.deepEqual([...named].sort(), [...read].sort());
});
