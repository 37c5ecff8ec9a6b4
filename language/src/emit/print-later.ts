/**
 * Something whose text is printed when it is first read: who looks at one file of thousands does not wait for the others.
 * Copies of it have the text itself.
 */
export function printLater<T extends object>(rest: T, print: () => string): T & { readonly text: string } {
  let printed: string | undefined;
  const get = (): string => {
    printed ??= print();
    return printed;
  };
  return Object.defineProperty(rest, 'text', { enumerable: true, get }) as T & { readonly text: string };
}
