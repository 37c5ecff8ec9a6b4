import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { testService } from '@weir/runtime/testing';
import { orders } from './orders/src/generated/orders.ts';
import { OutOfStock } from './orders/src/generated/types/shop.catalog.ts';
import { handlers } from './orders/src/handlers/index.ts';

const ada = { subject: '5f0c9a52-2f3e-4a53-9d5a-0a3b7c1d2e01', scopes: ['orders:write'] };
const address = { street: '12 St James’s Square', city: 'London', country: 'GB' };
const asked = { items: [{ sku: 'MUG-001', quantity: 2 }], address };
const total = { cents: 2500n, currency: 'eur' } as const;

/** The service among neighbours that have everything, and the orders whose stock was given back. */
async function start(t: TestContext, left = 10) {
  const released: string[] = [];
  const app = await testService(orders, handlers, {
    fakes: {
      users: { getUser: ({ id }) => ({ id, name: 'Ada', email: 'ada@example.com', since: new Date(0) }) },
      pricing: { quote: () => ({ total, discount: { cents: 0n, currency: 'eur' }, validUntil: new Date(0) }) },
      inventory: {
        reserve({ orderId, items }) {
          if (items.some(({ quantity }) => quantity > left)) throw new OutOfStock({ sku: 'MUG-001', available: left });
          return { id: orderId, items, expires: new Date(0) };
        },
        release: ({ orderId }) => void released.push(orderId),
      },
      payments: { charge: ({ orderId, amount }) => ({ id: orderId, orderId, amount, reference: 'ref' }) },
    },
  });
  t.after(app.stop);
  return { app, released };
}

test('an order is placed, and everybody hears of it', async (t) => {
  const { app } = await start(t);
  const order = await app.call('PlaceOrder', asked, { principal: ada });
  assert.equal(order.status, 'placed');
  assert.deepEqual(app.published('OrderPlaced'), [
    { orderId: order.id, userId: ada.subject, items: asked.items, total, address },
  ]);

  await app.deliver('MarkPaid', { orderId: order.id, paymentId: order.id, amount: total });
  await app.deliver('MarkShipped', { orderId: order.id, userId: ada.subject, tracking: 'WB1' });
  const { status, tracking } = await app.call('GetOrder', { id: order.id }, { principal: ada });
  assert.deepEqual([status, tracking], ['shipped', 'WB1']);
  const grace = { subject: '5f0c9a52-2f3e-4a53-9d5a-0a3b7c1d2e02' };
  await assert.rejects(app.call('GetOrder', { id: order.id }, { principal: grace }), { code: 'not-found' });
});

test('without stock nothing is charged, and what was kept goes back', async (t) => {
  const { app, released } = await start(t, 1);
  await assert.rejects(app.call('PlaceOrder', asked, { principal: ada }), (error) => error instanceof OutOfStock);
  assert.equal(released.length, 1);
  assert.ok(!app.hops.some(({ to }) => to === 'payments'));
  assert.deepEqual(app.published(), []);
});

test('when payments is gone, the stock goes back and the caller is told', async (t) => {
  const { app, released } = await start(t);
  app.faults.on('payments').partition();
  const call = app.call('PlaceOrder', asked, { principal: ada });
  await assert.rejects(app.until(call), { code: 'deadline-exceeded' });
  assert.equal(released.length, 1);
  const { orders: kept } = await app.call('ListOrders', {}, { principal: ada });
  assert.deepEqual(
    kept.map(({ status }) => status),
    ['cancelled'],
  );
});
