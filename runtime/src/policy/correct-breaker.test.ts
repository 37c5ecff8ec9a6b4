/** Lines 4–8 of "What correct means": breakers, through whole calls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
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

test('4. a breaker never opens below its minimum volume', async () => {
  const bed = testbed();
  await many(bed, 9, down);
  assert.equal(stateOf(bed), 'closed');
  await many(bed, 1, up);
  await many(bed, 1, down);
  assert.equal(stateOf(bed), 'open');
});

test('4. rejected and running calls are not in the denominator', async () => {
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
});

test('5. half open, exactly `probes` calls pass and the rest are refused at once', async () => {
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
});

test('5. probes that are through make no room for more, until all are', async () => {
  const bed = await opened();
  await bed.clock.advance(5000);
  await many(bed, 1, up);
  const calls = await many(bed, 10, hang);
  assert.equal(calls.filter((call) => call.error?.refusedBy === 'breaker').length, 8);
});

test('5. a hung probe’s lease runs out, and another may try', async () => {
  const bed = await opened();
  await bed.clock.advance(5000);
  await many(bed, 3, hang);
  await bed.clock.advance(4999);
  const [refused] = await many(bed, 1, up);
  assert.equal(refused?.error.refusedBy, 'breaker');
  await bed.clock.advance(1);
  await many(bed, 3, up);
  assert.equal(stateOf(bed), 'closed');
});

test('5. a probe that fails opens it again; one that is cancelled or throttled lets another try', async () => {
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
});

test('6. a result counts for the generation in which its call began', async () => {
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
});

test('7. windows slide; they do not tumble', async () => {
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
});

test('7. a window by count slides too', async () => {
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
});

test('an endpoint is not slow because calls wait in our own queue', async () => {
  const bed = testbed();
  const queued = {
    breaker: { ...breaker, slow: { share: 0.5, over: 300 } },
    bulkhead: { concurrent: 1, queue: 100 },
  };
  for (let n = 0; n < 20; n++) bed.call(queued, () => bed.later(200, 'ok'));
  await bed.clock.advance(60_000);
  assert.equal(stateOf(bed), 'closed');
  const latencies = bed.events.filter((event) => event.kind === 'attempt-ended').map((event) => event.latency);
  assert.deepEqual(latencies, Array(20).fill(200));
});

test('it opens for slowness too, and a slow probe opens it again', async () => {
  const bed = testbed();
  const slow = { breaker: { ...breaker, slow: { share: 0.5, over: 300 } } };
  const mixed = [100, 300, 301, 400].map((ms) => () => bed.later(ms, 'ok'));
  for (let n = 0; n < 9; n++) bed.call(slow, mixed[n % 4]!);
  await bed.clock.advance(400);
  assert.equal(stateOf(bed), 'closed');
  bed.call(slow, mixed[3]!);
  await bed.clock.advance(400);
  assert.equal(stateOf(bed), 'open');

  await bed.clock.advance(5000);
  bed.call(slow, mixed[3]!);
  await bed.clock.advance(400);
  assert.equal(stateOf(bed), 'open');
});

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

test('8. what is a failure, and what is not', async () => {
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
});

test('8. our own timeouts are failures; the caller’s own cancellation is none', async () => {
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
});

test('8. throttling is retried after what it asks for, and counts against the endpoint, not against the service', async () => {
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
});
