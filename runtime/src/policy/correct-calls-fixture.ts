/** For lines 1–3 and 9–14 of "What correct means": calls, their attempts and what they share. */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { RetryPolicy } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { createAdmission } from './admission.ts';
import type { Attempt } from './call.ts';
import { systemClock } from './clock.ts';
import { policy } from './policy.ts';
import { hang, testbed, watch } from './testbed-fixture.ts';

const unavailable = () => new ServiceError('unavailable', 'down', { origin: 'remote' });
const unsent = () => new ServiceError('unavailable', 'refused', { origin: 'connect' });
const retry: RetryPolicy = {
  attempts: 3,
  backoff: [100, 1000],
  jitter: 'none',
  on: ['connect', 'unavailable', 'timeout'],
};

export async function abortDuringBackoff(): Promise<void> {
  const { clock, call, state } = testbed();
  const caller = new AbortController();
  let attempts = 0;
  const fail = async () => {
    attempts++;
    throw unavailable();
  };
  const answer = call({ retry }, fail, { signal: caller.signal });
  await clock.advance(50);
  assert.equal(attempts, 1);

  caller.abort(new Error('changed my mind'));
  await clock.advance(0);
  assert.equal(answer.at, 50);
  assert.equal(answer.error.origin, 'cancelled');
  assert.equal(answer.error.cause.message, 'changed my mind');

  await clock.advance(60_000);
  assert.equal(attempts, 1);
  assert.equal(state.alarms.size, 0);
}

export async function timedOutWorkKeepsItsPermit(): Promise<void> {
  const { clock, call, later } = testbed();
  const policy = { timeout: 100, bulkhead: { concurrent: 1, queue: 0 } };
  const slow = call(policy, () => later(500, 'late'));
  await clock.advance(100);
  assert.equal(slow.error.origin, 'timeout');

  const meanwhile = call(policy, () => later(1, 'never run'));
  await clock.advance(300);
  assert.equal(meanwhile.error.refusedBy, 'bulkhead');

  await clock.advance(100);
  const afterwards = call(policy, () => later(1, 'run'));
  await clock.advance(1);
  assert.equal(afterwards.value, 'run');
}

export async function whoLeavesTheQueueNeverRuns(): Promise<void> {
  const { clock, call, later } = testbed();
  const policy = { timeout: 100, bulkhead: { concurrent: 1, queue: 5 } };
  const run: string[] = [];
  const caller = new AbortController();
  const work = (name: string) => () => {
    run.push(name);
    return later(150, name);
  };
  call(policy, work('first'));
  const left = call(policy, work('left'), { signal: caller.signal });
  const waited = call(policy, work('waited'));
  await clock.advance(50);
  caller.abort();
  await clock.advance(1000);
  assert.deepEqual(run, ['first']);
  assert.equal(left.at, 50);
  assert.deepEqual([waited.at, waited.error.refusedBy], [100, 'bulkhead']);
}

export async function endingOneNeverEndsASibling(): Promise<void> {
  const { clock, call, later } = testbed();
  const signals: AbortSignal[] = [];
  const answer = call(
    { timeout: 100, hedge: { after: 60, extra: 1 } },
    (attempt) => {
      signals.push(attempt.signal);
      return attempt.number === 1 ? hang() : later(80, 'from the hedge');
    },
    { endpoints: ['a:1', 'b:1'] },
  );
  await clock.advance(120);
  assert.deepEqual(
    signals.map((signal) => signal.aborted),
    [true, false],
  );
  await clock.advance(20);
  assert.equal(answer.value, 'from the hedge');
  assert.equal(signals[1]?.aborted, false);
}

export async function onlyWhatMayBeRepeated(): Promise<void> {
  const attemptsOf = async (idempotent: boolean, error: () => ServiceError) => {
    const { clock, call } = testbed();
    let attempts = 0;
    const fail = async () => {
      attempts++;
      throw error();
    };
    const answer = call({ retry }, fail, { idempotent });
    await clock.advance(10_000);
    assert.ok(answer.error instanceof ServiceError);
    return attempts;
  };
  assert.equal(await attemptsOf(true, unavailable), 3);
  assert.equal(await attemptsOf(false, unavailable), 1);
  assert.equal(await attemptsOf(false, unsent), 3);
}

export async function neverAfterTheResponseBegan(): Promise<void> {
  const { clock, call } = testbed();
  let attempts = 0;
  const answer = call({ retry }, async () => {
    attempts++;
    throw new ServiceError('unavailable', 'broke off', { origin: 'remote', responseBegun: true });
  });
  await clock.advance(10_000);
  assert.equal(answer.error.message, 'broke off');
  assert.equal(attempts, 1);
}

export async function overBudgetFailsNow(): Promise<void> {
  const { clock, call, events } = testbed();
  const slowRetry = { ...retry, backoff: [1000, 1000] as const };
  const failing = (destination: string, operation: string) =>
    call({ retry: slowRetry }, async () => Promise.reject(unavailable()), { destination, operation });

  // Two retries wait for their backoff, and one hedge is under way: the floor of three is taken.
  failing('users', 'GetUser');
  failing('users', 'ListUsers');
  call({ hedge: { after: 10, extra: 1 } }, hang);
  await clock.advance(20);
  const over = failing('users', 'GetUser');
  const elsewhere = failing('carts', 'GetCart');
  await clock.advance(0);
  assert.equal(over.at, 20);
  assert.equal(over.error.message, 'down');
  assert.equal(events.filter((event) => event.kind === 'refused' && event.by === 'budget').length, 1);
  assert.equal(elsewhere.settled, false);
}

/** 40 calls run: a fifth of them, eight, may be retried or hedged at a time, whatever each would like. */
export async function aShareOfTheCallsInFlight(): Promise<void> {
  const { clock, call, state, events } = testbed();
  const policy = { retry: { ...retry, backoff: [1000, 1000] as const }, hedge: { after: 10, extra: 1 } };
  for (let n = 0; n < 36; n++) call({}, hang);
  for (let n = 0; n < 2; n++) call(policy, hang);
  const failing = Array.from({ length: 20 }, () =>
    call({ retry: policy.retry }, async () => Promise.reject(unavailable())),
  );
  await clock.advance(0);
  // 58 calls were in flight when they failed, one after another; each that failed for good made that one fewer.
  const waiting = failing.filter(({ settled }) => !settled).length;
  const { budget } = state.edge({}, 'users').destination;
  assert.equal(budget.extras, waiting);
  assert.ok(waiting <= 0.2 * 58 && waiting + 1 > 0.2 * budget.calls, `${waiting} of ${budget.calls}`);
  assert.ok(failing.every((one) => !one.settled || (one.at === 0 && one.error.message === 'down')));
  events.length = 0;
  await clock.advance(20);
  assert.equal(
    events.some(({ kind }) => kind === 'hedge'),
    false,
    'retries have taken all that hedges could have',
  );
}

export async function whatTheServerAsksOverridesBackoff(): Promise<void> {
  const delays: number[] = [];
  for (let seed = 0; seed < 20; seed++) {
    for (const retryAfter of [2000, 3_600_000]) {
      const { clock, call, events } = testbed(seed);
      const throttled = new ServiceError('resource-exhausted', 'slow down', { origin: 'remote', retryAfter });
      call({ retry: { ...retry, on: ['throttled'] } }, async () => Promise.reject(throttled));
      await clock.advance(0);
      delays.push(...events.filter((event) => event.kind === 'retry').map((event) => event.delay));
    }
  }
  const asked = delays.filter((_, index) => index % 2 === 0);
  const capped = delays.filter((_, index) => index % 2 === 1);
  assert.ok(asked.every((delay) => delay >= 2000 && delay <= 2400));
  assert.ok(capped.every((delay) => delay >= 30_000 && delay <= 36_000));
  assert.equal(new Set(delays).size, 40);
}

export async function theDeadlineEndsTheRetrying(): Promise<void> {
  const { clock, call } = testbed();
  const asking = (retryAfter: number) => new ServiceError('unavailable', 'wait', { origin: 'remote', retryAfter });
  const tooLate = call({ retry, deadline: 1000 }, async () => Promise.reject(asking(1500)));
  const pushedBack = call({ retry }, async () => Promise.reject(asking(-1)));
  await clock.advance(0);
  assert.equal(tooLate.error.message, 'wait');
  assert.equal(pushedBack.error.message, 'wait');
}

export async function expiredWorkIsDropped(): Promise<void> {
  const { clock, state, later } = testbed();
  const admission = createAdmission({ bulkhead: { concurrent: 1, queue: 5 } }, state);
  const run: string[] = [];
  const admit = (name: string, deadlineAt: number) => {
    const work = () => {
      run.push(name);
      return later(100, name);
    };
    const { signal } = new AbortController();
    return watch(admission.admit({ deadlineAt, limitKey: () => '', signal, run: work }), clock.now);
  };
  await clock.advance(1000);
  const expired = admit('expired', 1000);
  const first = admit('first', 2000);
  const expiring = admit('expiring', 1050);
  const second = admit('second', 2000);
  await clock.advance(300);
  assert.deepEqual(run, ['first', 'second']);
  assert.equal(expired.error.origin, 'deadline');
  assert.equal(expiring.at, 1050);
  assert.equal(first.value, 'first');
  assert.equal(second.value, 'second');
}

export async function noCallOutlivesItsDeadline(): Promise<void> {
  const { clock, call } = testbed();
  const deadlines: (number | undefined)[] = [];
  const attempt = (a: Attempt) => {
    deadlines.push(a.deadlineAt);
    return hang();
  };
  const own = call({ deadline: 300 }, attempt);
  const inherited = call({ deadline: 300 }, attempt, { deadlineAt: 200 });
  const attemptOnly = call({ deadline: 300, timeout: 100 }, attempt);
  await clock.advance(1000);
  assert.deepEqual(deadlines, [300, 200, 100]);
  assert.deepEqual([own.at, inherited.at, attemptOnly.at], [300, 200, 100]);
  assert.deepEqual(
    [own, inherited, attemptOnly].map((c) => c.error.origin),
    ['deadline', 'deadline', 'timeout'],
  );
}

/** Real time, and a wall clock that is an hour off one way or the other whenever it is read. */
export async function aWallClockThatJumps(): Promise<void> {
  const HOUR = 3_600_000;
  let reads = 0;
  const wall = mock.method(Date, 'now', () => (reads++ % 2 === 0 ? 1e12 + HOUR : 1e12 - HOUR));
  try {
    const guarded = policy({ deadline: 10_000, timeout: 30, breaker: { of: 1, open: 60, probes: 1 } });
    const asked = performance.now();
    await assert.rejects(guarded(hang), { origin: 'timeout' });
    const took = performance.now() - asked;
    assert.ok(took >= 29 && took < 5000, `a timeout of 30 ms took ${took} ms`);
    await assert.rejects(
      guarded(() => 'too early'),
      { refusedBy: 'breaker' },
    );
    await new Promise<void>((resolve) => systemClock.after(61, resolve));
    assert.equal(await guarded(() => 'half open'), 'half open');
  } finally {
    wall.mock.restore();
  }
}

export function longTimers(): void {
  mock.timers.enable({ apis: ['setTimeout'] });
  const armed = mock.method(globalThis, 'setTimeout');
  try {
    const month = 30 * 24 * 3_600_000;
    let fired = 0;
    systemClock.after(month, () => fired++);
    const cancel = systemClock.after(month, () => fired++);
    mock.timers.tick(2 ** 31 - 1);
    cancel();
    mock.timers.tick(month - (2 ** 31 - 1) - 1);
    assert.equal(fired, 0);
    mock.timers.tick(1);
    assert.equal(fired, 1);
    assert.ok(armed.mock.calls.every((call) => (call.arguments[1] ?? 0) <= 2 ** 31 - 1));
  } finally {
    armed.mock.restore();
    mock.timers.reset();
  }
}

const caching = { cache: { ttl: 1000 } };

export async function othersKeepTheirFetch(): Promise<void> {
  const { clock, call, later } = testbed();
  const signals: AbortSignal[] = [];
  const fetch = (attempt: Attempt) => {
    signals.push(attempt.signal);
    return later(100, 'fetched');
  };
  const callers = [new AbortController(), new AbortController(), new AbortController()];
  const [first, second, third] = callers.map(({ signal }) => call(caching, fetch, { signal }));
  await clock.advance(10);
  callers[0]?.abort();
  await clock.advance(10);
  assert.equal(first?.error.origin, 'cancelled');
  await clock.advance(100);
  assert.equal(signals.length, 1);
  assert.equal(second?.value, 'fetched');
  assert.equal(third?.value, 'fetched');
}

export async function whenAllHaveGoneItIsCancelled(): Promise<void> {
  const { clock, call } = testbed();
  let signal: AbortSignal | undefined;
  const fetch = (attempt: Attempt) => {
    signal = attempt.signal;
    return hang();
  };
  const callers = [new AbortController(), new AbortController()];
  for (const caller of callers) call(caching, fetch, { signal: caller.signal });
  await clock.advance(10);
  callers[0]?.abort();
  assert.equal(signal?.aborted, false);
  callers[1]?.abort();
  assert.equal(signal?.aborted, true);
}
