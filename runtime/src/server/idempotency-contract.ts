/** What a store of idempotency keys has to do, as tests that anybody can run against theirs. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { IdempotencyStore, KeptAnswer } from './idempotency-store.ts';

export interface StoreCase {
  readonly name: string;
  /** Rejects with an `AssertionError` where the store does something else. */
  run(): Promise<void>;
}

export interface StoreUnderTest {
  /** The store; another one over the same data is as good. */
  readonly store: IdempotencyStore;
  /** Lets time pass for the store: waits, unless the store has a clock that can be moved. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

const LEASE = 60_000;
const TTL = 60_000;
/** Milliseconds; long enough for a server elsewhere to have answered within. */
const SHORT = 300;

const response: KeptAnswer = { kind: 'response', bytes: new Uint8Array([0, 1, 254, 255]) };
const declared: KeptAnswer = { kind: 'declared', error: 'shop.SoldOut', bytes: new Uint8Array([8]), message: 'käse ☃' };
const error: KeptAnswer = { kind: 'error', code: 'not-found', status: 404, message: '' };

/**
 * The contract, case by case:
 *
 *     for (const { name, run } of idempotencyContract(() => ({ store: myStore() }))) test(name, run);
 */
export function idempotencyContract(open: () => StoreUnderTest | Promise<StoreUnderTest>): readonly StoreCase[] {
  const storeCase = (name: string, check: (tools: Tools) => Promise<void>): StoreCase => ({
    name: `a store of idempotency keys: ${name}`,
    run: async () => check(toolsOf(await open())),
  });
  return [
    storeCase('a key is held by one claim, and by its token only', async ({ store, key, claim }) => {
      assert.deepEqual(await claim('t1'), { state: 'held' });
      const second = await claim('t2');
      assert.ok(second.state === 'running' && second.fingerprint === 'of t1' && second.since >= 0);
      await store.answer(key, 't2', response, TTL);
      await store.release(key, 't2');
      assert.equal(await store.extend(key, 't2', LEASE), false);
      assert.equal((await claim('t3')).state, 'running');
      assert.equal(await store.extend(key, 't1', LEASE), true);
    }),
    storeCase('of many claims at a time one holds the key', async ({ claim }) => {
      const claims = await Promise.all(Array.from({ length: 50 }, (_, i) => claim(`t${i}`)));
      assert.equal(claims.filter(({ state }) => state === 'held').length, 1);
    }),
    storeCase('an answer is given as it was kept, with the fingerprint of its request', async ({ store, claim }) => {
      for (const answer of [response, declared, error]) {
        const key = randomUUID();
        await claim('t1', { key });
        await store.answer(key, 't1', answer, TTL);
        for (const token of ['t1', 't2']) {
          const claimed = await claim(token, { key });
          assert.ok(claimed.state === 'answered');
          assert.equal(claimed.fingerprint, 'of t1');
          assert.deepEqual(plain(claimed.answer), plain(answer));
        }
      }
    }),
    storeCase('a key that was released is free', async ({ store, key, claim }) => {
      await claim('t1');
      await store.release(key, 't1');
      assert.deepEqual(await claim('t2'), { state: 'held' });
    }),
    storeCase('an answer stands against its own claim', async ({ store, key, claim }) => {
      await claim('t1');
      await store.answer(key, 't1', response, TTL);
      await store.release(key, 't1');
      await store.answer(key, 't1', error, TTL);
      assert.equal(await store.extend(key, 't1', LEASE), false);
      const claimed = await claim('t2');
      assert.ok(claimed.state === 'answered' && claimed.answer.kind === 'response');
    }),
    storeCase('a lease runs out, and who held the key has no say any more', async ({ store, key, claim, wait }) => {
      await claim('t1', { lease: SHORT });
      await wait(SHORT * 1.5);
      assert.deepEqual(await claim('t2'), { state: 'held' });
      await store.answer(key, 't1', response, TTL);
      await store.release(key, 't1');
      assert.equal((await claim('t3')).state, 'running');
    }),
    storeCase('a lease that is extended runs on', async ({ store, key, claim, wait }) => {
      await claim('t1', { lease: SHORT });
      assert.equal(await store.extend(key, 't1', SHORT * 4), true);
      await wait(SHORT * 1.5);
      assert.equal((await claim('t2')).state, 'running');
    }),
    storeCase('an answer is kept for its time, counted from when it was given', async ({ store, key, claim, wait }) => {
      await claim('t1');
      await wait(SHORT);
      await store.answer(key, 't1', response, SHORT * 2);
      await wait(SHORT);
      assert.equal((await claim('t2')).state, 'answered');
      await wait(SHORT * 1.5);
      assert.deepEqual(await claim('t3'), { state: 'held' });
    }),
    storeCase('keys know nothing of each other', async ({ store, claim }) => {
      const [one, other] = [randomUUID(), randomUUID()];
      await claim('t1', { key: one });
      await store.answer(one, 't1', response, TTL);
      assert.deepEqual(await claim('t1', { key: other }), { state: 'held' });
    }),
  ];
}

interface Tools extends Required<StoreUnderTest> {
  readonly key: string;
  claim(token: string, changes?: { key?: string; lease?: number }): ReturnType<IdempotencyStore['claim']>;
}

function toolsOf({ store, wait = (ms) => setTimeout(ms) }: StoreUnderTest): Tools {
  const key = randomUUID();
  return {
    store,
    wait,
    key,
    claim: (token, { key: own = key, lease = LEASE } = {}) =>
      store.claim(own, { fingerprint: `of ${token}`, token, lease }),
  };
}

/** Bytes may come back in any array of bytes. */
const plain = (answer: KeptAnswer) => ({ ...answer, ...('bytes' in answer && { bytes: [...answer.bytes] }) });
