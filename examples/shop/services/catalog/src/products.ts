import type { Product } from './generated/types/shop.catalog.ts';

const euros = (cents: bigint) => ({ cents, currency: 'eur' }) as const;

/** What the example sells, in the order of the catalogue; a real shop asks a database. */
export const products: readonly Product[] = [
  {
    sku: 'MUG-001',
    title: 'Mug, white',
    description: 'Holds 300 ml of anything.',
    price: euros(1250n),
    tags: ['kitchen'],
  },
  {
    sku: 'MUG-002',
    title: 'Mug, blue',
    description: 'The white one, in blue.',
    price: euros(1390n),
    tags: ['kitchen'],
  },
  { sku: 'POT-001', title: 'Teapot', description: 'Short and stout.', price: euros(3499n), tags: ['kitchen', 'tea'] },
  { sku: 'TEA-001', title: 'Green tea, 100 g', price: euros(890n), tags: ['tea'] },
  { sku: 'TEA-002', title: 'Black tea, 100 g', price: euros(790n), tags: ['tea'] },
  {
    sku: 'BAG-001',
    title: 'Bag, canvas',
    description: 'Carries all of the above.',
    price: euros(1999n),
    tags: ['travel'],
  },
];

export const bySku: ReadonlyMap<string, Product> = new Map(products.map((product) => [product.sku, product]));
