import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { randomSystem } from './random-system.ts';
import { seedRange, simulateSeeds } from './seeds.ts';
import { simulate } from './simulate.ts';
import { traceLine } from './trace.ts';

test('whatever goes wrong, the invariants hold: 300 seeds', { timeout: 120_000 }, async () => {
  const { seeds, calls, attempts } = await simulateSeeds(seedRange(0, 300));
  assert.equal(seeds, 300);
  // Most calls come to something: systems in which nothing happens would prove nothing.
  assert.ok(calls > 20_000 && attempts > 20_000, `${calls} calls, ${attempts} attempts`);
});

async function traceOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  const report: Parameters<typeof simulate>[1]['report'] = (event, instant) => lines.push(traceLine(event, instant));
  await simulate(randomSystem(seed), { seed, watch: true, report });
  return lines;
}

test('a seed replays to the same events in the same order, also beside other simulations', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const [first, again] = await Promise.all([traceOf(seed), traceOf(seed), traceOf(seed + 100)]);
    assert.deepEqual(first, again);
    assert.ok(first.length > 50);
  }
});

test('a seed is replayed from the command line, with a trace', () => {
  const script = fileURLToPath(new URL('replay.ts', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [script, '7'], { encoding: 'utf8' });
  assert.equal(status, 0);
  assert.match(stdout, /#1 calls \w+\.\w+\n/);
  assert.match(stdout, /Seed 7: all invariants hold\.\n$/);
});
