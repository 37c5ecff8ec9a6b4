import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientPolicy } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { createAdmission } from './admission.ts';
import { callEdge, createPolicyState } from './edge.ts';
import { LazySignal } from './lazy-signal.ts';
import { createLimiter } from './limiter.ts';
import { seededRandom } from './random.ts';
import { virtualClock } from './virtual-clock.ts';

function edge() {
  const clock = virtualClock();
  const state = createPolicyState({ clock, random: seededRandom(1) });
  const call = (policy: ClientPolicy, answer: () => Promise<unknown>) =>
    callEdge(state, {
      destination: 'users',
      operation: 'GetUser',
      idempotent: true,
      reads: true,
      request: {},
      policy,
      endpoints: ['a:1'],
      attempt: answer,
    });
  return { clock, state, call };
}

const down = () => Promise.reject(new ServiceError('unavailable', 'down', { origin: 'remote' }));
const up = async () => 'ok';
const breaker = { failures: 0.5, of: 4, within: 10_000, open: 5000, probes: 1 };

test('an open breaker stays open as long as it was to be, and the successor probes by its own numbers', async () => {
  const { clock, state, call } = edge();
  const from = { breaker };
  for (let i = 0; i < 4; i += 1) await assert.rejects(call(from, down));
  await assert.rejects(call(from, up), { refusedBy: 'breaker' });
  const to = { breaker: { ...breaker, open: 60_000, probes: 2 } };
  state.inherit(from, to, 'users');
  await assert.rejects(call(to, up), { refusedBy: 'breaker' });
  await clock.advance(5000);
  assert.equal(await call(to, up), 'ok');
  await assert.rejects(call(to, down));
  await clock.advance(5000);
  await assert.rejects(call(to, up), { refusedBy: 'breaker' });
});

test('a window of the same size keeps what it saw, and one of another begins anew', async () => {
  for (const [within, expected] of [
    [10_000, 'breaker'],
    [20_000, undefined],
  ] as const) {
    const { state, call } = edge();
    const from = { breaker };
    for (let i = 0; i < 3; i += 1) await assert.rejects(call(from, down));
    const to = { breaker: { ...breaker, within, failures: 0.9 } };
    state.inherit(from, to, 'users');
    await assert.rejects(call(to, down));
    const refusedBy = await call(to, up).then(
      () => undefined,
      (error: ServiceError) => error.refusedBy,
    );
    assert.equal(refusedBy, expected);
  }
});

test('a window of calls goes on too', async () => {
  const { state, call } = edge();
  const { within: _, ...counted } = breaker;
  const from = { breaker: counted };
  for (let i = 0; i < 3; i += 1) await assert.rejects(call(from, down));
  const to = { breaker: { ...counted, open: 1 } };
  state.inherit(from, to, 'users');
  await assert.rejects(call(to, down));
  await assert.rejects(call(to, up), { refusedBy: 'breaker' });
});

test('who is ahead of a limit by so many calls is so by the next limit', () => {
  const clock = virtualClock();
  const first = createLimiter({ rate: 10, burst: 10 }, clock);
  for (let i = 0; i < 10; i += 1) assert.ok(first.take('ann').ok);
  const faster = first.successor({ rate: 100, burst: 10 });
  assert.deepEqual(faster.take('ann'), { ok: false, retryAfter: 10 });
  const larger = first.successor({ rate: 1, burst: 11 });
  assert.deepEqual([larger.take('ann').ok, larger.take('ann').ok, larger.take('bob').ok], [true, false, true]);
});

test('answers stay cached, and as fresh as they were to be', async () => {
  const { clock, state, call } = edge();
  let asked = 0;
  const count = async () => ++asked;
  const from = { cache: { ttl: 1000 } };
  await call(from, count);
  const to = { cache: { ttl: 60_000 } };
  state.inherit(from, to, 'users');
  assert.equal(await call(to, count), 1);
  await clock.advance(1200);
  assert.equal(await call(to, count), 2);
  await clock.advance(30_000);
  assert.equal(await call(to, count), 2);
});

test('a server keeps its count of calls and its answers, and works off what it has let in', async () => {
  const clock = virtualClock();
  const state = createPolicyState({ clock, random: seededRandom(1) });
  const policy = { limit: { rate: 1, burst: 2 }, bulkhead: { concurrent: 1, queue: 0 }, cache: { ttl: 1000 } };
  const admission = createAdmission(policy, state);
  const running = Promise.withResolvers<string>();
  const admit = (by: typeof admission, run: () => Promise<unknown>) =>
    by.admit({ limitKey: () => '', signal: new LazySignal(), run: ({ cached }) => cached({}, '', run) });
  const first = admit(admission, () => running.promise);
  const next = admission.successor({ ...policy, limit: { rate: 1, burst: 3 }, cache: { ttl: 9000 } });
  await assert.rejects(admit(next, up), { refusedBy: 'bulkhead' });
  running.resolve('first');
  assert.equal(await first, 'first');
  assert.equal(await admit(next, up), 'ok');
  await assert.rejects(admit(next, up), { refusedBy: 'limit' });
});
