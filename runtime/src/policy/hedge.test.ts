import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../errors.ts';
import type { Attempt } from './call.ts';
import { hang, testbed } from './testbed-fixture.ts';

const endpoints = ['a:1', 'b:1'];

test('a second try goes to another endpoint; the loser is cancelled and is no failure', async () => {
  const { clock, call, later, events, state } = testbed();
  const breaker = { failures: 0.01, of: 1, within: 10_000, open: 1000, probes: 1 };
  const policy = { hedge: { after: 50, extra: 1 }, breaker };
  const attempts: Attempt[] = [];
  const attempt = (a: Attempt) => {
    attempts.push(a);
    return a.number === 1 ? hang() : later(10, 'ok');
  };
  const answer = call(policy, attempt, { endpoints });
  await clock.advance(60);
  assert.equal(answer.value, 'ok');
  assert.deepEqual(attempts.map((a) => a.endpoint).toSorted(), endpoints);
  assert.equal(attempts[0]?.signal.aborted, true);
  assert.deepEqual(
    events.filter((e) => e.kind === 'attempt-ended').map((e) => [e.number, e.outcome]),
    [
      [2, 'success'],
      [1, 'cancelled'],
    ],
  );
  assert.ok(state.breakers().every((b) => b.state === 'closed'));
});

test('the hedge never goes where it is already being waited', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const { clock, call } = testbed(seed);
    const used: string[] = [];
    const attempt = (a: Attempt) => {
      used.push(a.endpoint);
      return hang();
    };
    call({ hedge: { after: 10, extra: 2 } }, attempt, { endpoints: ['a:1', 'b:1', 'c:1'] });
    await clock.advance(20);
    assert.equal(new Set(used).size, 3, used.join());
  }
});

test('a call whose first attempt fails at once keeps its retry', async () => {
  const { clock, call, events } = testbed();
  const retry = { attempts: 2, backoff: [20, 20], jitter: 'none', on: ['connect'] } as const;
  const answer = call({ hedge: { after: 5, extra: 1 }, retry }, hang, { endpoints: [] });
  await clock.advance(100);
  assert.equal(answer.at, 20);
  assert.equal(events.filter((e) => e.kind === 'hedge').length, 0);
});

test('no hedge where the first is quick, nor for a write', async () => {
  const { clock, call, later, events } = testbed();
  const policy = { hedge: { after: 50, extra: 1 } };
  call(policy, () => later(49, 'ok'), { endpoints });
  call(policy, () => later(500, 'ok'), { endpoints, idempotent: false });
  await clock.advance(1000);
  assert.equal(events.filter((e) => e.kind === 'hedge').length, 0);
});

test('an attempt that fails leaves the call to its sibling; an answer ends both', async () => {
  const { clock, call, later, failLater } = testbed();
  const policy = { hedge: { after: 50, extra: 1 } };
  const down = new ServiceError('unavailable', 'down', { origin: 'remote' });
  const missing = new ServiceError('not-found', 'no such user', { origin: 'remote' });
  const saved = call(policy, (a) => (a.number === 1 ? failLater(60, down) : later(100, 'ok')), { endpoints });
  const answered = call(policy, (a) => (a.number === 1 ? failLater(60, missing) : later(100, 'ok')), { endpoints });
  const lost = call(policy, (a) => failLater(60, a.number === 1 ? down : missing), { endpoints });
  await clock.advance(1000);
  assert.deepEqual([saved.value, saved.at], ['ok', 150]);
  assert.deepEqual([answered.error.code, answered.at], ['not-found', 60]);
  assert.deepEqual([lost.error.code, lost.at], ['not-found', 110]);
});

test('a server that asks for time, or for no repetition, is heeded by hedges too', async () => {
  for (const [retryAfter, hedges] of [
    [-1, [50]],
    [1000, [50]],
    [undefined, [50, 100]],
  ] as const) {
    const { clock, call, events, failLater } = testbed();
    const busy = new ServiceError('unavailable', 'busy', { origin: 'remote', retryAfter });
    const begun: number[] = [];
    const attempt = (a: Attempt) => {
      if (a.number > 1) begun.push(clock.now());
      return a.number === 1 ? failLater(60, busy) : hang();
    };
    call({ hedge: { after: 50, extra: 2 } }, attempt, { endpoints });
    await clock.advance(1059);
    assert.deepEqual(begun, hedges);
    await clock.advance(300);
    assert.equal(events.filter((e) => e.kind === 'hedge').length, retryAfter === -1 ? 1 : 2);
  }
});

test('after a percentile: learned from the calls before, none until enough are known', async () => {
  const { clock, call, later, events } = testbed();
  const policy = { hedge: { after: { percentile: 90 }, extra: 1 } };
  const hedges = () => events.filter((e) => e.kind === 'hedge').length;
  for (let n = 0; n < 40; n++) call(policy, () => later(n % 10 === 9 ? 300 : 20, 'ok'), { endpoints });
  await clock.advance(1000);
  assert.equal(hedges(), 0);
  const slow = call(policy, (a) => later(a.number === 1 ? 300 : 5, 'ok'), { endpoints });
  await clock.advance(19);
  assert.equal(hedges(), 0);
  await clock.advance(1000);
  assert.equal(hedges(), 1);
  assert.equal(slow.value, 'ok');
  assert.equal(slow.at, 1025);
});

test('first tries that lose to their hedge make the percentile rise', async () => {
  const { clock, call, later, events } = testbed();
  const policy = { hedge: { after: { percentile: 50 }, extra: 1 } };
  for (let n = 0; n < 40; n++) call(policy, () => later(20, 'ok'), { endpoints });
  await clock.advance(1000);
  for (let n = 0; n < 400; n++) {
    call(policy, (a) => later(a.number === 1 ? 300 : 5, 'ok'), { endpoints });
    await clock.advance(400);
  }
  events.length = 0;
  call(policy, hang, { endpoints });
  await clock.advance(24);
  assert.equal(events.filter((e) => e.kind === 'hedge').length, 0);
});
