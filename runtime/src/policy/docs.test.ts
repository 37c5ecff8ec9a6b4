import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const page = await readFile(new URL('../../docs/policies.md', import.meta.url), 'utf8');
const index = new URL('./index.ts', import.meta.url).href;
const examples = [...page.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)];

test('every example of docs/policies.md prints what the page says', { timeout: 120_000 }, async () => {
  assert.equal(examples.length, page.split('```ts').length - 1, 'each example has its output below it');
  const folder = await mkdtemp(join(tmpdir(), 'weir-policies-'));
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    for (const [number, [, code, output]] of examples.entries()) {
      const file = join(folder, `example-${number}.ts`);
      await writeFile(file, code!.replaceAll('@weir/runtime/policy', index));
      const { stdout } = await promisify(execFile)(process.execPath, [file]);
      assert.equal(stdout, output);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
