import type * as Inventory from '../generated/inventory.ts';
import * as stock from '../stock.ts';

export const release: Inventory.Release = async ({ orderId }, { stockDb }) => {
  await stock.release(stockDb, orderId);
};
