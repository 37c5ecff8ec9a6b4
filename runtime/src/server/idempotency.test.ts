import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declaredError, ServiceError } from '../errors.ts';
import { SoldOut } from '../fixtures/kinds.ts';
import { virtualClock } from '../policy/virtual-clock.ts';
import { idempotencyContract } from './idempotency-contract.ts';
import { keyed } from './idempotency-fixture.ts';
import { memoryIdempotencyStore } from './idempotency-memory.ts';
import type { IdempotencyStore } from './idempotency-store.ts';

function counting() {
  let runs = 0;
  return async () => {
    runs += 1;
    return runs;
  };
}

const memory = () => {
  const clock = virtualClock();
  return { store: memoryIdempotencyStore(clock), wait: (ms: number) => clock.advance(ms) };
};
for (const { name, run } of idempotencyContract(memory)) test(name, run);

test('same key and same request, same answer; of each caller and each operation its own', async () => {
  const clock = virtualClock();
  const store = memoryIdempotencyStore(clock);
  const [alice, bob] = ['alice', 'bob'].map((whose) => keyed(clock, store, whose));
  const run = counting();
  assert.equal(await alice!.once('Pay', 'k', 'a', run), 1);
  assert.equal(await alice!.once('Pay', 'k', 'a', run), 1);
  assert.equal(await bob!.once('Pay', 'k', 'a', run), 2);
  assert.equal(await alice!.once('Refund', 'k', 'a', run), 3);
  await assert.rejects(alice!.once('Pay', 'k', 'b', run), { status: 422 });
});

test('names and keys cannot be put together so that two are taken for one', async () => {
  const clock = virtualClock();
  const store = memoryIdempotencyStore(clock);
  const run = counting();
  assert.equal(await keyed(clock, store, 'a').once('Pay', 'b\nc', 'x', run), 1);
  assert.equal(await keyed(clock, store, 'a\nb').once('Pay', 'c', 'x', run), 2);
  assert.equal(await keyed(clock, store, '').once('Pay', 'a","b', 'x', run), 3);
});

test('still running, 409, and when to ask again', async () => {
  const clock = virtualClock();
  const store = keyed(clock);
  const { promise, resolve } = Promise.withResolvers<number>();
  const first = store.once('Pay', 'k', 'a', () => promise);
  await assert.rejects(store.once('Pay', 'k', 'a', counting()), { status: 409, stillRunning: true, retryAfter: 50 });
  await assert.rejects(store.once('Pay', 'k', 'b', counting()), { status: 422 });
  await clock.advance(400);
  await assert.rejects(store.once('Pay', 'k', 'a', counting()), { retryAfter: 200 });
  await clock.advance(4000);
  await assert.rejects(store.once('Pay', 'k', 'a', counting()), { retryAfter: 1000 });
  resolve(7);
  assert.equal(await first, 7);
  assert.equal(await store.once('Pay', 'k', 'a', counting()), 7);
});

test('an error that was meant as an answer is one', async () => {
  const store = keyed(virtualClock());
  const soldOut = () => Promise.reject(new SoldOut({ sku: 'A', left: 3n }, 'Only 3.'));
  await assert.rejects(store.once('Pay', 'k', 'a', soldOut), SoldOut);
  await assert.rejects(store.once('Pay', 'k', 'a', counting()), (error: SoldOut) => {
    assert.ok(error instanceof SoldOut);
    assert.deepEqual([error.fields, error.message, error.status], [{ sku: 'A', left: 3n }, 'Only 3.', 409]);
    return true;
  });
  const none = () => Promise.reject(new ServiceError('not-found', 'There is no such account.'));
  await assert.rejects(store.once('Pay', 'l', 'a', none));
  await assert.rejects(store.once('Pay', 'l', 'a', counting()), {
    code: 'not-found',
    status: 404,
    message: 'There is no such account.',
  });
});

test('a failure is none, and neither is a call to come again', async () => {
  const store = keyed(virtualClock());
  class Down extends declaredError<object>('weir.kinds.SoldOut', 503, 14) {}
  const failures = [
    new Error('x'),
    new ServiceError('internal', 'x'),
    new ServiceError('unavailable', 'x', { origin: 'connect' }),
    new ServiceError('resource-exhausted', 'x', { retryAfter: 10 }),
    new ServiceError('aborted', 'x'),
    new ServiceError('cancelled', 'x', { origin: 'cancelled' }),
    new ServiceError('deadline-exceeded', 'x', { origin: 'deadline' }),
    new ServiceError('not-found', 'somebody else has none', { origin: 'remote' }),
    new Down({}),
  ];
  for (const [at, failure] of failures.entries()) {
    await assert.rejects(store.once('Pay', `k${at}`, 'a', () => Promise.reject(failure)));
    assert.equal(await store.once('Pay', `k${at}`, 'a', counting()), 1, failure.message);
  }
});

test('answers are kept for a day', async () => {
  const clock = virtualClock();
  const store = keyed(clock);
  const run = counting();
  await store.once('Pay', 'k', 'a', run);
  await clock.advance(24 * 60 * 60 * 1000 - 1);
  assert.equal(await store.once('Pay', 'k', 'a', run), 1);
  await clock.advance(2);
  assert.equal(await store.once('Pay', 'k', 'b', run), 2);
});

test('memory has an end, by number and by bytes: the oldest answer goes first', async () => {
  const clock = virtualClock();
  for (const limits of [
    { answers: 3, bytes: 1e6 },
    { answers: 1000, bytes: 170 },
  ]) {
    const store = keyed(clock, memoryIdempotencyStore(clock, limits));
    const run = counting();
    const running = store.once('Pay', 'running', 'a', () => new Promise<never>(() => {}));
    running.catch(() => {});
    for (let i = 1; i <= 4; i += 1) await store.once('Pay', `k${i}`, 'a', run);
    assert.equal(await store.once('Pay', 'k4', 'a', run), 4);
    assert.equal(await store.once('Pay', 'k1', 'a', run), 5);
    await assert.rejects(store.once('Pay', 'running', 'a', run), { status: 409 });
  }
});

test('a key has a length', async () => {
  const store = keyed(virtualClock());
  for (const key of ['', 'x'.repeat(256)]) {
    await assert.rejects(store.once('Pay', key, 'a', counting()), { code: 'invalid-argument', status: 400 });
  }
});

test('who holds a key in a store with leases says so as long as it runs, and no longer', async () => {
  const clock = virtualClock();
  const shared: IdempotencyStore = Object.assign(memoryIdempotencyStore(clock), { lease: 3000 });
  const [here, there] = [keyed(clock, shared), keyed(clock, shared)];
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = here.once('Pay', 'k', 'a', () => promise);
  await clock.advance(60_000);
  await assert.rejects(there.once('Pay', 'k', 'a', counting()), { status: 409 });
  resolve('paid');
  assert.equal(await first, 'paid');
  assert.equal(clock.pending, 0);
  assert.equal(await there.once('Pay', 'k', 'a', counting()), 'paid');
});

test('a store that is down lets nothing run unprotected, and takes no answer back', async () => {
  const clock = virtualClock();
  const down = () => Promise.reject(new Error('ECONNREFUSED'));
  const memory = memoryIdempotencyStore(clock);
  const run = counting();
  const unreachable: IdempotencyStore = { lease: 1000, claim: down, extend: down, answer: down, release: down };
  await assert.rejects(keyed(clock, unreachable).once('Pay', 'k', 'a', run), { code: 'unavailable', status: 503 });
  const forgetful: IdempotencyStore = {
    lease: memory.lease,
    claim: (...claim) => memory.claim(...claim),
    extend: down,
    answer: down,
    release: down,
  };
  assert.equal(await keyed(clock, forgetful).once('Pay', 'k', 'a', run), 1);
  await assert.rejects(keyed(clock, forgetful).once('Pay', 'k', 'a', run), { status: 409 });
});
