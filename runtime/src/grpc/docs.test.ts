import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CONNECTION_TIMES } from './client-connection.ts';
import { MOST_ANSWERED } from './limits.ts';
import { GRPC_TIMEOUTS } from './server.ts';

const page = await readFile(new URL('../../docs/grpc.md', import.meta.url), 'utf8');
const index = new URL('../index.ts', import.meta.url).href;

test('the example of docs/grpc.md prints what the page says', { timeout: 60_000 }, async () => {
  const [, code, output] = /```ts\n(.*?)```\n\n```text\n(.*?)```/s.exec(page)!;
  const folder = await mkdtemp(join(tmpdir(), 'weir-grpc-'));
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const file = join(folder, 'example.ts');
    await writeFile(file, code!.replaceAll('@weir/runtime', index));
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    assert.equal(stdout, output);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('defaults are as docs/grpc.md says', () => {
  const named = [...page.matchAll(/^\| `(\w+)` +\|[^|]+\| (\d+) (s|min|MiB) +\|$/gm)];
  const factors = { s: 1000, min: 60_000, MiB: 1024 * 1024 };
  const said = Object.fromEntries(named.map(([, name, value, unit]) => [name, Number(value) * factors[unit as 's']]));
  assert.deepEqual(said, { ...GRPC_TIMEOUTS, answerLimit: MOST_ANSWERED });
  assert.deepEqual(CONNECTION_TIMES, { connect: 5000, keepAlive: 310_000, ping: 20_000, spare: 30_000 });
});
