import type * as Inventory from '../generated/inventory.ts';
import { OutOfStock } from '../generated/types/shop.catalog.ts';
import * as stock from '../stock.ts';

export const reserve: Inventory.Reserve = async ({ orderId, items }, { stockDb }) => {
  const kept = await stock.reserve(stockDb, orderId, items);
  if ('sku' in kept) throw new OutOfStock(kept);
  return kept;
};
