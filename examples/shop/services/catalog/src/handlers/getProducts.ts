import type * as Catalog from '../generated/catalog.ts';
import { bySku } from '../products.ts';

export const getProducts: Catalog.GetProducts = async ({ skus }) => ({
  products: [...new Set(skus)].flatMap((sku) => bySku.get(sku) ?? []),
});
