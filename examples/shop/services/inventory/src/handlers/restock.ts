import type * as Inventory from '../generated/inventory.ts';
import { NotFound } from '../generated/types/shop.common.ts';
import * as stock from '../stock.ts';

export const restock: Inventory.Restock = async ({ sku, quantity }, { stockDb, principal, log }) => {
  const available = await stock.add(stockDb, sku, quantity);
  if (available === undefined) throw new NotFound({ kind: 'product', id: sku });
  log.info({ sku, quantity, supplier: principal?.subject }, 'restocked');
  return { sku, available };
};
