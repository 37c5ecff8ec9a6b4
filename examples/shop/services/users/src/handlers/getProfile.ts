import { NotFound } from '../generated/types/shop.common.ts';
import type * as Users from '../generated/users.ts';
import { byId } from '../people.ts';

export const getProfile: Users.GetProfile = async (_request, { principal }) => {
  const id = principal?.subject ?? '';
  const user = byId.get(id);
  if (!user) throw new NotFound({ kind: 'user', id });
  return user;
};
