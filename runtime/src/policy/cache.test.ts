import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../errors.ts';
import { hang, testbed } from './testbed-fixture.ts';

test('an answer is kept for its ttl, give or take a tenth', async () => {
  const lives = new Set<number>();
  for (let seed = 0; seed < 30; seed++) {
    const { clock, call } = testbed(seed);
    const policy = { cache: { ttl: 1000 } };
    let fetched = 0;
    const fetch = async () => ++fetched;
    call(policy, fetch);
    await clock.advance(0);
    while (fetched === 1) {
      await clock.advance(10);
      call(policy, fetch);
    }
    assert.ok(clock.now() >= 900 && clock.now() <= 1110, `lived ${clock.now()} ms`);
    lives.add(clock.now());
  }
  assert.ok(lives.size > 5, 'answers stored together expire apart');
});

test('one fetch at a time for a key; each request has its own', async () => {
  const { clock, call, later, events } = testbed();
  const policy = { cache: { ttl: 1000, key: ['id'] } };
  let fetched = 0;
  const fetch = () => later(10, ++fetched);
  const calls = [{ id: 1 }, { id: 1, trace: 'other' }, { id: 2 }].map((request) => call(policy, fetch, { request }));
  await clock.advance(10);
  assert.deepEqual(
    calls.map((c) => c.value),
    [1, 1, 2],
  );
  assert.deepEqual(
    events.filter((e) => e.kind === 'cache').map((e) => e.result),
    ['miss', 'joined', 'miss'],
  );
});

test('a stale answer is given while a new one is fetched', async () => {
  const { clock, call, later, events } = testbed();
  const policy = { cache: { ttl: 1000, stale: 5000 } };
  let fetched = 0;
  const fetch = () => later(100, ++fetched);
  const ask = () => call(policy, fetch);
  ask();
  await clock.advance(2000);
  const [stale, alsoStale] = [ask(), ask()];
  await clock.advance(0);
  assert.deepEqual([stale.value, alsoStale.value], [1, 1]);
  await clock.advance(100);
  const fresh = ask();
  await clock.advance(0);
  assert.equal(fresh.value, 2);
  assert.equal(fetched, 2);
  assert.deepEqual(
    events.filter((e) => e.kind === 'cache').map((e) => e.result),
    ['miss', 'stale', 'stale', 'hit'],
  );

  await clock.advance(10_000);
  const tooOld = ask();
  await clock.advance(0);
  assert.equal(tooOld.settled, false);
});

test('errors are not kept, and a refresh that fails leaves the stale answer', async () => {
  const { clock, call } = testbed();
  const policy = { cache: { ttl: 1000, stale: 5000 } };
  let up = false;
  const fetch = async () => {
    if (!up) throw new ServiceError('unavailable', 'down');
    return 'ok';
  };
  const failed = call(policy, fetch);
  await clock.advance(0);
  assert.equal(failed.error.message, 'down');
  up = true;
  const good = call(policy, fetch);
  await clock.advance(2000);
  assert.equal(good.value, 'ok');
  up = false;
  call(policy, fetch);
  await clock.advance(10);
  const stale = call(policy, fetch);
  await clock.advance(0);
  assert.equal(stale.value, 'ok');
});

test('a refresh for nobody goes on when somebody joins it and leaves', async () => {
  const { clock, call, later } = testbed();
  const policy = { cache: { ttl: 1000, stale: 1000 } };
  let fetched = 0;
  const fetch = () => later(500, ++fetched);
  call(policy, fetch);
  await clock.advance(2300);
  call(policy, fetch);
  await clock.advance(400);
  const caller = new AbortController();
  const joined = call(policy, fetch, { signal: caller.signal });
  caller.abort();
  await clock.advance(200);
  const next = call(policy, fetch);
  await clock.advance(0);
  assert.equal(joined.error.origin, 'cancelled');
  assert.equal(next.value, 2);
});

test('writes are not cached', async () => {
  const { clock, call } = testbed();
  const policy = { cache: { ttl: 1000 } };
  let done = 0;
  for (let n = 0; n < 3; n++) call(policy, async () => ++done, { reads: false });
  await clock.advance(0);
  assert.equal(done, 3);
});

test('who waits for another’s fetch has a deadline of their own', async () => {
  const { clock, call, later } = testbed();
  const policy = { cache: { ttl: 1000 } };
  const first = call(policy, () => later(100, 'ok'));
  const hurried = call(policy, () => later(100, 'ok'), { deadlineAt: 50 });
  await clock.advance(100);
  assert.equal(first.value, 'ok');
  assert.equal(hurried.at, 50);
  assert.equal(hurried.error.origin, 'deadline');
});

test('fallback: the last answer however old, a literal, or another operation; but not for a proper answer', async () => {
  const { clock, call, events } = testbed();
  const down = async () => Promise.reject(new ServiceError('unavailable', 'down', { origin: 'remote' }));
  const missing = async () => Promise.reject(new ServiceError('not-found', 'no such user', { origin: 'remote' }));

  const stale = { cache: { ttl: 1000 }, fallback: { to: 'stale' } } as const;
  call(stale, async () => 'old');
  await clock.advance(3_600_000);
  const old = call(stale, down);
  const neverSeen = call(stale, down, { request: { id: 'other' } });

  const literal = { fallback: { to: 'literal', value: [] } } as const;
  const empty = call(literal, down as () => Promise<never[]>);
  const answered = call(literal, missing as () => Promise<never[]>);

  const operation = { fallback: { to: 'operation', service: 'users', operation: 'GuestUser' } } as const;
  const guest = call<string>(operation, down, { fallbackOperation: async () => 'guest' });
  const left = new AbortController();
  const gone = call<string>(operation, hang, { signal: left.signal, fallbackOperation: async () => 'too late' });
  left.abort();
  const both = call<string>(operation, down, { fallbackOperation: async () => Promise.reject(new Error('down too')) });
  await clock.advance(0);

  assert.equal(old.value, 'old');
  assert.equal(neverSeen.error.message, 'down');
  assert.deepEqual(empty.value, []);
  assert.equal(answered.error.code, 'not-found');
  assert.equal(guest.value, 'guest');
  assert.equal(gone.error.origin, 'cancelled');
  assert.equal(both.error.message, 'down');
  assert.deepEqual(
    events
      .filter((e) => e.kind === 'fallback')
      .map((e) => e.to)
      .toSorted(),
    ['literal', 'operation', 'operation', 'stale'],
  );
});
