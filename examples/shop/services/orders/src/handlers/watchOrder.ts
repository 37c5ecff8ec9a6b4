import { setTimeout as sleep } from 'node:timers/promises';
import type * as Orders from '../generated/orders.ts';
import { NotFound } from '../generated/types/shop.common.ts';
import * as store from '../store.ts';

/** Milliseconds. Any replica may handle the events of an order, so the database is where to look. */
const lookEvery = 100;

export const watchOrder: Orders.WatchOrder = async function* ({ id }, { ordersDb, principal, signal }) {
  let seen: string | undefined;
  while (!signal.aborted) {
    const order = await store.find(ordersDb, id, principal?.subject ?? '');
    if (!order) throw new NotFound({ kind: 'order', id });
    if (order.status !== seen) yield order;
    seen = order.status;
    if (seen === 'shipped' || seen === 'cancelled') return;
    await sleep(lookEvery, undefined, { signal });
  }
};
