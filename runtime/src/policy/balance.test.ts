import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BalancePolicy, ClientPolicy } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import type { Attempt } from './call.ts';
import { hang, testbed } from './testbed-fixture.ts';

const endpoints = ['a:1', 'b:1', 'c:1'];
const down = () => new ServiceError('unavailable', 'down', { origin: 'remote' });

/** Makes calls one after another, and counts where they went. */
async function spread(policy: ClientPolicy, count: number, latencies: Record<string, number>, requests = [{}]) {
  const { clock, call, later } = testbed();
  const counts: Record<string, number> = { 'a:1': 0, 'b:1': 0, 'c:1': 0 };
  for (let n = 0; n < count; n++) {
    const attempt = (a: Attempt) => {
      counts[a.endpoint]!++;
      return later(latencies[a.endpoint] ?? 1, 'ok');
    };
    call(policy, attempt, { endpoints, request: requests[n % requests.length] });
    await clock.advance(5);
  }
  return counts;
}

test('round-robin gives each its turn', async () => {
  assert.deepEqual(await spread({ balance: { by: 'round-robin' } }, 30, {}), { 'a:1': 10, 'b:1': 10, 'c:1': 10 });
});

test('least-request goes where the fewest calls are in flight', async () => {
  const { call, clock } = testbed();
  const policy = { balance: { by: 'least-request' } } as const;
  const used: string[] = [];
  const attempt = (a: Attempt) => {
    used.push(a.endpoint);
    return hang();
  };
  for (let n = 0; n < 9; n++) call(policy, attempt, { endpoints });
  await clock.advance(0);
  for (let from = 0; from < 9; from += 3) assert.deepEqual(used.slice(from, from + 3).toSorted(), endpoints);
});

test('p2c, the default, goes where answers come fast', async () => {
  const counts = await spread({}, 300, { 'a:1': 200, 'b:1': 2, 'c:1': 2 });
  assert.ok(counts['a:1']! < 10, JSON.stringify(counts));
  assert.ok(counts['b:1']! > 60 && counts['c:1']! > 60, JSON.stringify(counts));
});

test('an endpoint that fails fast does not look fast', async () => {
  const { clock, call, later } = testbed();
  const policy = {};
  let failed = 0;
  const attempt = async (a: Attempt) => {
    if (a.endpoint !== 'a:1') return later(20, 'ok');
    failed++;
    throw down();
  };
  for (let n = 0; n < 100; n++) {
    call(policy, attempt, { endpoints });
    await clock.advance(10);
  }
  assert.ok(failed < 10, `${failed} of 100 calls went to the endpoint that fails`);
});

test('consistent-hash keeps a key at its endpoint, and moves only the keys of one that goes', async () => {
  const { call, clock } = testbed();
  const balance: BalancePolicy = { by: 'consistent-hash', key: 'user.id' };
  const policy = { balance };
  const place = async (id: number, among: readonly string[]) => {
    const request = { user: { id }, other: Math.random() };
    const answer = call(policy, async (a) => a.endpoint, { endpoints: among, request });
    await clock.advance(0);
    return answer.value!;
  };
  const ids = Array.from({ length: 60 }, (_, id) => id);
  const before = await Promise.all(ids.map((id) => place(id, endpoints)));
  const after = await Promise.all(ids.map((id) => place(id, ['a:1', 'c:1'])));
  for (const id of ids) if (before[id] !== 'b:1') assert.equal(after[id], before[id]);
  for (const endpoint of endpoints) assert.ok(before.filter((at) => at === endpoint).length > 8);
});

test('a retry goes to an endpoint that was not tried, and an open breaker is passed over', async () => {
  const { clock, call, state } = testbed();
  const breaker = { failures: 0.5, of: 5, within: 10_000, open: 60_000, probes: 1 };
  const retry = { attempts: 2, backoff: [1, 1], jitter: 'none', on: ['unavailable'] } as const;
  const policy = { retry, breaker, balance: { by: 'round-robin' } } as const;
  const tried: string[] = [];
  const attempt = async (a: Attempt) => {
    tried.push(a.endpoint);
    if (a.endpoint === 'a:1') throw down();
    return 'ok';
  };
  for (let n = 0; n < 40; n++) {
    const answer = call(policy, attempt, { endpoints: ['a:1', 'b:1'] });
    await clock.advance(10);
    assert.equal(answer.value, 'ok');
  }
  assert.deepEqual(
    new Set(state.breakers().map((b) => `${b.endpoint} ${b.state}`)),
    new Set(['a:1 open', 'b:1 closed']),
  );
  assert.equal(tried.filter((endpoint) => endpoint === 'a:1').length, 5);
});

test('an endpoint that is new gets one call, and the next ones when it has answered', async () => {
  const { clock, call, later } = testbed();
  const policy = {};
  const used: string[] = [];
  const attempt = (a: Attempt) => {
    used.push(a.endpoint);
    return a.endpoint === 'new:1' ? hang() : later(20, 'ok');
  };
  for (let n = 0; n < 20; n++) {
    call(policy, attempt, { endpoints });
    await clock.advance(50);
  }
  used.length = 0;
  for (let n = 0; n < 100; n++) call(policy, attempt, { endpoints: [...endpoints, 'new:1'] });
  assert.equal(used.filter((endpoint) => endpoint === 'new:1').length, 1);
});

test('consistent-hash spreads evenly, and an endpoint that comes takes only its share of the keys', async () => {
  const { call } = testbed();
  const policy = { balance: { by: 'consistent-hash', key: 'id' } } as const;
  const place = (id: number, among: readonly string[]) => {
    let at = '';
    const attempt = async (a: Attempt) => {
      at = a.endpoint;
    };
    call(policy, attempt, { endpoints: among, request: { id } });
    return at;
  };
  const four = ['10.0.0.1:80', '10.0.0.2:80', '10.0.0.3:80', '10.0.0.4:80'];
  const five = [...four, '10.0.0.5:80'];
  const counts = new Map<string, number>();
  let moved = 0;
  for (let id = 0; id < 2000; id++) {
    const [before, after] = [place(id, four), place(id, five)];
    await Promise.resolve();
    counts.set(after, (counts.get(after) ?? 0) + 1);
    if (before === after) continue;
    moved++;
    assert.equal(after, '10.0.0.5:80');
  }
  for (const endpoint of five) assert.ok(Math.abs(counts.get(endpoint)! - 400) < 60, JSON.stringify([...counts]));
  assert.ok(Math.abs(moved - 400) < 60, `${moved} keys moved`);
});

test('consistent-hash has bounds: what one endpoint cannot take of a hot key goes to the next for that key', async () => {
  const { call, clock } = testbed();
  const policy = { balance: { by: 'consistent-hash', key: 'id' } } as const;
  const running = new Map<string, number>();
  const attempt = (a: Attempt) => {
    running.set(a.endpoint, (running.get(a.endpoint) ?? 0) + 1);
    return hang();
  };
  for (let n = 0; n < 8; n++) call(policy, attempt, { endpoints, request: { id: 'hot' } });
  assert.equal(running.size, 1, 'a few calls at once are no crowd');
  for (let n = 0; n < 292; n++) call(policy, attempt, { endpoints, request: { id: 'hot' } });
  await clock.advance(0);
  assert.ok(Math.max(...running.values()) <= 150, 'none has half as many again as the average of 100');
});

test('with no endpoint known the call never reaches a server', async () => {
  const { clock, call } = testbed();
  const answer = call({}, hang, { endpoints: [] });
  await clock.advance(0);
  assert.equal(answer.error.origin, 'connect');
  assert.match(answer.error.message, /no endpoint of users is known/);
});
