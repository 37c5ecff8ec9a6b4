import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LimitKey, ServerPolicy } from '../definition.ts';
import { type AdmitCall, createAdmission } from './admission.ts';
import { GradientLimit } from './shed.ts';
import { createPolicyState } from './state.ts';
import { hang, testbed, watch } from './testbed-fixture.ts';

function server(policy: ServerPolicy) {
  const bed = testbed();
  const admission = createAdmission(policy, bed.state, 'orders.PlaceOrder');
  const refused: string[] = [];
  const admit = <T>(run: AdmitCall<T>['run'], more: Partial<AdmitCall<T>> = {}) => {
    const { signal } = new AbortController();
    const call = { limitKey: () => '', signal, run, refused: (by: string) => refused.push(by), ...more };
    return watch(admission.admit(call), bed.clock.now);
  };
  return { ...bed, admit, refused };
}

test('with no policy the work simply runs', async () => {
  const { clock, admit, later } = server({});
  const answer = admit(() => later(10, 'done'));
  await clock.advance(10);
  assert.equal(answer.value, 'done');
});

test('the limit counts by its key, and says how long to wait', async () => {
  const key: LimitKey = { by: 'client.ip' };
  const { clock, admit, refused } = server({ limit: { rate: 1, burst: 2, key } });
  const from = (ip: string) => admit(async () => 'ok', { limitKey: (asked) => (asked === key ? ip : 'wrong key') });
  const calls = [from('1.1.1.1'), from('1.1.1.1'), from('1.1.1.1'), from('2.2.2.2')];
  await clock.advance(0);
  assert.deepEqual(
    calls.map((call) => call.value),
    ['ok', 'ok', undefined, 'ok'],
  );
  const error = calls[2]?.error;
  assert.deepEqual([error.status, error.origin, error.refusedBy, error.retryAfter], [429, 'refused', 'limit', 1000]);
  assert.match(error.message, /orders\.PlaceOrder/);
  assert.deepEqual(refused, ['limit']);
});

test('the bulkhead queues, refuses beyond, and a caller who leaves the queue frees the place', async () => {
  const { clock, admit, later } = server({ bulkhead: { concurrent: 1, queue: 1 } });
  const first = admit(() => later(100, 1));
  const leaving = new AbortController();
  const second = admit(() => later(100, 2), { signal: leaving.signal });
  const third = admit(() => later(100, 3));
  await clock.advance(10);
  assert.deepEqual([third.error.status, third.error.refusedBy], [503, 'bulkhead']);
  leaving.abort();
  const fourth = admit(() => later(100, 4));
  await clock.advance(500);
  assert.deepEqual([first.value, second.error.origin, fourth.value], [1, 'cancelled', 4]);
});

test('at the deadline the caller is answered and the work is told; its permit stays with it until it settles', async () => {
  const { clock, admit, later } = server({ deadline: 100, bulkhead: { concurrent: 1, queue: 0 } });
  let signal: AbortSignal | undefined;
  const slow = admit(({ signal: own }) => {
    signal = own;
    return later(300, 'late');
  });
  await clock.advance(100);
  assert.deepEqual([slow.at, slow.error.origin, signal?.aborted], [100, 'deadline', true]);
  const meanwhile = admit(() => later(1, 'ok'));
  await clock.advance(200);
  assert.equal(meanwhile.error.refusedBy, 'bulkhead');
  const afterwards = admit(() => later(1, 'ok'));
  await clock.advance(1);
  assert.equal(afterwards.value, 'ok');
});

test('work that throws outright is a rejection, and leaves nothing behind', async () => {
  const { clock, admit, state } = server({ deadline: 100, bulkhead: { concurrent: 1, queue: 0 } });
  for (let n = 0; n < 3; n++) {
    const answer = admit(() => {
      throw new Error('a bug');
    });
    await clock.advance(0);
    assert.equal(answer.error.message, 'a bug');
  }
  assert.equal(state.alarms.size, 0);
});

test('the cache keeps principals apart, and is only asked where the work asks it', async () => {
  const { clock, admit } = server({ cache: { ttl: 1000 } });
  let computed = 0;
  const as = (principal: string) => admit(({ cached }) => cached({ id: 1 }, principal, async () => ++computed));
  const answers = [as('ann'), as('ann'), as('bob')];
  await clock.advance(0);
  assert.deepEqual(
    answers.map((answer) => answer.value),
    [1, 1, 2],
  );
});

test('a cached handler that throws outright fails its own call, not those after it', async () => {
  const { clock, admit } = server({ cache: { ttl: 1000 } });
  const broken = admit(({ cached }) =>
    cached({ id: 1 }, '', () => {
      throw new Error('a bug');
    }),
  );
  await clock.advance(0);
  const next = admit(({ cached }) => cached({ id: 1 }, '', async () => 'ok'));
  await clock.advance(0);
  assert.equal(broken.error.message, 'a bug');
  assert.equal(next.value, 'ok');
});

test('work is shed while the event loop lags, and no longer', async () => {
  let now = 0;
  const timers: { at: number; fn: () => void }[] = [];
  const clock = {
    now: () => now,
    after: (ms: number, fn: () => void) => {
      const timer = { at: now + ms, fn };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  };
  /** Time passes, and only at its end does the loop get to its timers. */
  const block = (ms: number) => {
    now += ms;
    for (const due of timers.splice(0).filter((timer) => timer.at <= now)) due.fn();
  };
  const admission = createAdmission({ shed: { lag: 50 } }, createPolicyState({ clock, random: Math.random }));
  const { signal } = new AbortController();
  const admit = () =>
    admission.admit({ limitKey: () => '', signal, run: async () => 'ok' }).catch((error) => error.refusedBy);
  assert.equal(await admit(), 'ok');
  block(15);
  assert.equal(await admit(), 'ok');
  block(200);
  assert.equal(await admit(), 'shed');
  block(10);
  assert.equal(await admit(), 'ok');
  for (let n = 0; n < 5; n++) block(10);
  assert.equal(timers.length, 0, 'nothing is measured when nobody asks');
});

/** A service that answers each call in `latency(n)` ms, kept full for so many milliseconds. */
function loaded(limit: GradientLimit, from: number, ms: number, latency: (n: number) => number): number {
  const ends: { at: number; latency: number }[] = [];
  for (let now = from, n = 0; now < from + ms; now++) {
    while (limit.tryEnter()) {
      const took = latency(n++);
      ends.push({ at: now + took, latency: took });
    }
    for (const end of ends.filter(({ at }) => at <= now)) {
      ends.splice(ends.indexOf(end), 1);
      limit.leave(end.latency, now);
    }
  }
  for (const { latency } of ends) limit.leave(latency, from + ms);
  return limit.limit;
}

test('the gradient limit grows while latency is steady, and shrinks when it rises with load', () => {
  const limit = new GradientLimit();
  const start = limit.limit;
  const grown = loaded(limit, 0, 3000, () => 10);
  assert.ok(grown > 2 * start, `${grown}`);
  const shrunk = loaded(limit, 3000, 3000, () => 100);
  assert.ok(shrunk < grown / 2, `${shrunk} after ${grown}`);
  assert.ok(shrunk >= 4);
  assert.equal(limit.running, 0);
});

test('a mix of quick and slow calls is no rise of latency', () => {
  const limit = new GradientLimit();
  const start = limit.limit;
  const grown = loaded(limit, 0, 5000, (n) => (n % 2 === 0 ? 1 : 100));
  assert.ok(grown > 2 * start, `${grown}`);
});

test('waiting for a permit is latency too: where the queue grows calls are shed', async () => {
  const shed = { gradient: true };
  const { clock, admit, refused, later } = server({ shed, bulkhead: { concurrent: 10, queue: 10_000 } });
  // Twice as many as it can do, for ten seconds.
  for (let n = 0; n < 2000; n++) {
    admit(() => later(100, 'ok'));
    await clock.advance(5);
  }
  refused.length = 0;
  for (let n = 0; n < 200; n++) admit(() => later(100, 'ok'));
  await clock.advance(0);
  assert.ok(refused.length > 190, `${refused.length} of 200 shed, with 30 or so running and waiting`);
  assert.deepEqual(new Set(refused), new Set(['shed']));
  await clock.advance(500);
  const afterwards = admit(() => later(100, 'ok'));
  await clock.advance(200);
  assert.equal(afterwards.value, 'ok', 'the queue is short enough to be gone in half a second');
});

test('beyond the gradient limit calls are shed', async () => {
  const { clock, admit, refused } = server({ shed: { gradient: true } });
  for (let n = 0; n < 25; n++) admit(hang);
  await clock.advance(0);
  assert.deepEqual(refused, Array(5).fill('shed'));
});

test('calls that the limit refuses take no place from the gradient limit', async () => {
  const { clock, admit, refused } = server({ shed: { gradient: true }, limit: { rate: 1, burst: 5 } });
  for (let n = 0; n < 100; n++) admit(hang);
  await clock.advance(0);
  assert.deepEqual(refused, Array(95).fill('limit'));
});
