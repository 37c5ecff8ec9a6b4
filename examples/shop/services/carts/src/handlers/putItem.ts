import { changed, itemsOf, priced, put } from '../cart.ts';
import type * as Carts from '../generated/carts.ts';

export const putItem: Carts.PutItem = async (item, context) => {
  const { sessions, principal, config } = context;
  const userId = principal?.subject ?? '';
  // Prices first: what is not sold does not get into the cart.
  const cart = await priced(userId, changed(await itemsOf(sessions, userId), item), context);
  await put(sessions, userId, item, config.keep);
  return cart;
};
