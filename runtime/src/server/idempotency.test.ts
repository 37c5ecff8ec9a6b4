import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SoldOut } from '../fixtures/kinds.ts';
import { virtualClock } from '../policy/virtual-clock.ts';
import { createIdempotencyStore } from './idempotency.ts';

const request = (text: string) => new TextEncoder().encode(text);

function counting() {
  let runs = 0;
  return async () => {
    runs += 1;
    return runs;
  };
}

test('same key and same request, same answer; of each caller its own', async () => {
  const store = createIdempotencyStore(virtualClock());
  const run = counting();
  assert.equal(await store.once('Pay alice', 'k', request('a'), run), 1);
  assert.equal(await store.once('Pay alice', 'k', request('a'), run), 1);
  assert.equal(await store.once('Pay bob', 'k', request('a'), run), 2);
  await assert.rejects(store.once('Pay alice', 'k', request('b'), run), { status: 422 });
});

test('still running, 409, and when to ask again', async () => {
  const clock = virtualClock();
  const store = createIdempotencyStore(clock);
  const { promise, resolve } = Promise.withResolvers<number>();
  const first = store.once('Pay', 'k', request('a'), () => promise);
  await assert.rejects(store.once('Pay', 'k', request('a'), counting()), {
    status: 409,
    stillRunning: true,
    retryAfter: 50,
  });
  await clock.advance(400);
  await assert.rejects(store.once('Pay', 'k', request('a'), counting()), { retryAfter: 200 });
  await clock.advance(4000);
  await assert.rejects(store.once('Pay', 'k', request('a'), counting()), { retryAfter: 1000 });
  resolve(7);
  assert.equal(await first, 7);
  assert.equal(await store.once('Pay', 'k', request('a'), counting()), 7);
});

test('a declared error is an answer, a failure is none', async () => {
  const store = createIdempotencyStore(virtualClock());
  const soldOut = () => Promise.reject(new SoldOut({ sku: 'A', left: 0n }));
  await assert.rejects(store.once('Pay', 'k', request('a'), soldOut), SoldOut);
  await assert.rejects(store.once('Pay', 'k', request('a'), counting()), SoldOut);
  await assert.rejects(store.once('Pay', 'l', request('a'), () => Promise.reject(new Error('x'))));
  assert.equal(await store.once('Pay', 'l', request('a'), counting()), 1);
});

test('answers are kept for a day', async () => {
  const clock = virtualClock();
  const store = createIdempotencyStore(clock);
  const run = counting();
  await store.once('Pay', 'k', request('a'), run);
  await clock.advance(24 * 60 * 60 * 1000 - 1);
  assert.equal(await store.once('Pay', 'k', request('a'), run), 1);
  await clock.advance(2);
  assert.equal(await store.once('Pay', 'k', request('b'), run), 2);
});

test('memory has an end: the oldest answer goes first', async () => {
  const store = createIdempotencyStore(virtualClock());
  const run = counting();
  for (let i = 0; i <= 10_001; i += 1) await store.once('Pay', `k${i}`, request('a'), run);
  assert.equal(await store.once('Pay', 'k10001', request('a'), run), 10_002);
  assert.equal(await store.once('Pay', 'k0', request('a'), run), 10_003);
});
