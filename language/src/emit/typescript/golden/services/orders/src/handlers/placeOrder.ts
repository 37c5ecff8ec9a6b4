import { ServiceError } from '@weir/runtime';
import type * as Orders from '../generated/orders.ts';

export const placeOrder: Orders.PlaceOrder = async (request, { stock, stripe, publish, log }) => {
  throw new ServiceError(
    'unimplemented',
    'PlaceOrder is not written yet: its handler is in services/orders/src/handlers/placeOrder.ts.',
  );
};
