import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedRange, simulateSeeds } from '../runtime/src/simulation/index.ts';

test('whatever goes wrong, the invariants of the policies hold: 10,000 seeds', async () => {
  const { seeds, calls } = await simulateSeeds(seedRange(0, 10_000));
  assert.equal(seeds, 10_000);
  assert.ok(calls > 500_000, `${calls} calls`);
});
