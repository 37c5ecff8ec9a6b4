import type * as Orders from '../generated/orders.ts';
import * as store from '../store.ts';

export const listOrders: Orders.ListOrders = async ({ page = 0 }, { ordersDb, principal, config }) => ({
  orders: await store.list(ordersDb, principal?.subject ?? '', page, config.pageSize),
});
