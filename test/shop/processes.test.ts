import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ada, order } from '../../examples/shop/local/order.ts';
import { supplierKey } from '../../examples/shop/local/surroundings.ts';
import { fileScope, startChild } from '../child.ts';
import { missing } from '../installed.ts';
import { type CurlRequest, curl } from './curl.ts';
import { type GatedAcquirer, startGatedAcquirer } from './gated-acquirer.ts';
import { type CallByPython, pythonClient } from './python.ts';
import { metric, type ShopProcesses, serviceNames, startShop } from './shop-processes.ts';

// The shop as separate processes, asked by clients that nobody here wrote: curl, and Python's grpcio.

const withCurl = { skip: missing('curl'), timeout: 120_000 };
const withPython = { skip: missing('grpcio', 'protoc'), timeout: 120_000 };

const scope = fileScope();
let shop: ShopProcesses;
let acquirer: GatedAcquirer;
let python: CallByPython;
let token: string;

before(
  async () => {
    acquirer = await startGatedAcquirer(scope);
    shop = await startShop(scope, { env: { WEIR_ACQUIRER_HTTP: acquirer.url } });
    token = await shop.identity.token(ada, 'orders:write');
    if (!withPython.skip) python = await pythonClient(scope);
  },
  { timeout: 180_000 },
);

/** A request to the orders by somebody signed in. */
function orders(path: string, { headers, ...request }: CurlRequest = {}) {
  return curl(shop.http('orders') + path, { ...request, headers: { authorization: `Bearer ${token}`, ...headers } });
}

async function stockOf(sku: string): Promise<number> {
  const [answer] = await python(shop.grpc('inventory'), {
    method: 'shop.catalog.InventoryService/GetStock',
    request: { sku },
  });
  return answer?.responses[0].available;
}

test('every service lives, is ready, and tells its metrics', withCurl, async () => {
  for (const name of serviceNames) {
    const { http } = shop.service(name);
    if (http === undefined) continue;
    assert.deepEqual((await curl(`${http}/healthz`)).json, { status: 'live' });
    assert.equal((await curl(`${http}/readyz`)).json.status, 'ready', name);
    assert.match((await curl(`${http}/metrics`)).text, /^weir_requests_total|^# TYPE weir_requests_total counter/m);
  }
});

test('an order goes through six processes, under one trace', withCurl, async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, 'x-request-id': 'a-request-by-curl' };
  const placed = await orders('/v1/orders', { body: order, headers });
  assert.equal(placed.status, 200, placed.text);
  assert.match(placed.headers['content-type'] ?? '', /^application\/json/);
  assert.equal(placed.headers['x-request-id'], 'a-request-by-curl');
  const { id, userId, status, total, note } = placed.json;
  assert.deepEqual([userId, status, total, note], [ada, 'placed', { cents: '5902', currency: 'eur' }, order.note]);
  for (const name of ['orders', 'users', 'pricing', 'catalog', 'inventory', 'payments'] as const) {
    await shop.service(name).child.until(new RegExp(`"traceId":"${traceId}"`));
  }

  assert.deepEqual((await orders(`/v1/orders/${id}`)).json, placed.json);
  assert.deepEqual((await orders('/v1/orders')).json.orders[0], placed.json);
  const stranger = await shop.identity.token('5f0c9a52-2f3e-4a53-9d5a-0a3b7c1d2e02', 'orders:write');
  const asked = await orders(`/v1/orders/${id}`, { headers: { authorization: `Bearer ${stranger}` } });
  assert.deepEqual([asked.status, asked.json.fields], [404, { kind: 'order', id }]);
});

test('the same key gets the same order once, and no other request', withCurl, async () => {
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const first = await orders('/v1/orders', { body: order, headers });
  const second = await orders('/v1/orders', { body: order, headers });
  assert.deepEqual([second.status, second.json], [200, first.json]);
  const other = await orders('/v1/orders', { body: { ...order, note: 'another' }, headers });
  assert.equal(other.status, 422);
});

test('everything that is wrong with a request is said in one answer', withCurl, async () => {
  const address = { street: '', city: 7, country: 'gb' };
  const body = { items: [{ sku: 'POT-001', quantity: 0 }, { quantity: 1 }], address, tip: 5 };
  const { status, headers, json } = await orders('/v1/orders', { body });
  assert.equal(status, 400);
  assert.equal(headers['content-type'], 'application/problem+json');
  assert.deepEqual([json.title, json.code, json.instance], ['Bad Request', 'invalid-argument', '/v1/orders']);
  const rules = json.violations.map(({ field, rule }: { field: string; rule: string }) => `${field}: ${rule}`);
  assert.deepEqual(rules.sort(), [
    'address.city: type',
    'address.country: matches',
    'address.street: length',
    'items[0].quantity: range',
    'items[1].sku: required',
    'tip: unknown',
  ]);
});

test('what a contract declares comes as an error of that type', withCurl, async () => {
  const bags = await orders('/v1/orders', { body: { ...order, items: [{ sku: 'BAG-001', quantity: 5 }] } });
  assert.equal(bags.status, 409);
  assert.equal(bags.json.type, 'urn:weir:error:shop.catalog.OutOfStock');
  assert.deepEqual(bags.json.fields, { sku: 'BAG-001', available: 3 });

  const unknown = await orders('/v1/orders', { body: { ...order, items: [{ sku: 'XYZ-999', quantity: 1 }] } });
  assert.deepEqual([unknown.status, unknown.json.type], [404, 'urn:weir:error:shop.common.NotFound']);
});

test('a supplier delivers; what a card does not cover is put back on the shelf', {
  ...withCurl,
  skip: withCurl.skip || withPython.skip,
}, async () => {
  const deliver = (headers: Record<string, string>) =>
    curl(`${shop.http('inventory')}/v1/stock/POT-001`, { headers, body: { quantity: 1000 } });
  assert.equal((await deliver({})).status, 401);
  assert.equal((await deliver({ 'x-api-key': 'a-guess' })).status, 401);
  const delivered = await deliver({ 'x-api-key': supplierKey });
  assert.deepEqual([delivered.status, delivered.json.sku], [200, 'POT-001']);

  const items = Array.from({ length: 4 }, () => ({ sku: 'POT-001', quantity: 99 }));
  const declined = await orders('/v1/orders', { body: { ...order, items } });
  assert.deepEqual([declined.status, declined.json.type], [402, 'urn:weir:error:shop.payments.PaymentDeclined']);
  assert.deepEqual(declined.json.fields, { reason: 'over the limit of the card' });
  assert.equal(await stockOf('POT-001'), delivered.json.available);
});

test('who may not is told so, and so is who asks for what is not there', withCurl, async () => {
  const authorized = async (scope: string) => ({ authorization: `Bearer ${await shop.identity.token(ada, scope)}` });
  const url = `${shop.http('orders')}/v1/orders`;
  const anonymous = await curl(url, { body: order });
  assert.deepEqual([anonymous.status, anonymous.json.code], [401, 'unauthenticated']);
  assert.match(anonymous.headers['www-authenticate'] ?? '', /^Bearer/);
  assert.equal((await orders('/v1/orders', { headers: { authorization: 'Bearer no.such.token' } })).status, 401);
  const reader = await curl(url, { body: order, headers: await authorized('orders:read') });
  assert.deepEqual([reader.status, reader.json.code], [403, 'permission-denied']);

  const nowhere = await orders('/v2/orders');
  assert.deepEqual([nowhere.status, nowhere.json.title], [404, 'Not Found']);
  const deleted = await orders('/v1/orders', { method: 'DELETE' });
  assert.deepEqual([deleted.status, deleted.headers.allow], [405, 'GET, HEAD, POST']);
});

test('what is no JSON, or too much of it, is refused', withCurl, async () => {
  const broken = await orders('/v1/orders', { body: '{"items": [' });
  assert.equal(broken.status, 400);
  assert.match(broken.json.detail, /^The body is not JSON: /);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  assert.equal((await orders('/v1/orders', { body: 'items=1', headers: form })).status, 415);
  const large = await orders('/v1/orders', { body: { ...order, note: 'x'.repeat(2 * 1024 * 1024) } });
  assert.deepEqual([large.status, large.json.detail], [413, 'The body is too large.']);
});

test('a stream comes as server-sent events, one by one, until the reader goes away', withCurl, async (t) => {
  const hits = await curl(`${shop.http('search')}/v1/search/live?text=tea`);
  assert.match(hits.headers['content-type'] ?? '', /^text\/event-stream/);
  const events = hits.text.split('\n\n').filter((event) => event !== '');
  assert.deepEqual(events.map((event) => JSON.parse(event.replace('data: ', '')).sku).sort(), [
    'POT-001',
    'TEA-001',
    'TEA-002',
  ]);

  const { id } = (await orders('/v1/orders', { body: order })).json;
  const watching = () => metric(shop.http('orders'), 'weir_requests_in_flight', { operation: 'WatchOrder' });
  const args = ['--silent', '--no-buffer', '--header', `authorization: Bearer ${token}`];
  const watch = startChild(t, 'curl', [...args, `${shop.http('orders')}/v1/orders/${id}/events`]);
  // What happens to the order after this stays in the process of the payments: the broker is one of this process only.
  await watch.until(new RegExp(`^data: \\{"id":"${id}".*"status":"placed".*\\}\n\n`));
  assert.equal(await watching(), 1);
  watch.signal('SIGKILL');
  await watch.ended;
  while ((await watching()) !== 0);
});

test('grpcio calls every service that has a port for it, and each is healthy', withPython, async () => {
  for (const name of serviceNames) {
    const method = 'grpc.health.v1.Health/Check';
    const answers = await python(
      shop.grpc(name),
      { method, request: {} },
      { method, request: { service: 'no.such.Service' } },
    );
    assert.deepEqual(answers[0]?.responses, [{ status: 'SERVING' }], name);
    assert.equal(answers[1]?.code, 'NOT_FOUND');
  }
});

test('grpcio gets answers and typed errors, by the emitted contract', withPython, async () => {
  const method = 'shop.users.UsersService/GetUser';
  const id = crypto.randomUUID();
  const [found, absent, wrong] = await python(
    shop.grpc('users'),
    { method, request: { id: ada } },
    { method, request: { id } },
    { method, request: { id: 'ada' } },
  );
  assert.equal(found?.responses[0].name, 'Ada Lovelace');
  assert.deepEqual([absent?.code, wrong?.code], ['NOT_FOUND', 'INVALID_ARGUMENT']);
  assert.deepEqual(absent?.details, [{ '@type': 'type.googleapis.com/shop.common.NotFound', kind: 'user', id }]);
  const description = 'must be a UUID such as 123e4567-e89b-12d3-a456-426614174000';
  const fieldViolations = [{ field: 'id', description, reason: 'type' }];
  assert.deepEqual(wrong?.details, [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations }]);
});

test('grpcio places an order, for those who may', withPython, async () => {
  const method = 'shop.ordering.OrdersService/PlaceOrder';
  const metadata = { authorization: `Bearer ${token}` };
  const bags = { ...order, items: [{ sku: 'BAG-001', quantity: 5 }] };
  const readOnly = await shop.identity.token(ada, 'orders:read');
  const [placed, anonymous, reader, short] = await python(
    shop.grpc('orders'),
    { method, request: order, metadata },
    { method, request: order },
    { method, request: order, metadata: { authorization: `Bearer ${readOnly}` } },
    { method, request: bags, metadata },
  );
  assert.deepEqual(placed?.responses[0].total, { cents: '5902', currency: 'CURRENCY_EUR' }, placed?.message);
  assert.deepEqual([anonymous?.code, reader?.code], ['UNAUTHENTICATED', 'PERMISSION_DENIED']);
  const type = 'type.googleapis.com/shop.catalog.OutOfStock';
  assert.deepEqual(short?.details, [{ '@type': type, sku: 'BAG-001', available: 3 }]);
});

test('grpcio reads a stream to its end, and another until its deadline', withPython, async () => {
  const [live] = await python(shop.grpc('search'), {
    method: 'shop.catalog.SearchService/SearchLive',
    request: { text: 'mug' },
  });
  assert.deepEqual([live?.code, live?.responses.map(({ sku }) => sku)], ['OK', ['MUG-001', 'MUG-002']]);

  const metadata = { authorization: `Bearer ${token}` };
  const [placed] = await python(shop.grpc('orders'), {
    method: 'shop.ordering.OrdersService/PlaceOrder',
    request: order,
    metadata,
  });
  const [watched] = await python(shop.grpc('orders'), {
    method: 'shop.ordering.OrdersService/WatchOrder',
    request: { id: placed?.responses[0].id },
    timeout: 1,
    metadata,
  });
  assert.equal(watched?.code, 'DEADLINE_EXCEEDED');
  assert.deepEqual(
    watched.responses.map(({ status }) => status),
    ['ORDER_STATUS_PLACED'],
  );
});

test('a deadline holds though a service behind does not answer, and ends the work there too', withPython, async (t) => {
  const inventory = shop.service('inventory').child;
  inventory.signal('SIGSTOP');
  t.after(() => inventory.signal('SIGCONT'));
  const [late] = await python(shop.grpc('orders'), {
    method: 'shop.ordering.OrdersService/PlaceOrder',
    request: order,
    timeout: 0.5,
    metadata: { authorization: `Bearer ${token}` },
  });
  assert.equal(late?.code, 'DEADLINE_EXCEEDED');
  assert.ok(late.seconds < 5, `${late.seconds} s`);
  const running = () =>
    metric(shop.http('orders'), 'weir_requests_in_flight', { operation: 'PlaceOrder', transport: 'grpc' });
  while ((await running()) !== 0);
});

test(
  'on SIGTERM the order under way is finished, no other is taken, and the process ends with 0',
  withCurl,
  async (t) => {
    t.after(() => acquirer.open());
    const asked = acquirer.close();
    const answer = orders('/v1/orders', { body: order });
    await asked;
    const { child } = shop.service('orders');
    child.signal('SIGTERM');
    await child.until(/"msg":"stopping"/);
    await assert.rejects(orders('/v1/orders', { body: order }), /curl ended with (7|56)/);
    acquirer.open();
    const { status, json } = await answer;
    assert.deepEqual([status, json?.status], [200, 'placed']);
    assert.deepEqual(await child.ended, { code: 0, signal: null });
  },
);

test('each of the others ends with 0 as well', { timeout: 120_000 }, async () => {
  for (const name of serviceNames) shop.service(name).child.signal('SIGTERM');
  for (const name of serviceNames) {
    const { child } = shop.service(name);
    assert.deepEqual(await child.ended, { code: 0, signal: null }, `${name}: ${child.output()}`);
  }
});
