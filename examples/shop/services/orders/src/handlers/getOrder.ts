import type * as Orders from '../generated/orders.ts';
import { NotFound } from '../generated/types/shop.common.ts';
import * as store from '../store.ts';

export const getOrder: Orders.GetOrder = async ({ id }, { ordersDb, principal }) => {
  const order = await store.find(ordersDb, id, principal?.subject ?? '');
  if (!order) throw new NotFound({ kind: 'order', id });
  return order;
};
