import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../errors.ts';
import { type PolicyOptions, policy, seededRandom, virtualClock } from './index.ts';
import { hang, watch } from './testbed-fixture.ts';

function byHand(options: PolicyOptions) {
  const clock = virtualClock();
  return { clock, call: policy({ clock, random: seededRandom(1), ...options }) };
}

test('any function is called, and its value or its very own error comes back', async () => {
  const { call } = byHand({ timeout: 100, breaker: {}, retry: {} });
  assert.equal(await call(() => 42), 42);
  assert.equal(await call(async () => 'later'), 'later');
  const mine = new TypeError('mine');
  await assert.rejects(
    call(() => Promise.reject(mine)),
    (error) => error === mine,
  );
  await assert.rejects(
    call(() => {
      throw mine;
    }),
    (error) => error === mine,
  );
});

test('what a fetch throws is understood: refused connections are retried, and so are answers with a status', async () => {
  const { clock, call } = byHand({ retry: { on: ['connect', '503'], backoff: [1, 1] } });
  const refused = Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  });
  const busy = Object.assign(new Error('busy'), { status: 503 });
  const answer = watch(
    call(async ({ number }) => {
      if (number === 1) throw refused;
      if (number === 2) throw busy;
      return 'ok';
    }),
    clock.now,
  );
  await clock.advance(100);
  assert.equal(answer.value, 'ok');
});

test('what breaks off after the response has begun is not repeated, whoever says so', async () => {
  const { clock, call } = byHand({ retry: { on: ['unavailable', '503'], backoff: [1, 1] } });
  for (const what of [{ code: 'ECONNRESET' }, { status: 503 }]) {
    let attempts = 0;
    const answer = watch(
      call(async () => {
        attempts++;
        throw Object.assign(new Error('broke off'), what, { responseBegun: true });
      }),
      clock.now,
    );
    await clock.advance(1000);
    assert.equal(answer.error.message, 'broke off');
    assert.equal(attempts, 1);
  }
});

test('a write is repeated only if it was never sent', async () => {
  const { clock, call } = byHand({ retry: { backoff: [1, 1] }, idempotent: false });
  let attempts = 0;
  const answer = watch(
    call(async () => {
      attempts++;
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    }),
    clock.now,
  );
  await clock.advance(1000);
  assert.equal(answer.error.code, 'ECONNRESET');
  assert.equal(attempts, 1);
});

test('the signal is made only for functions that read it, and aborts with the timeout', async () => {
  const { clock, call } = byHand({ timeout: 50 });
  let signal: AbortSignal | undefined;
  const answer = watch(
    call((attempt) => {
      signal = attempt.signal;
      return hang();
    }),
    clock.now,
  );
  await clock.advance(50);
  assert.ok(answer.error instanceof ServiceError);
  assert.equal(answer.error.message, 'the call took longer than its timeout of 50 ms');
  assert.equal(signal?.reason, answer.error);
});

test('limits count by key, caches need one', async () => {
  const { call } = byHand({ limit: { rate: 1 }, cache: { ttl: 1000 } });
  await assert.rejects(
    call(() => 1),
    /give the call a `key`/,
  );
  assert.equal(await call(() => 1, { key: 'a', limitKey: 'ann' }), 1);
  assert.equal(await call(() => 2, { key: 'a', limitKey: 'ann' }), 1);
  await assert.rejects(
    call(() => 2, { key: 'b', limitKey: 'ann' }),
    { refusedBy: 'limit' },
  );
  assert.equal(await call(() => 2, { key: 'b', limitKey: 'bob' }), 2);
});

test('a fallback stands in for a failure, not for an answer', async () => {
  const { call } = byHand({});
  const status = (code: number) => () => Promise.reject(Object.assign(new Error(`status ${code}`), { status: code }));
  assert.equal(
    await call<string>(status(500), { fallback: (error) => `instead of ${(error as Error).message}` }),
    'instead of status 500',
  );
  await assert.rejects(call<string>(status(404), { fallback: () => 'never' }), { message: 'status 404' });
});

test('breakers can be looked at', async () => {
  const { call } = byHand({ breaker: { of: 2 }, endpoints: ['a', 'b'], balance: 'round-robin', name: 'search' });
  for (let n = 0; n < 4; n++)
    await call(({ endpoint }) => (endpoint === 'a' ? Promise.reject(new Error()) : 1)).catch(() => {});
  assert.deepEqual(call.breakers(), [
    { destination: 'search', endpoint: 'a', state: 'open' },
    { destination: 'search', endpoint: 'b', state: 'closed' },
  ]);
});

test('what makes no sense is refused at once, by name', () => {
  const wrong: [PolicyOptions, RegExp][] = [
    [{ timeout: -1 }, /timeout is -1/],
    [{ deadline: Number.NaN }, /deadline is NaN/],
    [{ retry: { attempts: 0 } }, /retry\.attempts is 0; it must be a whole number, 1 or more/],
    [{ retry: { backoff: [100, 10] } }, /retry\.backoff\[1\] is 10; it must be 100 or more/],
    [{ breaker: { failures: 50 } }, /breaker\.failures is 50; it must be a share/],
    [{ breaker: { probes: 0 } }, /breaker\.probes/],
    [{ bulkhead: { concurrent: 0 } }, /bulkhead\.concurrent/],
    [{ limit: { rate: 0 } }, /limit\.rate is 0; it must be more than 0/],
    [{ hedge: { after: 'p100' } }, /hedge\.after is p100/],
    [{ fallback: 'stale' }, /needs a `cache`/],
  ];
  for (const [options, message] of wrong) assert.throws(() => policy(options), { name: 'RangeError', message });
});

test('a size alone makes the breaker’s window one of calls', async () => {
  const { clock, call } = byHand({ breaker: { of: 4 } });
  for (let n = 0; n < 4; n++) {
    await call(() => Promise.reject(new Error('down'))).catch(() => {});
    await clock.advance(3_600_000);
    if (n < 3) assert.equal(call.breakers()[0]?.state, 'closed');
  }
  assert.equal(call.breakers()[0]?.state, 'open');
});
