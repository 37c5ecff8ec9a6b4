import type * as Catalog from '../generated/catalog.ts';
import { products } from '../products.ts';

export const listProducts: Catalog.ListProducts = async ({ page = 0, tag }, { config }) => {
  const matching = products.filter((product) => tag === undefined || product.tags.includes(tag));
  const from = page * config.pageSize;
  const more = from + config.pageSize < matching.length;
  return { products: matching.slice(from, from + config.pageSize), ...(more ? { next: page + 1 } : {}) };
};
