import type * as Shipping from '../generated/shipping.ts';
import { NotFound } from '../generated/types/shop.common.ts';

export const getShipment: Shipping.GetShipment = async ({ orderId }, { parcels }) => {
  const stored = await parcels.get(orderId);
  if (stored === null) throw new NotFound({ kind: 'shipment', id: orderId });
  const { tracking, dispatched } = JSON.parse(stored) as { tracking: string; dispatched: string };
  return { orderId, tracking, dispatched: new Date(dispatched) };
};
