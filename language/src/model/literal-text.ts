import type { Literal } from './model.ts';

/** A literal as one would write it in a source. */
export function literalText(literal: Literal): string {
  switch (literal.kind) {
    case 'string':
      return JSON.stringify(literal.value);
    case 'number':
    case 'quantity':
      return literal.text;
    case 'word':
      return literal.word;
    case 'list':
      return `[${literal.items.map(literalText).join(', ')}]`;
    case 'object':
      return `{ ${literal.entries.map(({ key, value }) => `${key}: ${literalText(value)}`).join(', ')} }`;
  }
}
