/** Laws that hold whatever happens: random policies, services, callers and times. */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ClientPolicy } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { type Alarm, Alarms, alarm } from './alarms.ts';
import { Breaker, type BreakerState, REFUSED } from './breaker.ts';
import { Budget } from './budget.ts';
import { Bulkhead } from './bulkhead.ts';
import type { Attempt } from './call.ts';
import { createLimiter } from './limiter.ts';
import { testbed, type Watched } from './testbed.ts';
import { virtualClock } from './virtual-clock.ts';
import { CountWindow, TimeWindow } from './window.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

/** A clock that only tells the time. */
function dial() {
  let now = 0;
  return { now: () => now, after: () => () => {}, turn: (ms: number) => (now += ms) };
}

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

test('a budget admits a retry only below its floor or its share of the calls in flight', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('begin', 'begin', 'end', 'take', 'take', 'give'), { maxLength: 200 }),
      (steps) => {
        const budget = new Budget();
        for (const step of steps) {
          const { calls, extras } = budget;
          if (step === 'begin') for (let n = 0; n < 7; n++) budget.begin();
          if (step === 'end' && calls > 0) budget.end();
          if (step === 'give' && extras > 0) budget.giveBack();
          if (step === 'take') assert.equal(budget.tryTake(0.2), extras + 1 <= Math.max(3, 0.2 * calls));
        }
      },
    ),
  );
});

test('a bulkhead admits in order, never more than it should, and wakes who waits', () => {
  const sizes = fc.record({ concurrent: fc.integer({ min: 1, max: 4 }), queue: fc.integer({ min: 0, max: 4 }) });
  const steps = fc.array(fc.record({ act: fc.constantFrom('enter', 'enter', 'leave', 'giveUp'), pick: fc.nat() }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(sizes, steps, (policy, acts) => {
      const bulkhead = new Bulkhead(policy);
      let running = 0;
      const queue: (() => void)[] = [];
      for (const { act, pick } of acts) {
        if (act === 'enter') {
          const entered = bulkhead.tryEnter();
          assert.equal(entered, running < policy.concurrent);
          if (entered) running++;
          else {
            const waiter = () => assert.equal(queue.shift(), waiter, 'out of order');
            const queued = bulkhead.wait(waiter);
            assert.equal(queued, queue.length < policy.queue);
            if (queued) queue.push(waiter);
          }
        } else if (act === 'leave' && running > 0) {
          const waiting = queue.length;
          bulkhead.leave();
          assert.equal(queue.length, Math.max(0, waiting - 1));
          if (waiting === 0) running--;
        } else if (act === 'giveUp' && queue.length > 0) {
          const [gone] = queue.splice(pick % queue.length, 1);
          bulkhead.giveUp(gone!);
        }
        assert.deepEqual([bulkhead.running, bulkhead.waiting], [running, queue.length]);
      }
    }),
  );
});

test('windows count what happened lately, as a list of all calls would', () => {
  const step = fc.record({
    wait: fc.double({ min: 0, max: 800, noNaN: true }),
    failed: fc.boolean(),
    slow: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), fc.integer({ min: 1, max: 30 }), (steps, size) => {
      const within = 1000;
      const byTime = new TimeWindow(within);
      const byCount = new CountWindow(size);
      const calls: { at: number; failed: boolean; slow: boolean }[] = [];
      let now = 0;
      for (const { wait, failed, slow } of steps) {
        now += wait;
        calls.push({ at: now, failed, slow });
        byTime.add(now, failed, slow);
        byCount.add(now, failed, slow);
        const last = calls.slice(-size);
        assert.equal(byCount.total, last.length);
        assert.equal(byCount.failed, last.filter((call) => call.failed).length);
        assert.equal(byCount.slow, last.filter((call) => call.slow).length);
        // By time, to a twentieth.
        const since = (ms: number) => calls.filter((call) => call.at > now - ms);
        assert.ok(byTime.total <= since(within).length && byTime.total >= since(within * 0.95).length);
        assert.ok(byTime.failed <= since(within).filter((call) => call.failed).length);
        assert.ok(byTime.failed >= since(within * 0.95).filter((call) => call.failed).length);
      }
    }),
  );
});

/** The breaker as the documentation describes it: explicit generations, and lists where it has counters. */
function breakerModel(policy: { failures: number; of: number; open: number; probes: number }) {
  let state: BreakerState = 'closed';
  let generation = 0;
  let openedAt = 0;
  let results: boolean[] = [];
  let leases: { token: number; at: number }[] = [];
  const become = (next: BreakerState) => {
    state = next;
    generation++;
    results = [];
    leases = [];
  };
  return {
    state: () => state,
    generation: () => generation,
    admits(now: number) {
      if (state === 'open' && now >= openedAt + policy.open) become('half-open');
      leases = leases.filter(({ at }) => now < at + policy.open);
      return state === 'closed' || (state === 'half-open' && results.length + leases.length < policy.probes);
    },
    begin: (token: number, now: number) => leases.push({ token, at: now }),
    end(token: number, began: number, failed: boolean | undefined, now: number) {
      if (began !== generation) return;
      leases = leases.filter((lease) => lease.token !== token);
      if (failed === undefined) return;
      results.push(failed);
      const window = results.slice(-policy.of);
      const bad = window.filter(Boolean).length >= policy.failures * window.length;
      if (state === 'half-open' ? failed : window.length === policy.of && bad) {
        become('open');
        openedAt = now;
      } else if (state === 'half-open' && results.length >= policy.probes) become('closed');
    },
  };
}

test('a breaker does what its model does', () => {
  const step = fc.record({
    wait: fc.constantFrom(0, 0, 0, 1, 50, 400, 1000),
    act: fc.constantFrom('begin', 'begin', 'begin', 'fail', 'fail', 'succeed', 'succeed', 'drop'),
    pick: fc.nat(),
  });
  const policy = { failures: 0.5, of: 4, open: 1000, probes: 2 };
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const breaker = new Breaker(policy);
      const model = breakerModel(policy);
      const running: { token: number; began: number }[] = [];
      let now = 0;
      for (const { wait, act, pick } of steps) {
        now += wait;
        if (act === 'begin') {
          const token = breaker.acquire(now);
          assert.equal(token !== REFUSED, model.admits(now));
          if (token === REFUSED) continue;
          model.begin(token, now);
          running.push({ token, began: model.generation() });
        } else if (running.length > 0) {
          const { token, began } = running.splice(pick % running.length, 1)[0]!;
          if (act === 'drop') breaker.release(token);
          else breaker.record(token, act === 'fail', 0, now);
          model.end(token, began, act === 'drop' ? undefined : act === 'fail', now);
        }
        assert.equal(breaker.state, model.state());
        seen.add(breaker.state);
      }
    }),
  );
  assert.equal(seen.size, 3);
});

test('alarms ring in order, when due, and never after they were removed', async () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 20 }),
    after: fc.integer({ min: 0, max: 100 }),
    drop: fc.option(fc.nat()),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = virtualClock();
      const alarms = new Alarms(clock);
      const expected = new Map<Alarm, number>();
      const rung: number[] = [];
      for (const { wait, after, drop } of steps) {
        await clock.advance(wait);
        const due = clock.now() + after;
        const set: Alarm = alarm(due, () => {
          assert.ok(expected.delete(set));
          assert.equal(clock.now(), due);
          rung.push(due);
        });
        expected.set(set, due);
        alarms.add(set, clock.now());
        const victim = drop === null ? undefined : [...expected.keys()][drop % expected.size];
        if (victim) {
          expected.delete(victim);
          alarms.remove(victim);
        }
        assert.equal(alarms.size, expected.size);
      }
      await clock.advance(200);
      assert.equal(expected.size, 0);
      assert.deepEqual(
        rung,
        rung.toSorted((a, b) => a - b),
      );
      assert.equal(clock.pending, 0);
    }),
    { numRuns: 30 },
  );
});

test('alarms set in any order and removed from anywhere ring in order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1000), { minLength: 40, maxLength: 120 }),
      fc.array(fc.nat(), { minLength: 10, maxLength: 60 }),
      (dues, drops) => {
        const clock = dial();
        let fire = () => {};
        const alarms = new Alarms({
          now: clock.now,
          after: (ms, fn) => {
            if (ms > 0) fire = fn;
            return () => {};
          },
        });
        const rung: number[] = [];
        const set = dues.map((due) => alarm(due + 1, () => rung.push(due)));
        for (const one of set) alarms.add(one, 0);
        for (const drop of drops) {
          const [gone] = set.splice(drop % Math.max(1, set.length), 1);
          if (gone) alarms.remove(gone);
        }
        clock.turn(2000);
        fire();
        assert.deepEqual(
          rung,
          set.map(({ due }) => due - 1).sort((a, b) => a - b),
        );
      },
    ),
  );
});

test('a timer that has nothing to ring is given up, so that a process may end', async () => {
  const { clock, call } = testbed();
  call({ timeout: 60_000 }, async () => 'ok');
  await clock.advance(1);
  assert.equal(clock.pending, 0);
});

const times = fc.integer({ min: 1, max: 400 });
const maybe = <T>(part: fc.Arbitrary<T>) => fc.option(part, { nil: undefined, freq: 3 });
const policies = fc.record({
  timeout: maybe(times),
  deadline: maybe(times),
  retry: maybe(
    fc.record({
      attempts: fc.integer({ min: 1, max: 4 }),
      backoff: fc.constantFrom([0, 0] as const, [10, 100] as const),
      jitter: fc.constantFrom('full' as const, 'equal' as const, 'none' as const),
      on: fc.constant(['connect', 'unavailable', 'timeout'] as const),
    }),
  ),
  breaker: maybe(fc.constant({ failures: 0.5, of: 5, within: 1000, open: 200, probes: 2 })),
  bulkhead: maybe(fc.record({ concurrent: fc.integer({ min: 1, max: 3 }), queue: fc.integer({ min: 0, max: 3 }) })),
  limit: maybe(fc.record({ rate: fc.integer({ min: 5, max: 100 }), burst: fc.integer({ min: 1, max: 20 }) })),
  hedge: maybe(fc.record({ after: fc.integer({ min: 0, max: 50 }), extra: fc.integer({ min: 1, max: 2 }) })),
  cache: maybe(fc.record({ ttl: times, stale: times })),
});

/** How one attempt goes: how long it takes, how it ends, and whether it heeds its signal. */
const behaviours = fc.record({
  ms: fc.integer({ min: 0, max: 300 }),
  end: fc.constantFrom('ok', 'ok', 'unavailable', 'connect', 'not-found', 'throw'),
  heeds: fc.boolean(),
});

const callers = fc.record({
  wait: fc.integer({ min: 0, max: 60 }),
  abortAfter: maybe(times),
  deadline: maybe(times),
  key: fc.constantFrom('x', 'y'),
  endpoints: fc.constantFrom(['a:1'], ['a:1', 'b:1'], ['a:1', 'b:1', 'c:1'], []),
});

test('whatever happens: bulkhead and budget are kept, every call ends by its deadline, and nothing is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      policies,
      fc.array(callers, { minLength: 1, maxLength: 25 }),
      fc.array(behaviours, { minLength: 5, maxLength: 40 }),
      async (drawn, arrivals, script) => {
        const policy = JSON.parse(JSON.stringify(drawn)) as ClientPolicy;
        const bed = testbed();
        const { clock, state } = bed;
        const { budget } = state.edge(policy, 'users').destination;
        let running = 0;
        const mostRunning = 0;
        let next = 0;
        const attempt = (a: Attempt): Promise<string> => {
          const { ms, end, heeds } = script[next++ % script.length]!;
          running++;
          if (policy.bulkhead)
            assert.ok(running <= policy.bulkhead.concurrent, 'more work runs than the bulkhead allows');
          if (end === 'throw') {
            running--;
            throw new ServiceError('internal', 'thrown');
          }
          return new Promise<string>((resolve, reject) => {
            const error =
              end === 'connect'
                ? new ServiceError('unavailable', end, { origin: 'connect' })
                : new ServiceError(end === 'ok' ? 'internal' : (end as 'unavailable'), end, { origin: 'remote' });
            clock.after(ms, () => (end === 'ok' ? resolve('ok') : reject(error)));
            if (heeds) a.signal.addEventListener('abort', () => reject(a.signal.reason));
          }).finally(() => running--);
        };
        const calls: { call: Watched<string>; endsBy: number; signal: AbortSignal }[] = [];
        for (const { wait, abortAfter, deadline, key, endpoints } of arrivals) {
          await clock.advance(wait);
          const caller = new AbortController();
          if (abortAfter !== undefined) clock.after(abortAfter, () => caller.abort());
          const deadlineAt = deadline === undefined ? undefined : clock.now() + deadline;
          const endsBy = Math.min(
            deadlineAt ?? Infinity,
            policy.deadline === undefined ? Infinity : clock.now() + policy.deadline,
            abortAfter === undefined ? Infinity : clock.now() + abortAfter,
          );
          const call = bed.call(policy, attempt, {
            signal: caller.signal,
            deadlineAt,
            request: key,
            endpoints,
            observe: (event) => {
              if (event.kind !== 'retry' && event.kind !== 'hedge') return;
              assert.ok(budget.extras <= Math.max(3, 0.2 * budget.calls), 'over budget');
            },
          });
          calls.push({ call, endsBy, signal: caller.signal });
        }
        await clock.advance(60_000);
        for (const { call, endsBy, signal } of calls) {
          assert.deepEqual(getEventListeners(signal, 'abort'), []);
          assert.ok(call.settled, 'a call hangs');
          assert.ok(call.at! <= endsBy, `ended at ${call.at}, deadline ${endsBy}`);
          if (call.error !== undefined) assert.ok(call.error instanceof ServiceError, String(call.error));
        }
        assert.equal(running, 0);
        assert.ok(mostRunning <= (policy.bulkhead?.concurrent ?? Infinity), 'more work runs than the bulkhead allows');
        assert.equal(state.alarms.size, 0);
        assert.equal(clock.pending, 0);
        assert.deepEqual([budget.calls, budget.extras], [0, 0]);
        const edge = state.edge(policy, 'users');
        assert.deepEqual([edge.bulkhead?.running ?? 0, edge.bulkhead?.waiting ?? 0], [0, 0]);
        assert.ok([...edge.destination.endpoints.values()].every((endpoint) => endpoint.inFlight === 0));
      },
    ),
    { numRuns: 300 },
  );
});
