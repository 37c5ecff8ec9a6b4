import type { Hit, ProductList } from './generated/types/shop.catalog.ts';

/** The products that have the words, best first: a word in the title counts twice one in the description. */
export function find({ products }: ProductList, text: string): Hit[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return products
    .map(({ sku, title, description = '' }) => ({ sku, title, score: scoreOf(words, title, description) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.sku < b.sku ? -1 : 1));
}

function scoreOf(words: readonly string[], title: string, description: string): number {
  const [inTitle, inDescription] = [title.toLowerCase(), description.toLowerCase()];
  const hits = words.map((word) => (inTitle.includes(word) ? 2 : 0) + (inDescription.includes(word) ? 1 : 0));
  return hits.reduce((sum, hit) => sum + hit, 0) / (3 * Math.max(1, words.length));
}
