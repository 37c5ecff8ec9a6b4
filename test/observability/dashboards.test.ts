import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ada, order } from '../../examples/shop/local/order.ts';
import { modelOf, options } from '../../language/src/emit/golden-fixture.ts';
import { observabilityEmitter } from '../../language/src/emit/observability/index.ts';
import { fileScope } from '../child.ts';
import { missing } from '../installed.ts';
import { repository } from '../repository.ts';
import { type ShopProcesses, serviceNames, startShop } from '../shop/shop-processes.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';

// What is emitted for Prometheus and Grafana is asked of a Prometheus that watches the shop at work.

const needed = { skip: missing('promtool'), timeout: 120_000 };
const scope = fileScope();
let shop: ShopProcesses;
let prometheus: Prometheus;
let dashboards: ReadonlyMap<string, Dashboard>;

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly { readonly type: string; readonly title: string; readonly targets?: readonly Query[] }[];
}
interface Query {
  readonly expr: string;
}

before(
  async () => {
    if (needed.skip) return;
    const folder = join(repository, 'examples/shop/svc');
    const sources = readdirSync(folder).map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
    const outputs = observabilityEmitter.emit(await modelOf(sources), options);
    const at = 'generated/observability/dashboards/';
    dashboards = new Map(
      [...outputs]
        .filter(([path]) => path.startsWith(at))
        .map(([path, { text }]) => [path.slice(at.length), JSON.parse(text)]),
    );
    shop = await startShop(scope, { env: { WEIR_ADMIN_PORT: '0' } });
    const targets = serviceNames.flatMap((name) => shop.service(name).admin ?? []);
    const rules = outputs.get('generated/observability/rules.yaml')!.text;
    prometheus = await startPrometheus(scope, { targets, rules });
    await work(12);
  },
  { timeout: 180_000 },
);

/** Orders, good and bad, for some seconds. */
async function work(seconds: number): Promise<void> {
  const token = await shop.identity.token(ada, 'orders:write');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = async (body: unknown) => {
    const answer = await fetch(`${shop.http('orders')}/v1/orders`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    await answer.text();
  };
  // One a second: the shop has some dozen of what is ordered.
  for (let second = 0; second < seconds; second += 1) await Promise.all([post(order), post({}), sleep(1000)]);
}

const filledIn = (expr: string): string => expr.replaceAll('$__rate_interval', '10s').replaceAll('$namespace', '.*');

/** The titles of panels of which no query gives anything. */
async function emptyPanels(dashboard: Dashboard): Promise<string[]> {
  const titles: string[] = [];
  for (const { title, targets = [] } of dashboard.panels) {
    const results = await Promise.all(targets.map(({ expr }) => prometheus.query(filledIn(expr))));
    if (targets.length > 0 && results.every((samples) => samples.length === 0)) titles.push(title);
  }
  return titles;
}

/** What there is to see only when something goes wrong. */
const troubles = ['Breakers', 'Open breakers', 'Refusals', 'Events given up', 'Errors by operation and code'];

test('every panel shows something of a service at work, and every query of the others is one', needed, async () => {
  const atWork = [
    'system.json',
    ...['orders', 'inventory', 'users', 'payments'].map((name) => `services/${name}.json`),
  ];
  const empty = new Map<string, string[]>();
  for (const [path, dashboard] of dashboards) {
    const titles = (await emptyPanels(dashboard)).filter((title) => !troubles.includes(title));
    if (atWork.includes(path)) empty.set(path, titles);
  }
  assert.deepEqual(Object.fromEntries(empty), {
    'system.json': [],
    'services/inventory.json': [],
    // Nothing that orders hears of has happened.
    'services/orders.json': ['Deliveries by outcome', 'p99 of handling'],
    'services/payments.json': [],
    'services/users.json': [],
  });
});

test('the map has a node for both ends of each edge', needed, async () => {
  const map = dashboards.get('system.json')!.panels.find(({ type }) => type === 'nodeGraph')!;
  const [nodes, edges] = await Promise.all(map.targets!.map(({ expr }) => prometheus.query(filledIn(expr))));
  const ids = nodes!.map(({ metric }) => metric.id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(edges!.some(({ metric }) => metric.source === 'orders' && metric.target === 'payments'));
  assert.equal(new Set(edges!.map(({ metric }) => metric.id)).size, edges!.length);
  for (const { metric } of edges!) assert.ok(ids.includes(metric.source) && ids.includes(metric.target), metric.id);
});

test('what services promise is counted, and bad requests of others are no fault of theirs', needed, async () => {
  const ratios = await prometheus.query('slo:errors:ratio_rate5m{slo="availability"}');
  const ofOrders = ratios.find(({ metric }) => metric.service === 'orders');
  assert.equal(ofOrders?.value[1], '0');
  const latency = await prometheus.query('slo:errors:ratio_rate5m{slo="latency",service="orders"}');
  assert.equal(latency.length, 1);
  const alerts = await prometheus.query('ALERTS{alertname!="ServiceAbsent"}');
  assert.deepEqual(alerts, []);
});
