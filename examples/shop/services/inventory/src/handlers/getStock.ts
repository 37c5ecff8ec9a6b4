import type * as Inventory from '../generated/inventory.ts';
import { NotFound } from '../generated/types/shop.common.ts';
import * as stock from '../stock.ts';

export const getStock: Inventory.GetStock = async ({ sku }, { stockDb }) => {
  const available = await stock.available(stockDb, sku);
  if (available === undefined) throw new NotFound({ kind: 'product', id: sku });
  return { sku, available };
};
