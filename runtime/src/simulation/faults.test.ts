import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULTS } from './faulty-engine-fixture.ts';
import { INVARIANTS, type InvariantName } from './invariants/violation.ts';
import { randomSystem } from './random-system.ts';
import { SeedFailed, seedRange, simulateSeeds } from './seeds.ts';
import { simulate } from './simulate.ts';

const MOST_SEEDS = 100;

for (const [name, { engine, breaks }] of Object.entries(FAULTS)) {
  test(`found within ${MOST_SEEDS} seeds: ${name}`, async () => {
    const found = new Set<InvariantName>();
    for (let seed = 0; seed < MOST_SEEDS && !found.has(breaks); seed++) {
      const { violations } = await simulate(randomSystem(seed), { seed, watch: true, engine });
      for (const { invariant } of violations) found.add(invariant);
    }
    assert.ok(found.has(breaks), `${breaks} is kept; broken are ${[...found].join(', ')}`);
  });
}

test('there is a fault for each invariant', () => {
  const broken = new Set(Object.values(FAULTS).map(({ breaks }) => breaks));
  assert.deepEqual([...broken].sort(), Object.keys(INVARIANTS).sort());
});

test('a seed that fails says which call broke what, when, and how to replay it', async () => {
  const { engine } = FAULTS['a write is repeated']!;
  const failed = await simulateSeeds(seedRange(0, MOST_SEEDS), engine).catch((error) => error);
  assert.ok(failed instanceof SeedFailed);
  assert.match(failed.message, /^seed \d+:\n {2}writes \(what must not be repeated is received once at most\)\n/);
  assert.match(failed.message, /at [\d.]+ ms, \w+\/\d: call \d+: a write was received 2 times\n/);
  assert.match(failed.message, /Replay it with: node runtime\/src\/simulation\/replay\.ts \d+$/);
});
