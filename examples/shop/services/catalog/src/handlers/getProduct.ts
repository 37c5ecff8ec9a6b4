import type * as Catalog from '../generated/catalog.ts';
import { NotFound } from '../generated/types/shop.common.ts';
import { bySku } from '../products.ts';

export const getProduct: Catalog.GetProduct = async ({ sku }) => {
  const product = bySku.get(sku);
  if (!product) throw new NotFound({ kind: 'product', id: sku });
  return product;
};
