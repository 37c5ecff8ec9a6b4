import { itemsOf, priced } from '../cart.ts';
import type * as Carts from '../generated/carts.ts';

export const getCart: Carts.GetCart = async (_request, context) => {
  const userId = context.principal?.subject ?? '';
  return priced(userId, await itemsOf(context.sessions, userId), context);
};
