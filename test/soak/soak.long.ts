import { test } from 'node:test';
import { assertNothingLeft, soak } from './soak.ts';

test('two minutes of load, faults and restarts leave nothing behind', { timeout: 300_000 }, async (t) => {
  const report = await soak(120);
  t.diagnostic(JSON.stringify(report));
  assertNothingLeft(report, 0.05);
});
