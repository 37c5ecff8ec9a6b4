/** A generator of numbers in [0, 1) that gives the same sequence for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const odd = [
  '\0',
  '\uFEFF',
  '"',
  '/*',
  '//',
  '///',
  '{',
  '}',
  '{{{{',
  '🚀',
  '\r',
  '\t',
  '@allow(',
  '..',
  '->',
  '-',
  '999999999999999999999',
  '1e309',
];

/** The text with a few random wounds: pieces cut out, doubled, moved, or replaced by words and odd characters of the language. */
export function mutate(text: string, random: () => number): string {
  let mutated = text;
  const wounds = 1 + Math.floor(random() * 6);
  for (let i = 0; i < wounds; i++) mutated = wound(mutated, text, random);
  return mutated;
}

function wound(text: string, original: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const length = Math.floor(random() ** 3 * 80);
  const piece = text.slice(at, at + length);
  const rest = text.slice(at + length);
  const before = text.slice(0, at);
  switch (Math.floor(random() * 6)) {
    case 0:
      return before + rest;
    case 1:
      return before + piece + piece + rest;
    case 2: {
      const to = Math.floor(random() * (rest.length + 1));
      return before + rest.slice(0, to) + piece + rest.slice(to);
    }
    case 3:
      return before + pick(odd, random) + rest;
    case 4:
      return before + pick(original.match(/[\w.-]+|\S/g) ?? [''], random) + rest;
    default:
      return text.slice(0, at);
  }
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}
