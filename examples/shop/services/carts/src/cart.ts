import type { CallContext, Redis } from '@weir/runtime';
import type { PricingClient } from './generated/clients.ts';
import { type Item, NotFound } from './generated/types/shop.common.ts';
import type { Cart } from './generated/types/shop.ordering.ts';

const keyOf = (userId: string) => `cart:${userId}`;

/** What is in somebody's cart, by product. */
export async function itemsOf(sessions: Redis, userId: string): Promise<Item[]> {
  const quantities = await sessions.hgetall(keyOf(userId));
  return Object.entries(quantities)
    .map(([sku, quantity]) => ({ sku, quantity: Number(quantity) }))
    .sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** The items as they would be with another quantity of one of them, 0 to take it out. */
export function changed(items: readonly Item[], { sku, quantity }: Item): Item[] {
  const others = items.filter((item) => item.sku !== sku);
  return quantity === 0 ? others : [...others, { sku, quantity }].sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** Sets the quantity of one product, 0 to take it out; the cart is kept for so many milliseconds from then on. */
export async function put(sessions: Redis, userId: string, { sku, quantity }: Item, keep: number): Promise<void> {
  if (quantity === 0) await sessions.hdel(keyOf(userId), sku);
  else await sessions.hset(keyOf(userId), { [sku]: quantity });
  await sessions.pexpire(keyOf(userId), keep);
}

/**
 * The cart with its total, or without one while prices cannot be had: a shop whose prices are down still takes items.
 * Rejects with `NotFound` when something in it is not sold.
 */
export async function priced(
  userId: string,
  items: readonly Item[],
  { pricing, log }: Pick<CallContext, 'log'> & { readonly pricing: PricingClient },
): Promise<Cart> {
  if (items.length === 0) return { userId, items };
  try {
    const { total } = await pricing.quote({ items });
    return { userId, items, total };
  } catch (error) {
    if (error instanceof NotFound) throw error;
    log.warn({ err: error }, 'no prices; the cart goes without a total');
    return { userId, items };
  }
}
