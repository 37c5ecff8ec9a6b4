import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ada } from '../../examples/shop/local/order.ts';
import { fileScope } from '../child.ts';
import { metric, type ServiceName, type ShopProcesses, startShop } from './shop-processes.ts';

// Services of the shop are killed under load, with no time to say goodbye.

const scope = fileScope();
let shop: ShopProcesses;
let headers: Readonly<Record<string, string>>;

before(
  async () => {
    shop = await startShop(scope, {
      services: ['users', 'catalog', 'inventory', 'pricing', 'payments', 'carts', 'orders'],
    });
    const token = await shop.identity.token(ada, 'orders:write');
    headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  },
  { timeout: 180_000 },
);

interface Answer {
  readonly status: number;
  /** Of a problem. */
  readonly code: string | undefined;
  readonly json: Readonly<Record<string, unknown>>;
  /** Milliseconds. */
  readonly took: number;
}

async function send(url: string, method: string, body: object): Promise<Answer> {
  const from = performance.now();
  const response = await fetch(url, {
    method,
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  const json = (await response.json()) as Readonly<Record<string, unknown>>;
  return { status: response.status, code: json.code as string | undefined, json, took: performance.now() - from };
}

const address = { street: '12 St James’s Square', city: 'London', country: 'GB' };
const placeOrder = () =>
  send(`${shop.http('orders')}/v1/orders`, 'POST', { items: [{ sku: 'TEA-001', quantity: 1 }], address });
const putItem = () => send(`${shop.http('carts')}/v1/cart/items/TEA-002`, 'PUT', { quantity: 2 });

/** Sends requests, one after the other from each of several callers; `midway` happens once some have been answered. */
async function load(
  requests: number,
  callers: number,
  request: () => Promise<Answer>,
  midway: () => Promise<void> = async () => {},
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  let left = requests;
  let happening: Promise<void> | undefined;
  const call = async () => {
    while (left-- > 0) {
      answers.push(await request());
      if (answers.length >= requests / 5) happening ??= midway();
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  await happening;
  return answers;
}

/** Sends requests until one is answered as wished. */
async function until(wished: (answer: Answer) => boolean, request: () => Promise<Answer>): Promise<void> {
  while (!wished(await request())) await sleep(100);
}

const breaker = (from: 'orders' | 'carts', to: ServiceName) =>
  metric(shop.http(from), 'weir_edge_breaker_state', { from, to });
const refusals = (from: 'orders' | 'carts', to: ServiceName) =>
  metric(shop.http(from), 'weir_edge_refusals_total', { from, to, by: 'breaker' });
const OPEN = 2;

async function kill(name: ServiceName): Promise<void> {
  const { child } = shop.service(name);
  child.signal('SIGKILL');
  await child.ended;
}

test('orders without an inventory fail with a type and in time; the breaker opens, and closes when it is back', {
  timeout: 180_000,
}, async () => {
  assert.ok((await load(10, 4, placeOrder)).every(({ status }) => status === 200));

  // While orders are on their way: some pass, some are cut off, the rest finds nobody.
  const answers = await load(60, 6, placeOrder, () => kill('inventory'));
  const failed = answers.filter(({ status }) => status !== 200);
  assert.ok(failed.length > 20, `${failed.length} of ${answers.length} failed`);
  for (const { status, code, json, took } of failed) {
    assert.deepEqual([status, code, json.title], [503, 'unavailable', 'Service Unavailable'], JSON.stringify(json));
    assert.equal(typeof json.requestId, 'string');
    // The operation's deadline is ten seconds, and nothing here takes half of that.
    assert.ok(took < 10_000, `${took} ms`);
  }
  assert.equal(await breaker('orders', 'inventory'), OPEN);
  assert.ok(((await refusals('orders', 'inventory')) ?? 0) > 0);

  await shop.restart('inventory');
  await until(({ status }) => status === 200, placeOrder);
  assert.ok((await load(10, 1, placeOrder)).every(({ status }) => status === 200));
  assert.equal(await breaker('orders', 'inventory'), 0);
});

test('a service that is frozen, not gone, holds nobody longer than the deadline', { timeout: 180_000 }, async (t) => {
  const { child } = shop.service('inventory');
  t.after(() => child.signal('SIGCONT'));
  const answers = await load(60, 6, placeOrder, async () => child.signal('SIGSTOP'));
  const failed = answers.filter(({ status }) => status !== 200);
  assert.ok(failed.length > 20, `${failed.length} of ${answers.length} failed`);
  for (const { status, code, took } of failed) {
    const expected = status === 504 ? 'deadline-exceeded' : 'unavailable';
    assert.deepEqual([code, status === 503 || status === 504], [expected, true]);
    assert.ok(took < 10_000, `${took} ms`);
  }
  assert.equal(await breaker('orders', 'inventory'), OPEN);

  child.signal('SIGCONT');
  await until(({ status }) => status === 200, placeOrder);
  assert.ok((await load(10, 1, placeOrder)).every(({ status }) => status === 200));
});

test('carts without prices keep taking items, and have a total again when prices are back', {
  timeout: 180_000,
}, async () => {
  assert.ok((await load(4, 2, putItem)).every(({ json }) => json.total !== undefined));

  const answers = await load(60, 6, putItem, () => kill('pricing'));
  assert.ok(answers.every(({ status }) => status === 200));
  const bare = answers.filter(({ json }) => json.total === undefined);
  assert.ok(bare.length > 20, `${bare.length} of ${answers.length} came without a total`);
  for (const { took } of answers) assert.ok(took < 3000, `${took} ms`);
  assert.equal(await breaker('carts', 'pricing'), OPEN);
  assert.ok(((await refusals('carts', 'pricing')) ?? 0) > 0);

  await shop.restart('pricing');
  await until(({ json }) => json.total !== undefined, putItem);
  assert.ok((await load(10, 1, putItem)).every(({ json }) => json.total !== undefined));
  assert.equal(await breaker('carts', 'pricing'), 0);
});
