import { ServiceError } from '@weir/runtime';
import type * as Orders from '../generated/orders.ts';

export const watchOrder: Orders.WatchOrder = async function* (request, { log }) {
  throw new ServiceError(
    'unimplemented',
    'WatchOrder is not written yet: its handler is in services/orders/src/handlers/watchOrder.ts.',
  );
};
