/** Up to so many keys are compared with each other: a set costs more. */
const few = 8;

/**
 * Is one of these keys there twice? Nearly always none is: whoever looks for two of a kind asks this first, and works out
 * what a finding says only where there is one.
 */
export function hasRepeats(keys: readonly string[]): boolean {
  if (keys.length > few) return new Set(keys).size < keys.length;
  for (let later = 1; later < keys.length; later++) {
    for (let first = 0; first < later; first++) if (keys[first] === keys[later]) return true;
  }
  return false;
}
