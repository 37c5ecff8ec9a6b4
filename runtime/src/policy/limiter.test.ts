import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { command } from './command-fixture.ts';
import { createLimiter, type Limiter } from './limiter.ts';
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

/** A bucket for each key that fills with time: another way to say what the algorithm says with one instant. In milliseconds of pace. */
class Model {
  now = 0;
  refused = 0;
  readonly #buckets = new Map<string, { level: number; at: number }>();

  /** 0 if the call is admitted, otherwise how long to wait. */
  take(key: string): number {
    const { level, at } = this.#buckets.get(key) ?? { level: BURST * INTERVAL, at: this.now };
    const filled = Math.min(BURST * INTERVAL, level + this.now - at);
    const missing = Math.max(0, INTERVAL - filled);
    this.#buckets.set(key, { level: missing > 0 ? filled : filled - INTERVAL, at: this.now });
    return missing;
  }
}

/** Eight a second: no rounding. */
const INTERVAL = 125;
const BURST = 5;

interface Real {
  readonly limiter: Limiter;
  readonly clock: ReturnType<typeof dial>;
}

const wait = (ms: number) =>
  command<Model, Real>(`wait ${ms}`, (model, { clock }) => {
    clock.turn(ms);
    model.now += ms;
  });

const take = (key: string) =>
  command<Model, Real>(`take ${key}`, (model, { limiter }) => {
    const missing = model.take(key);
    if (missing > 0) model.refused++;
    assert.deepEqual(limiter.take(key), missing > 0 ? { ok: false, retryAfter: missing } : { ok: true });
  });

test('a limiter is a bucket for each key', () => {
  const keys = fc.constantFrom('a', 'b');
  const commands = fc.commands([fc.nat(300).map(wait), fc.constant(60_000).map(wait), keys.map(take), keys.map(take)], {
    maxCommands: 300,
  });
  let refused = 0;
  fc.assert(
    fc.property(commands, (steps) => {
      const clock = dial();
      const model = new Model();
      fc.modelRun(() => ({ model, real: { clock, limiter: createLimiter({ rate: 8, burst: BURST }, clock) } }), steps);
      refused += model.refused;
    }),
  );
  assert.ok(refused > 0);
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
