import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { ClientPolicy, OperationDefinition, ServiceDefinition } from '../definition.ts';
import { kinds } from '../fixtures/kinds.ts';
import { systemClock } from '../policy/clock.ts';
import { type ConfigReport, type LiveConfig, openConfig } from './live.ts';

/** Looks so seldom that only the system's watch can have told. */
const NEVER = 3_600_000;

const users: ClientPolicy = {
  timeout: 500,
  retry: { attempts: 2, backoff: [20, 100], jitter: 'full', on: ['connect'] },
  breaker: { failures: 0.5, of: 20, within: 10_000, open: 2000, probes: 3 },
  bulkhead: { concurrent: 8, queue: 0 },
};

const place: OperationDefinition = {
  ...kinds.operations.pay!,
  name: 'Place',
  policy: { deadline: 1000, limit: { rate: 10, burst: 10 } },
  calls: { users: { getItem: users, putItem: users } },
};

const definition: ServiceDefinition = {
  ...kinds,
  name: 'orders',
  operations: { place },
  clients: { users: { name: 'users', operations: kinds.operations } },
  config: {
    pageSize: { type: 'int32', default: 50, hot: true, range: [1, 100] },
    region: { type: 'string', default: 'eu' },
    apiKey: { type: 'secret', default: 'sk_old', hot: true },
  },
};

/** A folder as a kubelet fills it: `config.json` is a link through `..data`, which is renamed when the ConfigMap changes. */
function mounted(t: TestContext, section: object) {
  const folder = mkdtempSync(join(tmpdir(), 'weir-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let version = 0;
  const swap = (text: string) => {
    version += 1;
    const name = `..2026_${version}`;
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'config.json'), text);
    symlinkSync(name, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    if (version > 1) rmSync(join(folder, `..2026_${version - 1}`), { recursive: true });
  };
  const textOf = (orders: object) => JSON.stringify({ orders, others: { anything: 1 } });
  swap(textOf(section));
  symlinkSync('..data/config.json', join(folder, 'config.json'));
  return { path: join(folder, 'config.json'), swap, change: (orders: object) => swap(textOf(orders)) };
}

function opened(t: TestContext, path: string, poll = NEVER) {
  const outcomes: ConfigReport['status'][] = [];
  const lines: Record<string, unknown>[] = [];
  const edges: string[] = [];
  let wake = () => {};
  const config = openConfig(definition, {
    env: { WEIR_CONFIG: path },
    clock: systemClock,
    log: pino({}, { write: (line) => lines.push(JSON.parse(line)) }),
    reloaded: (outcome) => {
      outcomes.push(outcome);
      wake();
    },
    poll,
  });
  config.follow((service, operation) => edges.push(`${service}.${operation}`));
  t.after(() => config.close());
  /** Resolves when so many files have been read since the start. */
  const reloads = async (count: number) => {
    while (outcomes.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return outcomes;
  };
  return { config, reloads, lines, edges };
}

const policyOf = (config: LiveConfig) => config.policies.of(place);

test('a ConfigMap that changes is seen, hot values with it, and listeners are told once', async (t) => {
  const { path, change } = mounted(t, { pageSize: 10 });
  const { config, reloads } = opened(t, path);
  const before = config.current;
  const told: unknown[] = [];
  config.watch(({ pageSize }) => told.push(pageSize));
  assert.equal(before.pageSize, 10);
  change({ pageSize: 20 });
  assert.deepEqual(await reloads(1), ['applied']);
  assert.deepEqual([config.current.pageSize, before.pageSize, told], [20, 10, [20]]);
  change({});
  await reloads(2);
  assert.deepEqual([config.current.pageSize, told], [50, [20, 50]]);
});

test('a file that is written in place, removed and written again is followed too', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'config.json');
  const write = (pageSize: number) => writeFileSync(path, JSON.stringify({ orders: { pageSize } }));
  write(1);
  const { config, reloads } = opened(t, path);
  write(2);
  await reloads(1);
  assert.equal(config.current.pageSize, 2);
  unlinkSync(path);
  assert.deepEqual(await reloads(2), ['applied', 'refused']);
  assert.match(config.report.faults[0]!, /cannot be read: ENOENT/);
  assert.equal(config.current.pageSize, 2);
  write(3);
  await reloads(3);
  assert.deepEqual([config.current.pageSize, config.report.status], [3, 'applied']);
});

test('a folder that is replaced, and its watch with it, is found by looking', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const inner = join(folder, 'etc');
  const fill = (pageSize: number) => {
    mkdirSync(inner);
    writeFileSync(join(inner, 'config.json'), JSON.stringify({ orders: { pageSize } }));
  };
  fill(1);
  const { config, reloads } = opened(t, join(inner, 'config.json'), 100);
  renameSync(inner, join(folder, 'gone'));
  fill(2);
  for (let seen = 1; config.current.pageSize !== 2; seen += 1) await reloads(seen);
  assert.equal(config.report.status, 'applied');
});

test('a bad file changes nothing, whatever is good in it, and says what is wrong without a secret', async (t) => {
  const { path, change, swap } = mounted(t, { pageSize: 10 });
  const { config, reloads, lines, edges } = opened(t, path);
  const before = [config.current, policyOf(config).calls, policyOf(config).policy];
  const bad = {
    pageSize: 1000,
    pagesize: 1,
    apiKey: 5,
    region: 'us',
    $policies: {
      Place: { deadline: '0ms', timeout: '1s', limit: { rate: 5 } },
      'Place -> users.GetItem': { timeout: '300ms', hedge: { extra: 1 }, retry: { attempts: 1.5, on: ['timeout'] } },
      'Place -> users.PutItem': { breaker: { failures: '150%' } },
      'Place -> users.Nothing': { timeout: '1s' },
    },
  };
  change(bad);
  assert.deepEqual(await reloads(1), ['refused']);
  assert.deepEqual([config.current, policyOf(config).calls, policyOf(config).policy], before);
  assert.deepEqual(edges, []);
  const at = `$policies (${path})`;
  assert.deepEqual(config.report, {
    status: 'refused',
    restart: [],
    faults: [
      `pagesize (${path}): orders declares no such key; it declares pageSize, region, apiKey`,
      `pageSize (${path}): 1000 is not within 1..100`,
      `apiKey (${path}): the secret is not a string`,
      `Place in ${at}: deadline is "0ms", not a duration above zero, such as "300ms" or "2s"`,
      `Place in ${at}: the .svc declares no timeout there, and a file cannot add one`,
      `Place in ${at}, limit: rate is 5, not a rate, such as "100/s" or "600/min"`,
      `Place -> users.GetItem in ${at}: the .svc declares no hedge there, and a file cannot add one`,
      `Place -> users.GetItem in ${at}, retry: attempts is 1.5, not a whole number, such as 3`,
      `Place -> users.GetItem in ${at}, retry: on is no number of a policy; there are attempts, backoff, budget`,
      `Place -> users.PutItem in ${at}: breaker.failures is 1.5; it must be a share above 0 and at most 1 (0.5 = 50 %)`,
      `Place -> users.Nothing in ${at}: orders has policies of Place, Place -> users.GetItem, Place -> users.PutItem only`,
    ],
  });
  const [line] = lines.filter(({ level }) => level === 50);
  assert.deepEqual(line?.faults, config.report.faults);
  swap('{"orders": {"apiKey": "sk_live" oops');
  await reloads(2);
  assert.deepEqual(config.report.faults, [`the file ${path} is not valid JSON`]);
  change({ pageSize: 11 });
  await reloads(3);
  assert.deepEqual([config.current.pageSize, config.report], [11, { status: 'applied', faults: [], restart: [] }]);
});

test('what is not hot waits for a restart, and the report names it until the file takes it back', async (t) => {
  const { path, change } = mounted(t, {});
  const { config, reloads } = opened(t, path);
  change({ region: 'us', pageSize: 7 });
  await reloads(1);
  assert.deepEqual([config.current.region, config.current.pageSize], ['eu', 7]);
  assert.deepEqual(config.report, { status: 'applied', faults: [], restart: ['region'] });
  change({ region: 'eu', pageSize: 7 });
  await reloads(2);
  assert.deepEqual(config.report.restart, []);
});

test('numbers of policies go by the name of the edge or the handler, and all else stays as it was', async (t) => {
  const { path, change } = mounted(t, { $policies: { Place: { limit: { rate: '600/min' } } } });
  const { config, reloads, edges } = opened(t, path);
  const live = policyOf(config);
  assert.equal(live.policy, place.policy, 'the same number is no change');
  const calls = {
    'Place -> users.GetItem': { timeout: '300ms', retry: { attempts: 4, backoff: '5ms..1s', budget: '10%' } },
  };
  change({ $policies: { Place: { deadline: '2s', limit: { burst: 30 } }, ...calls } });
  await reloads(1);
  assert.deepEqual(live.policy, { deadline: 2000, limit: { rate: 10, burst: 30 } });
  const tuned = live.calls.users!.getItem!;
  assert.deepEqual(tuned, {
    ...users,
    timeout: 300,
    retry: { ...users.retry, attempts: 4, backoff: [5, 1000], budget: 0.1 },
  });
  assert.equal(tuned.bulkhead, users.bulkhead, 'what is not changed is shared on');
  assert.equal(live.calls.users!.putItem, users);
  change({ pageSize: 5, $policies: { Place: { deadline: '3s', limit: { burst: 30 } }, ...calls } });
  const { limit } = live.policy;
  await reloads(2);
  assert.equal(live.calls.users!.getItem, tuned);
  assert.deepEqual([live.policy.deadline, live.policy.limit === limit], [3000, true]);
  change({});
  await reloads(3);
  assert.deepEqual([live.policy, live.calls.users!.getItem], [place.policy, users]);
  assert.deepEqual(edges, ['users.getItem', 'users.getItem']);
});

test('a service does not start with a file that is bad', (t) => {
  const { path } = mounted(t, { $policies: { Plaice: {} } });
  const start = () =>
    openConfig(definition, { env: { WEIR_CONFIG: path }, clock: systemClock, log: pino(), reloaded() {} });
  assert.throws(start, { name: 'ConfigError', message: /Plaice in \$policies/ });
});

test('the example of the documentation is a file that is applied', async (t) => {
  const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const { path, swap } = mounted(t, {});
  const placeOrder = { ...place, name: 'PlaceOrder', calls: { users: { getUser: users } } };
  const getUser = { ...kinds.operations.getItem!, name: 'GetUser' };
  const documented = {
    ...definition,
    operations: { placeOrder },
    clients: { users: { name: 'users', operations: { getUser } } },
  };
  swap(/```json\n(.*?)```/s.exec(page)![1]!);
  const config = openConfig(documented, { env: { WEIR_CONFIG: path }, clock: systemClock, log: pino(), reloaded() {} });
  const { policy, calls } = config.policies.of(placeOrder);
  assert.deepEqual([config.current.pageSize, policy.limit?.rate], [20, 200]);
  const { timeout, retry, breaker } = calls.users!.getUser!;
  assert.deepEqual([timeout, retry?.budget, breaker?.failures], [300, 0.1, 0.4]);
});
