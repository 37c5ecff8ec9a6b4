import { test } from 'node:test';
import { assertNothingLeft, soak } from './soak.ts';

test('ten seconds of load, faults and restarts leave nothing behind', { timeout: 120_000 }, async (t) => {
  const report = await soak(10);
  t.diagnostic(JSON.stringify(report));
  assertNothingLeft(report, 0.05);
});
