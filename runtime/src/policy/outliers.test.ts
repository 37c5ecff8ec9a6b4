import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BalancePolicy } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import type { Attempt } from './call.ts';
import { hang, testbed } from './testbed-fixture.ts';

const SECOND = 1000;
const down = async () => Promise.reject(new ServiceError('unavailable', 'down', { origin: 'remote' }));
const missing = async () => Promise.reject(new ServiceError('not-found', 'no such user', { origin: 'remote' }));

/** Calls one after another, round by round, to `count` endpoints; `answer` says what each does. */
function cluster(count: number, balance: BalancePolicy['by'] = 'round-robin') {
  const bed = testbed();
  const endpoints = Array.from({ length: count }, (_, n) => `${n}:1`);
  const policy = { balance: { by: balance } };
  let used: string[] = [];
  return {
    ...bed,
    endpoints,
    /** Makes so many calls now, and gives where they went. */
    async calls(number: number, answer: (endpoint: string) => Promise<unknown>): Promise<readonly string[]> {
      used = [];
      for (let n = 0; n < number; n++) {
        const attempt = (a: Attempt) => {
          used.push(a.endpoint);
          return answer(a.endpoint);
        };
        bed.call(policy, attempt, { endpoints });
        // Promises settle, so that each call knows how the last one ended.
        await Promise.resolve();
        await Promise.resolve();
        await Promise.resolve();
      }
      await bed.clock.advance(0);
      return used;
    },
    ejected: () => bed.state.ejections().map(({ endpoint }) => endpoint),
  };
}

/** Each of these endpoints is down. */
const sick =
  (...endpoints: string[]) =>
  (endpoint: string) =>
    endpoints.includes(endpoint) ? down() : Promise.resolve('ok');

test('five failures in a row eject an endpoint for 30 s; the others share its calls evenly', async () => {
  const { calls, clock, ejected, events } = cluster(4);
  await calls(16, sick('0:1'));
  assert.deepEqual(ejected(), []);
  await calls(4, sick('0:1'));
  assert.deepEqual(ejected(), ['0:1']);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'ejected'),
    [{ kind: 'ejected', endpoint: '0:1', time: 30 * SECOND, cause: 'failures' }],
  );
  const used = await calls(30, sick('0:1'));
  for (const endpoint of ['1:1', '2:1', '3:1']) assert.equal(used.filter((at) => at === endpoint).length, 10);

  await clock.advance(30 * SECOND - 1);
  assert.equal((await calls(12, sick())).includes('0:1'), false);
  await clock.advance(1);
  assert.deepEqual(ejected(), []);
  assert.equal((await calls(12, sick())).filter((at) => at === '0:1').length, 3);
});

test('only failures in a row count: an answer between them, also a 404, begins anew', async () => {
  const { calls, ejected } = cluster(2);
  for (let n = 0; n < 10; n++) {
    await calls(8, sick('0:1'));
    await calls(2, (endpoint) => (endpoint === '0:1' ? missing() : Promise.resolve('ok')));
  }
  assert.deepEqual(ejected(), []);
});

test('an endpoint that is ejected again stays away longer, up to five minutes; time without ejection makes it shorter', async () => {
  const { calls, clock, events } = cluster(2);
  const lasted = () => events.flatMap((event) => (event.kind === 'ejected' ? [event.time / SECOND] : []));
  for (let n = 0; n < 12; n++) {
    await calls(10, sick('0:1'));
    await clock.advance(lasted().at(-1)! * SECOND);
  }
  assert.deepEqual(lasted(), [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300]);
  // Each ten seconds in which it stays make up for one ejection: of twelve, ten.
  await clock.advance(100 * SECOND);
  await calls(10, sick('0:1'));
  assert.equal(lasted().at(-1), 90);
  await clock.advance(3600 * SECOND);
  await calls(10, sick('0:1'));
  assert.equal(lasted().at(-1), 30);
});

test('at most a tenth of the endpoints is ejected, but always one, and never all', async () => {
  for (const [count, most] of [
    [1, 0],
    [2, 1],
    [9, 1],
    [19, 1],
    [20, 2],
    [35, 3],
  ] as const) {
    const { calls, ejected } = cluster(count);
    await calls(20 * count, down);
    assert.equal(ejected().length, most, `of ${count}`);
  }
});

test('where every other endpoint has failed this call, or its breaker is open, an ejected one is tried', async () => {
  const { call, clock, state } = testbed();
  const breaker = { failures: 0.5, of: 100, within: 10_000, open: 60_000, probes: 1 };
  const endpoints = ['a:1', 'b:1'];
  const balance = { by: 'round-robin' } as const;
  const to = (sick: string) => (a: Attempt) => (a.endpoint === sick ? down() : Promise.resolve(a.endpoint));
  for (let n = 0; n < 10; n++) {
    call({ balance }, to('a:1'), { endpoints });
    await clock.advance(0);
  }
  assert.deepEqual(
    state.ejections().map(({ endpoint }) => endpoint),
    ['a:1'],
  );
  const policy = { balance, breaker: { ...breaker, of: 5 } };
  for (let n = 0; n < 5; n++) {
    call(policy, to('b:1'), { endpoints });
    await clock.advance(0);
  }
  const answer = call(policy, to('b:1'), { endpoints });
  await clock.advance(0);
  assert.equal(answer.value, 'a:1');
});

test('our own timeouts eject; the caller’s abort, our own refusals and throttling do not', async () => {
  const slow = testbed();
  const endpoints = ['a:1', 'b:1'];
  for (let n = 0; n < 40; n++) slow.call({ timeout: 100, balance: { by: 'round-robin' } }, hang, { endpoints });
  await slow.clock.advance(100);
  assert.equal(slow.state.ejections().length, 1);

  const busy = cluster(2);
  await busy.calls(40, async () =>
    Promise.reject(new ServiceError('resource-exhausted', 'slow', { origin: 'remote' })),
  );
  assert.deepEqual(busy.ejected(), []);

  const leaving = testbed();
  const caller = new AbortController();
  for (let n = 0; n < 40; n++) leaving.call({}, hang, { endpoints, signal: caller.signal });
  caller.abort();
  const full = { bulkhead: { concurrent: 1, queue: 0 } };
  for (let n = 0; n < 40; n++) leaving.call(full, hang, { endpoints });
  await leaving.clock.advance(0);
  assert.deepEqual(leaving.state.ejections(), []);
});

test('an endpoint whose success rate lies far below that of the others is ejected, though it never fails five times in a row', async () => {
  const { calls, clock, ejected, events } = cluster(10);
  let turn = 0;
  const poorly = (endpoint: string) => (endpoint === '3:1' && turn++ % 2 === 0 ? down() : Promise.resolve('ok'));
  for (let n = 0; n < 10; n++) {
    await calls(120, poorly);
    await clock.advance(SECOND);
  }
  assert.deepEqual(ejected(), []);
  await calls(10, poorly);
  assert.deepEqual(ejected(), ['3:1']);
  assert.ok(events.some((event) => event.kind === 'ejected' && event.cause === 'success-rate'));
});

test('with few calls, or where all do equally badly, success rates say nothing', async () => {
  for (const [each, endpoint] of [
    [90, '3:1'],
    [1200, 'all'],
  ] as const) {
    const { calls, clock, ejected } = cluster(10);
    const turns = new Map<string, number>();
    const poorly = (at: string) => {
      const turn = (turns.get(at) ?? 0) + 1;
      turns.set(at, turn);
      return (endpoint === 'all' || at === endpoint) && turn % 2 === 0 ? down() : Promise.resolve('ok');
    };
    await calls(each * 10, poorly);
    await clock.advance(10 * SECOND);
    await calls(10, poorly);
    assert.deepEqual(ejected(), []);
  }
});
