import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './metrics.ts';

async function boundsOf(objective?: number): Promise<string[]> {
  const metrics = createMetrics('orders', { ofProcess: false, objective });
  const tally = metrics.tallies.of('PlaceOrder', 'http');
  tally.begin();
  tally.end('ok', 0.3, undefined);
  const text = await metrics.text();
  return [...text.matchAll(/^weir_request_duration_seconds_bucket\{le="([^"]+)".* 1$/gm)].map(([, le]) => le!);
}

test('a promised latency is a bound between buckets: what met it can be counted', async () => {
  assert.deepEqual(await boundsOf(), ['0.5', '1', '2.5', '5', '10', '+Inf']);
  assert.deepEqual(await boundsOf(0.4), ['0.4', '0.5', '1', '2.5', '5', '10', '+Inf']);
});

test('a promise where a bucket ends already adds none', async () => {
  assert.deepEqual(await boundsOf(0.5), await boundsOf());
});

test('a promise longer than every bucket is the last one', async () => {
  assert.deepEqual(await boundsOf(30), ['0.5', '1', '2.5', '5', '10', '30', '+Inf']);
});
