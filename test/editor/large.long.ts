import { test } from 'node:test';
import { workIn } from './large.ts';

test('a file of 100,000 lines is worked in', async (t) => {
  const times = await workIn(t, 100_000);
  t.diagnostic(JSON.stringify(times, (_, value) => (typeof value === 'number' ? Math.round(value) : value)));
});
