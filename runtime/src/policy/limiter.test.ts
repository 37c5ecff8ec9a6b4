import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLimiter } from './limiter.ts';
import { dial } from './testbed-fixture.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

test('a limiter never admits more than burst + rate * t, for each key, and admits who waits as long as told', () => {
  const wait = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 500, noNaN: true }), fc.constant(60_000));
  const step = fc.record({ wait, key: fc.constantFrom('a', 'b'), patient: fc.boolean() });
  const limits = fc.record({
    rate: fc.double({ min: 0.5, max: 1000, noNaN: true }),
    burst: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(limits, fc.array(step, { maxLength: 200 }), (policy, steps) => {
      const clock = dial();
      const limiter = createLimiter(policy, clock);
      const admitted: Record<string, number[]> = { a: [], b: [] };
      for (const { wait, key, patient } of steps) {
        clock.turn(wait);
        let answer = limiter.take(key);
        if (!answer.ok && patient) {
          assert.ok(answer.retryAfter > 0);
          clock.turn(answer.retryAfter);
          answer = limiter.take(key);
          assert.ok(answer.ok, 'refused although it waited as long as told');
        }
        if (answer.ok) admitted[key]!.push(clock.now());
      }
      for (const times of Object.values(admitted)) {
        for (let from = 0; from < times.length; from++) {
          for (let to = from; to < times.length; to++) {
            const most = policy.burst + (policy.rate * (times[to]! - times[from]!)) / 1000;
            assert.ok(to - from + 1 <= most + 1e-3, `${to - from + 1} in ${times[to]! - times[from]!} ms`);
          }
        }
      }
    }),
  );
});

test('a limiter forgets keys that are at rest', () => {
  const clock = dial();
  const limiter = createLimiter({ rate: 1000, burst: 1 }, clock);
  for (let n = 0; n < 10_000; n++) {
    clock.turn(1);
    assert.ok(limiter.take(`client ${n}`).ok);
  }
  assert.ok(limiter.size < 2000, `${limiter.size} keys`);
});
