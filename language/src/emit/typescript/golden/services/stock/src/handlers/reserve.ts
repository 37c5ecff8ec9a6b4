import { ServiceError } from '@weir/runtime';
import type * as Stock from '../generated/stock.ts';

export const reserve: Stock.Reserve = async (request, { log }) => {
  throw new ServiceError(
    'unimplemented',
    'Reserve is not written yet: its handler is in services/stock/src/handlers/reserve.ts.',
  );
};
