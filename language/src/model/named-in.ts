const known = new WeakMap<object, ReadonlySet<string>>();

/** Notes what a declaration names, so that `namedIn` knows it. */
export function naming<T extends object>(declared: T, names: ReadonlySet<string>): T {
  known.set(declared, names);
  return declared;
}

/** The full names of all that is named anywhere in a declaration; of what the linker has made it is known. */
export function namedIn(declared: object): ReadonlySet<string> {
  return known.get(declared) ?? searched(declared);
}

/** Whatever names something holds its full name as `id`; so does what is declared within. */
function searched(declared: object): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: object): void => {
    if ('id' in value && typeof value.id === 'string') found.add(value.id);
    for (const key in value) {
      const item = (value as Readonly<Record<string, unknown>>)[key];
      if (typeof item === 'object' && item !== null && key !== 'at' && key !== 'extent') visit(item);
    }
  };
  visit(declared);
  return found;
}
