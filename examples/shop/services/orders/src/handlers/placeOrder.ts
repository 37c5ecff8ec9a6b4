import type * as Orders from '../generated/orders.ts';
import type { Order } from '../generated/types/shop.ordering.ts';
import * as store from '../store.ts';

export const placeOrder: Orders.PlaceOrder = async ({ items, address, note }, context) => {
  const { users, pricing, inventory, payments, publish, ordersDb, principal } = context;
  const orderId = crypto.randomUUID();

  const [user, { total }] = await Promise.all([
    users.getUser({ id: principal?.subject ?? '' }),
    pricing.quote({ items }),
  ]);
  const order: Order = {
    id: orderId,
    userId: user.id,
    items,
    total,
    status: 'placed',
    address,
    placedAt: new Date(),
    ...(note === undefined ? {} : { note }),
  };
  try {
    await inventory.reserve({ orderId, items });
    // The order is there before the money moves: whoever hears of the payment finds it.
    await store.insert(ordersDb, order);
    await payments.charge({ orderId, userId: user.id, amount: total });
  } catch (error) {
    await undo(orderId, context);
    throw error;
  }
  await publish.orderPlaced({ orderId, userId: user.id, items, total, address });
  return order;
};

/** What is not paid for is not kept, whether or not the stock was: giving back what was never taken changes nothing. */
async function undo(orderId: string, { inventory, ordersDb, log }: Orders.PlaceOrderContext): Promise<void> {
  await store.moveTo(ordersDb, orderId, 'cancelled');
  await inventory
    .release({ orderId })
    .catch((error: unknown) => log.warn({ err: error, orderId }, 'stock stays reserved'));
}
