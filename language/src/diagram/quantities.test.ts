import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, durationRange, listed, shortDuration, shortSize } from './quantities.ts';

test('durations in the largest unit that needs at most one digit behind the point', () => {
  const cases = [
    [0, '0ms'],
    [250, '250ms'],
    [1000, '1s'],
    [1500, '1.5s'],
    [1550, '1550ms'],
    [60_000, '1min'],
    [90_000, '1.5min'],
    [3_600_000, '1h'],
    [86_400_000, '1d'],
  ] as const;
  for (const [ms, text] of cases) assert.equal(shortDuration(ms), text);
});

test('a range names a shared unit once', () => {
  assert.equal(durationRange([]), '');
  assert.equal(durationRange([800, 800]), '800ms');
  assert.equal(durationRange([800, 300]), '300–800ms');
  assert.equal(durationRange([300, 2000]), '300ms–2s');
  assert.equal(durationRange([1000, 2500]), '1–2.5s');
});

test('sizes as Kubernetes writes them, counts in words, parts with points between', () => {
  assert.equal(shortSize(20 * 2 ** 30), '20Gi');
  assert.equal(shortSize(1500), '1500B');
  assert.equal(counted(1, 'service'), '1 service');
  assert.equal(counted(0, 'event'), '0 events');
  assert.equal(listed('a', false, undefined, '', 'b'), 'a · b');
});
