import { ServiceError } from '@weir/runtime';
import type * as Orders from '../generated/orders.ts';

export const getOrder: Orders.GetOrder = async (request, { log }) => {
  throw new ServiceError(
    'unimplemented',
    'GetOrder is not written yet: its handler is in services/orders/src/handlers/getOrder.ts.',
  );
};
