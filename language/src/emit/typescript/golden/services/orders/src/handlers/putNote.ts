import { ServiceError } from '@weir/runtime';
import type * as Orders from '../generated/orders.ts';

export const putNote: Orders.PutNote = async (request, { log }) => {
  throw new ServiceError(
    'unimplemented',
    'PutNote is not written yet: its handler is in services/orders/src/handlers/putNote.ts.',
  );
};
