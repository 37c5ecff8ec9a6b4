import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { assertGolden, goldenModel, goldenSources, modelOf, options, shuffled } from '../golden-fixture.ts';
import { biome, configureAll, emitted, fixture, run, typeErrors } from './emitted-fixture.ts';
import { typescriptEmitter } from './index.ts';

test('what is emitted for a small system is what was reviewed', async () => {
  assertGolden(typescriptEmitter.emit(await goldenModel(), options), join(import.meta.dirname, 'golden'));
});

for (const name of ['shop', 'nasty']) {
  test(`neither the order of files nor of declarations shows: ${name}`, async () => {
    const emit = async (sources: ReturnType<typeof fixture>) => {
      const outputs = typescriptEmitter.emit(await modelOf(sources), options);
      return [...outputs].map(([path, { text }]) => `${path}\n${text}`).sort();
    };
    assert.deepEqual(await emit(shuffled(fixture(name))), await emit(fixture(name)));
  });

  test(`a formatter has nothing to change: ${name}`, async (t) => {
    const { folder } = await emitted(t, name);
    const repository = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../biome.json'), 'utf8'));
    const { formatter, javascript } = repository as { formatter: object; javascript: object };
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ formatter, javascript }));
    const { code, stdout, stderr } = await run(biome, ['format', 'services', 'generated'], folder);
    assert.equal(code, 0, stdout + stderr);
  });
}

test('the strictest checks pass over a system full of awkward names, and Node can load it', {
  timeout: 120_000,
}, async (t) => {
  const { folder } = await emitted(t, 'nasty');
  configureAll(folder, 'delete');
  assert.deepEqual(await typeErrors(folder), []);
  const script = `const { services, gatewayPorts } = await import('./generated/system.ts');
    console.log(JSON.stringify([services.length, gatewayPorts, Object.keys(services.find((s) => s.definition.name === 'delete').handlers)]));`;
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], folder);
  assert.equal(stderr, '');
  const [count, ports, handlers] = JSON.parse(stdout) as [number, object, string[]];
  assert.equal(count, 16);
  assert.deepEqual(ports, { second: 8090 });
  assert.ok(handlers.includes('delete') && handlers.includes('onHttpDone'));
});

test('a service checks by its own settings, and a handler can call only what it declares', {
  timeout: 120_000,
}, async (t) => {
  const { folder } = await emitted(t, 'shop');
  const project = 'services/orders';
  assert.deepEqual(await typeErrors(folder, project), []);

  writeFileSync(
    join(folder, project, 'src/handlers/getOrder.ts'),
    `import type * as Orders from '../generated/orders.ts';

export const getOrder: Orders.GetOrder = async ({ id }, { users, ordersDb, log }) => {
  await users.getUser({ id });
  await ordersDb.query('select 1');
  throw log;
};
`,
  );
  writeFileSync(
    join(folder, project, 'src/handlers/listOrders.ts'),
    `import type * as Orders from '../generated/orders.ts';

export const listOrders: Orders.ListOrders = async ({ userId, page }, { users, pricing, config }) => {
  await users.getUser({ id: userId });
  await pricing.quote({ sku: 'ABC-1' });
  await pricing.listPrice({ sku: 'ABC-1' });
  return { orders: [], ...(page !== undefined && page < config.pageSize && { next: page + 1 }) };
};
`,
  );
  const errors = await typeErrors(folder, project);
  assert.match(
    errors[0]!,
    /getOrder.ts\(3,\d+\): error TS2339: Property 'users' does not exist on type 'GetOrderContext'/,
  );
  assert.match(errors[1]!, /listOrders.ts\(6,\d+\): error TS2339: Property 'listPrice' does not exist/);
  assert.equal(errors.length, 2);
});

test('types say what a value must be: oneofs exclude each other, optional is absent, errors carry their fields', {
  timeout: 120_000,
}, async (t) => {
  const { folder } = await emitted(t, 'shop');
  const project = 'services/orders';
  writeFileSync(
    join(folder, project, 'src/types.ts'),
    `import { type Order, OutOfStock } from './generated/types/shop.orders.ts';
import type { PlaceOrderContext } from './generated/handlers.ts';

const total = { currency: 'EUR', units: 5n };
const order: Order = { id: '1', userId: '2', items: [], total, status: 'paid', labels: {}, card: { token: 't' } };
// @ts-expect-error: a card and a voucher
export const both: Order = { ...order, card: { token: 't' }, voucher: 'v' };
// @ts-expect-error: no such status
export const lost: Order = { ...order, status: 'lost' };
// @ts-expect-error: absent is not undefined
export const noted: Order = { ...order, note: undefined };
// @ts-expect-error: nobody changes what was received
order.id = '3';
export const error = new OutOfStock({ sku: 'ABC-1' });
export const sku: string = error instanceof OutOfStock ? error.fields.sku : '';
export const voucher: string | undefined = order.voucher;
export const publish = ({ publish }: PlaceOrderContext) => publish.orderPlaced({ orderId: '1', total });
`,
  );
  assert.deepEqual(await typeErrors(folder, project), []);
});

test('the emitted system runs: gateway, services and skeletons that say where to write', {
  timeout: 120_000,
}, async (t) => {
  const { folder } = await emitted(t, 'shop');
  const env = { ...process.env, WEIR_ORDERS_STRIPE_KEY: 'k', WEIR_LOG_LEVEL: 'silent' };
  const system = spawn(process.execPath, ['generated/system.ts'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => system.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => system.once('exit', resolve));
  const started = createInterface({ input: system.stdout })[Symbol.asyncIterator]();
  const line = String((await started.next()).value);
  assert.match(line, /^public: http:\/\/127\.0\.0\.1:\d+$/);

  const url = line.replace('public: ', '');
  const missing = await fetch(`${url}/v1/orders/6f1f7a4e-1111-4222-8333-444455556666`);
  assert.equal(missing.status, 501);
  const { detail } = (await missing.json()) as { detail: string };
  assert.equal(detail, 'GetOrder is not written yet: its handler is in services/orders/src/handlers/getOrder.ts.');
  const refused = await fetch(`${url}/v1/orders`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(refused.status, 401);

  system.kill('SIGTERM');
  assert.equal(await ended, 0);
});

test('services with an image of their own get no package', async () => {
  const outputs = typescriptEmitter.emit(await modelOf(goldenSources()), options);
  assert.ok([...outputs.keys()].every((path) => !path.startsWith('services/ads/')));
  assert.ok(!outputs.get('generated/system.ts')!.text.includes('ads'));
});

test('a system without services is no file at all', async () => {
  assert.equal(typescriptEmitter.emit(await modelOf([{ path: 'a.svc', text: 'message A {}' }]), options).size, 0);
});
