import { ServiceError } from '@weir/runtime';
import type * as Stock from '../generated/stock.ts';

export const countOrder: Stock.CountOrder = async (event, { log }) => {
  throw new ServiceError(
    'unimplemented',
    'CountOrder is not written yet: its handler is in services/stock/src/handlers/countOrder.ts.',
  );
};
