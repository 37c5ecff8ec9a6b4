import { itemsOf, priced, put } from '../cart.ts';
import type * as Carts from '../generated/carts.ts';

export const putItem: Carts.PutItem = async (item, context) => {
  const { sessions, principal, config } = context;
  const userId = principal?.subject ?? '';
  await put(sessions, userId, item, config.keep);
  return priced(userId, await itemsOf(sessions, userId), context);
};
