import { createHash } from 'node:crypto';
import type * as Shipping from '../generated/shipping.ts';

export const dispatch: Shipping.Dispatch = async ({ orderId, userId }, { publish, parcels, log }) => {
  // The number follows from the order, so that an event that comes twice sends one parcel.
  const tracking = `WB${createHash('sha256').update(orderId).digest('hex').slice(0, 10).toUpperCase()}`;
  const first = await parcels.set(orderId, JSON.stringify({ tracking, dispatched: new Date() }), 'NX');
  if (first !== null) log.info({ orderId, tracking }, 'parcel handed over');
  await publish.shipmentDispatched({ orderId, userId, tracking });
};
