import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { testService } from '@weir/runtime/testing';
import { payments } from './payments/src/generated/payments.ts';
import type { CreateChargeRequest } from './payments/src/generated/types/shop.payments.ts';
import { PaymentDeclined } from './payments/src/generated/types/shop.payments.ts';
import { handlers } from './payments/src/handlers/index.ts';

const order = {
  orderId: '3f0a2c6e-0000-4000-8000-000000000001',
  userId: '5f0c9a52-2f3e-4a53-9d5a-0a3b7c1d2e01',
  amount: { cents: 6169n, currency: 'eur' },
} as const;

/** The service, and the charges that its provider was asked for. */
async function start(t: TestContext, approved = true) {
  const charges: CreateChargeRequest[] = [];
  const app = await testService(payments, handlers, {
    config: { acquirerKey: 'test' },
    fakes: {
      acquirer: {
        createCharge(charge) {
          charges.push(charge);
          return { reference: `ref-${charges.length}`, approved, ...(approved ? {} : { reason: 'over the limit' }) };
        },
      },
    },
  });
  t.after(app.stop);
  return { app, charges };
}

test('an order is charged once, however often it is asked for', async (t) => {
  const { app, charges } = await start(t);
  const payment = await app.call('Charge', order);
  assert.equal(payment.reference, 'ref-1');
  assert.deepEqual(await app.call('Charge', order), payment);
  assert.equal(charges.length, 1);
  assert.deepEqual(app.published('PaymentSettled'), [
    { orderId: order.orderId, paymentId: payment.id, amount: order.amount },
  ]);
});

test('a card that is declined settles nothing', async (t) => {
  const { app } = await start(t, false);
  await assert.rejects(app.call('Charge', order), (error) => {
    assert.ok(error instanceof PaymentDeclined);
    assert.equal(error.fields.reason, 'over the limit');
    return true;
  });
  assert.deepEqual(app.published(), []);
});

test('a provider that answers too late is asked once more, with the same key', async (t) => {
  const { app, charges } = await start(t);
  app.faults.on('acquirer').latency('1500ms', { times: 1 });
  const payment = await app.until(app.call('Charge', order));
  assert.equal(charges.length, 2);
  assert.equal(payment.reference, 'ref-2');
  assert.equal(await app.metric('weir_edge_retries_total', { to: 'acquirer', cause: 'timeout' }), 1);
});

test('a provider that is slow for long is left alone, and asked again later', async (t) => {
  const { app } = await start(t);
  const slow = app.faults.on('acquirer').partition();
  for (let n = 1; n <= 5; n++) {
    const another = { ...order, orderId: `3f0a2c6e-0000-4000-8000-00000000010${n}` };
    await assert.rejects(app.until(app.call('Charge', another)), { code: 'deadline-exceeded' });
  }
  assert.deepEqual(
    app.breakers().map(({ state }) => state),
    ['open'],
  );
  slow.heal();
  await assert.rejects(app.call('Charge', order), { code: 'unavailable' });
  await app.advance('3s');
  await app.call('Charge', order);
});
