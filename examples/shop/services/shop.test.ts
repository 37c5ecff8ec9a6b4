import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSystem } from '@weir/runtime/testing';
import { services } from '../generated/system.ts';
import { notifications } from './notifications/src/generated/notifications.ts';
import { orders } from './orders/src/generated/orders.ts';

const ada = { subject: '5f0c9a52-2f3e-4a53-9d5a-0a3b7c1d2e01', scopes: ['orders:write'] };
const asked = {
  items: [{ sku: 'TEA-001', quantity: 3 }],
  address: { street: '12 St James’s Square', city: 'London', country: 'GB' },
};

test('an order goes through the whole shop, also when parcels and mails are slow to leave', async (t) => {
  const shop = await testSystem(
    { services },
    {
      fakes: { acquirer: { createCharge: () => ({ reference: 'ref', approved: true }) } },
      config: { payments: { acquirerKey: 'test' } },
    },
  );
  t.after(shop.stop);
  shop.faults.consumer('Dispatch').fail('unavailable', { times: 2 });
  shop.faults.on('users', { from: 'notifications' }).down({ times: 1 });

  const placed = await shop.service(orders).call('PlaceOrder', asked, { principal: ada });
  await shop.events.settled();

  const order = await shop.service(orders).call('GetOrder', { id: placed.id }, { principal: ada });
  assert.equal(order.status, 'shipped');
  const sent = await shop.service(notifications).call('ListSent', { userId: ada.subject });
  assert.equal(sent.notifications.length, 2);
  assert.deepEqual(await shop.events.deadLetters(), []);
});
