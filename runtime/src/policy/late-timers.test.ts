/** Timers are late when the process was busy, or frozen: what was due meanwhile must not be begun any more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientPolicy } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { createAdmission } from './admission.ts';
import type { Clock } from './clock.ts';
import { callEdge, createPolicyState } from './edge.ts';
import { LazySignal } from './lazy-signal.ts';
import { seededRandom } from './random.ts';
import { watch } from './testbed-fixture.ts';
import { virtualClock } from './virtual-clock.ts';

/** Virtual time, in which the timers of policies are so many milliseconds late. */
function lateBed(late: number) {
  const clock = virtualClock();
  const lateClock: Clock = { now: clock.now, after: (ms, fn) => clock.after(ms + late, fn) };
  const state = createPolicyState({ clock: lateClock, random: seededRandom(1) });
  const sent: number[] = [];
  const call = (policy: ClientPolicy, work: () => Promise<string>) =>
    watch(
      callEdge(state, {
        destination: 'users',
        operation: 'GetUser',
        idempotent: true,
        reads: true,
        request: {},
        policy,
        endpoints: ['a:1'],
        attempt: () => {
          sent.push(clock.now());
          return work();
        },
      }),
      clock.now,
    );
  const later = (ms: number) => new Promise<string>((resolve) => clock.after(ms, () => resolve('done')));
  return { clock, state, sent, call, later };
}

const down = () => Promise.reject(new ServiceError('unavailable', 'down', { origin: 'remote' }));

test('a retry whose backoff is over only after the deadline is not made', async () => {
  const { clock, state, sent, call } = lateBed(20);
  const retry = { attempts: 3, backoff: [90, 90], jitter: 'none', on: ['unavailable'] } as const;
  const answer = call({ deadline: 100, retry }, down);
  await clock.advance(1000);
  assert.deepEqual(sent, [0]);
  assert.equal(answer.at, 110);
  assert.equal(answer.error.origin, 'deadline');
  const { budget } = state.edge({ deadline: 100, retry }, 'users').destination;
  assert.deepEqual([budget.calls, budget.extras], [0, 0]);
});

test('a hedge that comes only after the deadline is not made', async () => {
  const { clock, sent, call, later } = lateBed(20);
  const answer = call({ deadline: 100, hedge: { after: 90, extra: 1 } }, () => later(500));
  await clock.advance(1000);
  assert.deepEqual(sent, [0]);
  assert.equal(answer.error.origin, 'deadline');
});

test('an attempt that gets its permit only after its deadline is not sent, and the permit goes to the next', async () => {
  const { clock, sent, call, later } = lateBed(20);
  const bulkhead = { concurrent: 1, queue: 2 };
  call({ bulkhead }, () => later(110));
  const late = call({ bulkhead, deadline: 100 }, () => later(1));
  const next = call({ bulkhead }, () => later(1));
  await clock.advance(1000);
  assert.deepEqual(sent, [0, 110]);
  assert.equal(late.error.origin, 'deadline');
  assert.deepEqual([next.value, next.at], ['done', 111]);
});

test('an answer that comes after the deadline ends its call once, also where its hedge waits for the permit', async () => {
  const { clock, state, sent, call, later } = lateBed(20);
  const policy = { deadline: 100, hedge: { after: 10, extra: 1 }, bulkhead: { concurrent: 1, queue: 1 } };
  const answer = call(policy, () => later(110));
  await clock.advance(1000);
  assert.deepEqual(sent, [0]);
  assert.deepEqual([answer.value, answer.at], ['done', 110]);
  const { bulkhead, destination } = state.edge(policy, 'users');
  assert.deepEqual([bulkhead!.running, bulkhead!.waiting], [0, 0]);
  assert.deepEqual([destination.budget.calls, destination.budget.extras], [0, 0]);
});

test('a handler whose turn comes only after the deadline is not run, and the permit goes to the next', async () => {
  const { clock, state, later } = lateBed(20);
  const admission = createAdmission({ bulkhead: { concurrent: 1, queue: 2 }, shed: { gradient: true } }, state);
  const ran: string[] = [];
  const admit = (name: string, deadlineAt: number | undefined, ms: number) => {
    const run = () => {
      ran.push(name);
      return later(ms);
    };
    return watch(admission.admit({ deadlineAt, signal: new LazySignal(), limitKey: () => '', run }), clock.now);
  };
  admit('first', undefined, 110);
  const late = admit('late', 100, 1);
  const next = admit('next', undefined, 1);
  await clock.advance(1000);
  assert.deepEqual(ran, ['first', 'next']);
  assert.equal(late.error.origin, 'deadline');
  assert.equal(next.at, 111);
});
