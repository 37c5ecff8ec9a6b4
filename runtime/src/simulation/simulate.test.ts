import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientPolicy, RetryPolicy } from '../definition.ts';
import { simulate } from './simulate.ts';
import type { Disturbance, OperationModel, ServiceModel, System } from './system.ts';
import { traceLine } from './trace.ts';

const retry: RetryPolicy = { attempts: 3, backoff: [10, 10], jitter: 'none', on: ['connect', 'unavailable'] };

function operation(more: Partial<OperationModel> = {}): OperationModel {
  return { kind: 'reads', work: { kind: 'constant', ms: 10 }, fails: {}, policy: {}, calls: [], ...more };
}

interface Story {
  readonly policy?: ClientPolicy;
  readonly users?: Partial<ServiceModel>;
  readonly more?: System['services'];
  /** Calls per second. */
  readonly rate?: number;
  readonly disturbances?: readonly Disturbance[];
}

/** `web` calls `users.Get`, which works for 10 ms, for ten seconds over a network of 1 ms. */
function story({ policy = {}, users = {}, more = {}, rate = 10, disturbances = [] }: Story): System {
  const model = { replicas: 1, workers: 1, backlog: 100, heeds: true, operations: { Get: operation() }, ...users };
  return {
    services: { users: model, ...more },
    callers: {
      web: {
        processes: 1,
        calls: [{ service: 'users', operation: 'Get', policy }],
        rates: [{ from: 0, rate }],
        keys: 5,
      },
    },
    network: { latency: { kind: 'constant', ms: 1 }, loss: 0, brokenAfter: 500, foreignErrors: false },
    timers: { early: 0, late: 0 },
    disturbances,
    duration: 10_000,
  };
}

async function tell(system: System) {
  const trace: string[] = [];
  const { figures, violations, restedAt } = await simulate(system, {
    seed: 1,
    watch: true,
    interval: 100_000,
    report: (event, instant) => trace.push(traceLine(event, instant)),
  });
  assert.deepEqual(violations, []);
  return { web: figures.edges['web → users.Get']![0]!, users: figures.services.users![0]!, figures, trace, restedAt };
}

test('calls come at their rate, and take what the network and the work take', async () => {
  const { web, users, restedAt } = await tell(story({}));
  assert.ok(web.calls > 80 && web.calls < 120, `${web.calls} calls`);
  assert.deepEqual([web.succeeded, web.attempts, users.received], [web.calls, web.calls, web.calls]);
  assert.equal(Math.round(Math.min(...web.latencies)), 12);
  assert.ok(restedAt < 10_200);
});

test('a server has so many workers: beyond, requests queue, and beyond its backlog it refuses connections', async () => {
  const { web } = await tell(story({ rate: 150, users: { backlog: 5 } }));
  // One worker does 100 in a second, and in the end what is still queued.
  assert.ok(web.succeeded > 900 && web.succeeded <= 1006, `${web.succeeded} succeed`);
  assert.equal(web.succeeded + web.failed, web.calls);
  assert.ok(Math.max(...web.latencies) <= 52.001, 'five requests, and the way there and back');
});

test('a replica that is killed refuses connections until it is back; retries find the other one', async () => {
  const disturbances: Disturbance[] = [{ at: 2000, kind: 'restart', process: 'users/0', for: 3000, announced: false }];
  const users = { replicas: 2 };
  const bare = await tell(story({ users, disturbances, policy: { balance: { by: 'round-robin' } } }));
  assert.ok(bare.web.failed > 0);
  const { web, trace } = await tell(story({ users, disturbances, policy: { retry, balance: { by: 'round-robin' } } }));
  assert.deepEqual([web.failed, web.succeeded], [0, web.calls]);
  assert.ok(trace.some((line) => /users\/0 {3}is killed, to be back in 3000 ms$/.test(line)));
  assert.ok(trace.some((line) => line.includes('retries because of connect')));
});

test('where it is announced, nobody calls it meanwhile', async () => {
  const disturbances: Disturbance[] = [{ at: 2000, kind: 'restart', process: 'users/0', for: 3000, announced: true }];
  const { trace } = await tell(story({ users: { replicas: 2 }, disturbances }));
  const instant = (line: string) => Number.parseFloat(line);
  const away = trace.filter((line) => instant(line) > 2000 && instant(line) < 5000);
  assert.ok(away.some((line) => line.includes('to users/1')));
  assert.ok(!away.some((line) => line.includes('to users/0')));
});

test('a network that is cut loses what is under way, and connections are tried for so long', async () => {
  const disturbances: Disturbance[] = [{ at: 0, kind: 'cut', process: 'web/0', from: 'users/0', for: 5000 }];
  const { web, users, trace } = await tell(story({ disturbances }));
  assert.ok(web.failed > 30 && web.succeeded > 30);
  assert.equal(users.received, web.succeeded);
  const [, first] = /#1 attempt 1 ends: failure \(unavailable\) after ([\d.]+) ms/.exec(trace.join('\n'))!;
  assert.equal(Number(first), 500);
});

test('deadlines travel: what a server calls has what is left of the time of its own caller', async () => {
  const users = { operations: { Get: operation({ calls: [{ service: 'store', operation: 'Read', policy: {} }] }) } };
  const slow: ServiceModel = {
    replicas: 1,
    workers: 100,
    backlog: 100,
    heeds: true,
    operations: { Read: operation({ work: { kind: 'constant', ms: 1000 } }) },
  };
  const { figures, web } = await tell(story({ policy: { deadline: 100 }, users, more: { store: slow } }));
  assert.equal(web.succeeded, 0);
  const [nested] = figures.edges['users → store.Read']!;
  assert.equal(nested!.failed, nested!.calls);
  assert.ok(nested!.calls > 80);
});

test('an operation that remembers works once for a call; who asks again gets the answer when it is there', async () => {
  const work = { kind: 'constant', ms: 200 } as const;
  const users = { workers: 100, operations: { Get: operation({ kind: 'idempotent', remembers: true, work }) } };
  const policy: ClientPolicy = { timeout: 50, deadline: 1000, retry: { ...retry, on: ['timeout'], budget: 1 } };
  const { web, trace } = await tell(story({ users, policy, rate: 2 }));
  assert.deepEqual([web.succeeded, web.failed], [web.calls, 0]);
  assert.ok(trace.some((line) => line.includes('retries because of still-running')));
  assert.ok(Math.max(...web.latencies) < 300);
});

test('failures are of the kinds that the model says', async () => {
  const of = async (kind: string) => {
    const users = { operations: { Get: operation({ fails: { [kind]: 1 } }) } };
    const { trace, web } = await tell(story({ users, policy: { retry } }));
    assert.equal(web.failed, web.calls);
    return trace.join('\n');
  };
  assert.match(await of('unavailable'), /retries because of unavailable/);
  assert.match(await of('not-found'), /ends: answered \(not-found\)/);
  assert.match(await of('resource-exhausted'), /ends: throttled \(resource-exhausted\)/);
  // Broken off in the middle of the answer: never retried.
  assert.doesNotMatch(await of('half-way'), /retries/);
});
