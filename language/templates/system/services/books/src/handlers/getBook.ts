import type * as Books from '../generated/books.ts';
import { NoSuchBook } from '../generated/types/library.ts';
import { shelf } from '../shelf.ts';

export const getBook: Books.GetBook = async ({ isbn }) => {
  const book = shelf.get(isbn);
  if (!book) throw new NoSuchBook({ isbn });
  return book;
};
