import type * as Pricing from '../generated/pricing.ts';
import { NotFound } from '../generated/types/shop.common.ts';

const validFor = 15 * 60_000;

export const quote: Pricing.Quote = async ({ items }, { catalog, config }) => {
  const { products } = await catalog.getProducts({ skus: items.map(({ sku }) => sku) });
  const prices = new Map(products.map(({ sku, price }) => [sku, price]));

  let full = 0n;
  let discount = 0n;
  for (const { sku, quantity } of items) {
    const price = prices.get(sku);
    if (!price) throw new NotFound({ kind: 'product', id: sku });
    const line = price.cents * BigInt(quantity);
    full += line;
    if (quantity >= config.bulkFrom) discount += (line * BigInt(config.bulkPercent)) / 100n;
  }
  return {
    total: { cents: full - discount, currency: 'eur' },
    discount: { cents: discount, currency: 'eur' },
    validUntil: new Date(Date.now() + validFor),
  };
};
