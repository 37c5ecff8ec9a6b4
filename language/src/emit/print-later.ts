/**
 * Something whose text is printed when it is read: who looks at one file of thousands does not wait for the others. It is not
 * kept, as thousands of texts that nobody looks at again would be; copies have the text itself.
 */
export function printLater<T extends object>(rest: T, print: () => string): T & { readonly text: string } {
  return Object.defineProperty(rest, 'text', { enumerable: true, get: print }) as T & { readonly text: string };
}
