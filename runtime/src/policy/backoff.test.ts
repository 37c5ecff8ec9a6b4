import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backoff } from './backoff.ts';
import { seededRandom } from './random.ts';

const between = [100, 1000] as const;

test('backoff doubles from its minimum to its maximum', () => {
  const waits = [1, 2, 3, 4, 5, 6].map((retry) =>
    backoff({ backoff: between, jitter: 'none' }, retry, undefined, () => 0.5),
  );
  assert.deepEqual(waits, [100, 200, 400, 800, 1000, 1000]);
});

test('full jitter spreads over all of it, equal jitter over its upper half', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 2000 }), (seed, retry) => {
      const random = seededRandom(seed);
      const longest = Math.min(1000, 100 * 2 ** (retry - 1));
      const full = backoff({ backoff: between, jitter: 'full' }, retry, undefined, random);
      const equal = backoff({ backoff: between, jitter: 'equal' }, retry, undefined, random);
      assert.ok(full >= 0 && full < longest);
      assert.ok(equal >= longest / 2 && equal < longest);
    }),
  );
});

test('the generator repeats itself for the same seed, and is even', () => {
  const [a, b] = [seededRandom(7), seededRandom(7)];
  let sum = 0;
  for (let n = 0; n < 10_000; n++) {
    const drawn = a();
    assert.equal(drawn, b());
    assert.ok(drawn >= 0 && drawn < 1);
    sum += drawn;
  }
  assert.ok(Math.abs(sum / 10_000 - 0.5) < 0.02);
});
