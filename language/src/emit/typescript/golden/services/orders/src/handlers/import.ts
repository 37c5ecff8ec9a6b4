import { ServiceError } from '@weir/runtime';
import type * as Orders from '../generated/orders.ts';

export const import_: Orders.Import = async (requests, { log }) => {
  throw new ServiceError(
    'unimplemented',
    'Import is not written yet: its handler is in services/orders/src/handlers/import.ts.',
  );
};
