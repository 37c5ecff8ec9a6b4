import type * as Books from '../generated/books.ts';
import { shelf } from '../shelf.ts';

export const listBooks: Books.ListBooks = async () => {
  return { books: [...shelf.values()] };
};
