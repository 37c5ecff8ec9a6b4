import type * as Orders from '../generated/orders.ts';
import * as store from '../store.ts';

export const markShipped: Orders.MarkShipped = async ({ orderId, tracking }, { ordersDb }) => {
  // Failing brings the event back, and in the end to the dead letters.
  if (!(await store.moveTo(ordersDb, orderId, 'shipped', tracking))) throw new Error(`there is no order ${orderId}`);
};
