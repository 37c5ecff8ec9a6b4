import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PeakEwma, Percentiles } from './latency.ts';

test('the average jumps to a peak at once, comes down slowly, and fades while nothing is measured', () => {
  const average = new PeakEwma();
  for (let now = 0; now < 1000; now += 10) average.add(10, now);
  average.add(500, 1000);
  assert.equal(average.read(1000), 500);
  average.add(10, 2000);
  assert.ok(average.read(2000) > 400 && average.read(2000) < 500);
  assert.ok(average.read(60_000) < 5);
});

test('percentiles are those of the latest calls', () => {
  const latencies = new Percentiles();
  for (let n = 1; n <= 19; n++) latencies.add(n);
  assert.equal(latencies.read(50), undefined);
  latencies.add(20);
  assert.equal(latencies.read(50), 10);
  assert.equal(latencies.read(95), 19);
  for (let n = 0; n < 1000; n++) latencies.add(7);
  assert.equal(latencies.read(99.9), 7);
});
