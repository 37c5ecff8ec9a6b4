import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { INVARIANTS } from './invariants/violation.ts';

const page = await readFile(new URL('../../docs/simulation.md', import.meta.url), 'utf8');

test('the example of docs/simulation.md prints what the page says', async () => {
  const [, code, output] = /```ts\n(.*?)```\n\n```text\n(.*?)```/s.exec(page)!;
  const folder = await mkdtemp(join(tmpdir(), 'weir-simulation-'));
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const file = join(folder, 'example.ts');
    await writeFile(file, code!.replaceAll('@weir/runtime/simulation', new URL('./index.ts', import.meta.url).href));
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    assert.equal(stdout, output);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the page tells each invariant, in the words of a violation', () => {
  const told = [...page.matchAll(/^\| `(\w+)` +\| (.*?) +\|$/gm)].map(([, name, words]) => [name, words]);
  for (const [name, words] of Object.entries(INVARIANTS)) {
    assert.ok(
      told.some(([each, text]) => each === name && text === words),
      `${name}: ${words}`,
    );
  }
});
