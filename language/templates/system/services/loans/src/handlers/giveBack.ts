import type * as Loans from '../generated/loans.ts';
import { register } from '../register.ts';

export const giveBack: Loans.GiveBack = async ({ isbn }) => {
  register.delete(isbn);
};
