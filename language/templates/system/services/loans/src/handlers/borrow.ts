import type * as Loans from '../generated/loans.ts';
import { AlreadyLent } from '../generated/types/library.ts';
import { register } from '../register.ts';

const day = 24 * 60 * 60 * 1000;

export const borrow: Loans.Borrow = async ({ isbn, reader }, { books, config, log }) => {
  // The policy of this call (tries, timeout, breaker) stands in library.svc, and NoSuchBook passes to our caller.
  const book = await books.getBook({ isbn });
  const lent = register.get(isbn);
  if (lent) throw new AlreadyLent({ isbn, due: lent.due });
  const due = new Date(Date.now() + config.days * day);
  register.set(isbn, { reader, due });
  log.info({ isbn, reader }, 'lent');
  return { book, reader, due };
};
