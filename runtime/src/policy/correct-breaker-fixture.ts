/** For lines 4–8 of "What correct means": breakers, through whole calls. */
import assert from 'node:assert/strict';
import type { BreakerPolicy } from '../definition.ts';
import { declaredError, ServiceError } from '../errors.ts';
import { hang, type Testbed, testbed } from './testbed-fixture.ts';

const breaker: BreakerPolicy = { failures: 0.5, of: 10, within: 10_000, open: 5000, probes: 3 };
const policy = { breaker };
const down = async () => Promise.reject(new ServiceError('unavailable', 'down', { origin: 'remote' }));
const up = async () => 'up';

function stateOf({ state }: Testbed) {
  return state.breakers()[0]?.state;
}

async function many(bed: Testbed, count: number, attempt: () => Promise<unknown>) {
  const calls = Array.from({ length: count }, () => bed.call(policy, attempt));
  await bed.clock.advance(0);
  return calls;
}

async function opened(): Promise<Testbed> {
  const bed = testbed();
  await many(bed, 10, down);
  assert.equal(stateOf(bed), 'open');
  return bed;
}

export async function neverBelowItsMinimumVolume(): Promise<void> {
  const bed = testbed();
  await many(bed, 9, down);
  assert.equal(stateOf(bed), 'closed');
  await many(bed, 1, up);
  await many(bed, 1, down);
  assert.equal(stateOf(bed), 'open');
}

export async function onlyEndedCallsAreCounted(): Promise<void> {
  const bed = testbed();
  await many(bed, 20, hang);
  const full = { breaker, bulkhead: { concurrent: 1, queue: 0 } };
  for (let n = 0; n < 20; n++) bed.call(full, hang);
  await many(bed, 9, down);
  assert.equal(stateOf(bed), 'closed');
  await many(bed, 1, down);
  assert.equal(stateOf(bed), 'open');

  // Refusals while it is open leave no trace in the window of the next generation.
  await many(bed, 100, down);
  await bed.clock.advance(5000);
  await many(bed, 3, up);
  assert.equal(stateOf(bed), 'closed');
  await many(bed, 9, down);
  assert.equal(stateOf(bed), 'closed');
}

export async function exactlyProbesPass(): Promise<void> {
  const bed = await opened();
  await bed.clock.advance(5000);
  let passed = 0;
  const calls = Array.from({ length: 10 }, () =>
    bed.call(policy, () => {
      passed++;
      return bed.later(100, 'up');
    }),
  );
  await bed.clock.advance(0);
  assert.equal(passed, 3);
  assert.deepEqual(
    calls.map((call) => call.error?.refusedBy),
    [...Array(3).fill(undefined), ...Array(7).fill('breaker')],
  );

  await bed.clock.advance(99);
  await many(bed, 5, up);
  assert.equal(stateOf(bed), 'half-open');
  await bed.clock.advance(1);
  assert.equal(stateOf(bed), 'closed');
}

export async function endedProbesMakeNoRoom(): Promise<void> {
  const bed = await opened();
  await bed.clock.advance(5000);
  await many(bed, 1, up);
  const calls = await many(bed, 10, hang);
  assert.equal(calls.filter((call) => call.error?.refusedBy === 'breaker').length, 8);
}

export async function aLeaseRunsOut(): Promise<void> {
  const bed = await opened();
  await bed.clock.advance(5000);
  await many(bed, 3, hang);
  await bed.clock.advance(4999);
  const [refused] = await many(bed, 1, up);
  assert.equal(refused?.error.refusedBy, 'breaker');
  await bed.clock.advance(1);
  await many(bed, 3, up);
  assert.equal(stateOf(bed), 'closed');
}

export async function aProbeThatSaysNothingLetsAnotherTry(): Promise<void> {
  const bed = await opened();
  await bed.clock.advance(5000);
  const caller = new AbortController();
  bed.call(policy, hang, { signal: caller.signal });
  await many(bed, 2, up);
  caller.abort();
  await many(bed, 5, async () =>
    Promise.reject(new ServiceError('resource-exhausted', 'slow down', { origin: 'remote' })),
  );
  assert.equal(stateOf(bed), 'half-open');
  await many(bed, 1, down);
  assert.equal(stateOf(bed), 'open');
  const [refused] = await many(bed, 1, up);
  assert.equal(refused?.error.retryAfter, 5000);
}

export async function lateResultsAreNoNews(): Promise<void> {
  const bed = testbed();
  const error = new ServiceError('unavailable', 'down', { origin: 'remote' });
  for (let n = 0; n < 3; n++) bed.call(policy, () => bed.failLater(5500, error));
  for (let n = 0; n < 3; n++) bed.call(policy, () => bed.later(5500, 'late'));
  await many(bed, 10, down);
  await bed.clock.advance(5000);
  bed.call(policy, hang);
  assert.equal(stateOf(bed), 'half-open');

  // What began before it opened neither closes it nor opens it again.
  await bed.clock.advance(600);
  assert.equal(stateOf(bed), 'half-open');
  await many(bed, 2, up);
  assert.equal(stateOf(bed), 'half-open');
}

export async function timeWindowsSlide(): Promise<void> {
  for (const start of [0, 2500, 5000, 7500]) {
    const bed = testbed();
    await bed.clock.advance(start);
    await many(bed, 5, down);
    await bed.clock.advance(9000);
    await many(bed, 4, down);
    assert.equal(stateOf(bed), 'closed');
    await many(bed, 1, down);
    assert.equal(stateOf(bed), 'open', `five failures at ${start} and five 9 s later are ten within 10 s`);

    const apart = testbed();
    await apart.clock.advance(start);
    await many(apart, 5, down);
    await apart.clock.advance(10_001);
    await many(apart, 5, down);
    assert.equal(stateOf(apart), 'closed', 'those that are over 10 s apart are not');
  }
}

export async function countWindowsSlide(): Promise<void> {
  const { within: _, ...byCount } = breaker;
  const bed = testbed();
  const one = async (attempt: () => Promise<unknown>) => {
    bed.call({ breaker: byCount }, attempt);
    await bed.clock.advance(60_000);
  };
  for (let n = 0; n < 6; n++) await one(up);
  for (let n = 0; n < 4; n++) await one(down);
  assert.equal(stateOf(bed), 'closed');
  await one(down);
  assert.equal(stateOf(bed), 'open');
}

class OutOfStock extends declaredError<{ sku: string }>('shop.OutOfStock', 409, 9) {}
const remote = (code: ServiceError['code'], status?: number) => () =>
  new ServiceError(code, code, { origin: 'remote', status });

const FAILURES = [
  () => new ServiceError('unavailable', 'no route', { origin: 'connect' }),
  () => new ServiceError('deadline-exceeded', 'slow', { origin: 'timeout' }),
  remote('unavailable'),
  remote('internal'),
  remote('unknown'),
  remote('unavailable', 502),
  remote('deadline-exceeded'),
  () => new TypeError('a bug in the transport'),
];

const NO_FAILURES = [
  remote('invalid-argument'),
  remote('not-found'),
  remote('permission-denied'),
  remote('unauthenticated'),
  remote('aborted'),
  remote('resource-exhausted'),
  remote('unimplemented'),
  () => new OutOfStock({ sku: 'x' }, undefined, { origin: 'remote' }),
  () => new ServiceError('cancelled', 'gone', { origin: 'cancelled' }),
  () => new ServiceError('unavailable', 'no', { origin: 'refused', refusedBy: 'bulkhead' }),
];

export async function whatIsAFailure(): Promise<void> {
  for (const error of FAILURES) {
    const bed = testbed();
    await many(bed, 10, async () => Promise.reject(error()));
    assert.equal(stateOf(bed), 'open', String(error()));
  }
  for (const error of NO_FAILURES) {
    const bed = testbed();
    await many(bed, 100, async () => Promise.reject(error()));
    assert.equal(stateOf(bed), 'closed', String(error()));
  }
}

export async function timeoutsAreFailuresAndCancellationIsNone(): Promise<void> {
  const timing = testbed();
  for (let n = 0; n < 10; n++) timing.call({ timeout: 100, breaker }, hang);
  await timing.clock.advance(100);
  assert.equal(stateOf(timing), 'open');

  const hurried = testbed();
  for (let n = 0; n < 10; n++) hurried.call(policy, hang, { deadlineAt: 100 });
  await hurried.clock.advance(100);
  assert.equal(stateOf(hurried), 'open');

  const leaving = testbed();
  const caller = new AbortController();
  for (let n = 0; n < 100; n++) leaving.call(policy, hang, { signal: caller.signal });
  caller.abort();
  await many(leaving, 9, down);
  assert.equal(stateOf(leaving), 'closed');
}

export async function throttlingCountsAgainstTheEndpoint(): Promise<void> {
  const bed = testbed();
  const tried: string[] = [];
  const retry = { attempts: 2, backoff: [10, 10], jitter: 'none', on: ['throttled'] } as const;
  const attempt = async ({ endpoint }: { endpoint: string }) => {
    tried.push(endpoint);
    if (endpoint === 'b:1') return 'up';
    throw new ServiceError('resource-exhausted', 'slow down', { origin: 'remote', retryAfter: 2000 });
  };
  const endpoints = ['a:1', 'b:1'];
  const throttled = { retry, breaker, balance: { by: 'round-robin' } } as const;
  const calls = Array.from({ length: 6 }, () => bed.call(throttled, attempt, { endpoints }));
  await bed.clock.advance(1999);
  assert.ok(tried.includes('a:1'));
  const before = tried.length;

  // While a:1 rests everything goes to b:1; then a:1 has its turns again.
  for (let n = 0; n < 10; n++) bed.call({ breaker }, attempt, { endpoints });
  assert.deepEqual(new Set(tried.slice(before)), new Set(['b:1']));
  await bed.clock.advance(3000);
  assert.ok(calls.every((call) => call.value === 'up'));
  assert.ok(bed.state.breakers().every(({ state }) => state === 'closed'));
}
