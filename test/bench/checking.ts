import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedSystem } from './generate.ts';
import { median, row } from './table.ts';

const weir = fileURLToPath(new URL('../../language/bin/weir.js', import.meta.url));
const runs = 3;

/** How long `weir check` takes as a whole process on generated systems, and what it takes for each service. */
export function benchChecking(work: string): void {
  console.log('\nweir check, whole process, median of', runs);
  row('services', 'seconds', 'ms a service', 'of the smallest');
  let first: number | undefined;
  for (const services of [100, 1000, 5000]) {
    const folder = join(work, `system-${services}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { path, text } of generatedSystem(services)) writeFileSync(join(folder, path), text);
    const seconds = median(Array.from({ length: runs }, () => timed(folder)));
    const each = (seconds * 1000) / services;
    first ??= each;
    row(String(services), seconds.toFixed(2), each.toFixed(2), `×${(each / first).toFixed(2)}`);
  }
}

function timed(folder: string): number {
  const from = process.hrtime.bigint();
  const done = spawnSync(process.execPath, [weir, 'check', folder], { encoding: 'utf8', maxBuffer: 1e9 });
  if (done.status !== 0)
    throw new Error(`weir check ended with ${done.status}: ${done.stdout.slice(0, 2000)}${done.stderr}`);
  return Number(process.hrtime.bigint() - from) / 1e9;
}
