import type { Book } from './generated/types/library.ts';

const books: readonly Book[] = [
  { isbn: '9780131103627', title: 'The C Programming Language', author: 'Kernighan, Ritchie' },
  { isbn: '9780262510875', title: 'Structure and Interpretation of Computer Programs', author: 'Abelson, Sussman' },
  { isbn: '9780201633610', title: 'Design Patterns', author: 'Gamma, Helm, Johnson, Vlissides' },
];

/** The books that there are, by ISBN. In memory: a `resource` would keep them. */
export const shelf: ReadonlyMap<string, Book> = new Map(books.map((book) => [book.isbn, book]));
