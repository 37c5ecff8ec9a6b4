interface Named {
  readonly id: string;
  readonly name: string;
}

/** Those whose name or id has all words of a query, the best first: names that begin with it, then names, then the rest. */
export function found<T extends Named>(things: readonly T[], query: string): T[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const rank = ({ name }: T): number => {
    const low = name.toLowerCase();
    return low === words[0] ? 0 : low.startsWith(words[0]!) ? 1 : low.includes(words[0]!) ? 2 : 3;
  };
  return things
    .filter(({ id, name }) => words.every((word) => `${id} ${name}`.toLowerCase().includes(word)))
    .sort((a, b) => rank(a) - rank(b) || a.name.length - b.name.length || (a.id < b.id ? -1 : 1));
}
