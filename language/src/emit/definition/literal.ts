import type { Literal } from '../../model/model.ts';
import { quantity } from '../../model/quantity.ts';

/**
 * A literal of the source in the JSON form of its type: durations as `"1.5s"`, decimals and integers beyond 2^53 as
 * strings. Without a type (inside an object) numbers are numbers and durations durations.
 */
export function literalToJson(literal: Literal, type?: string): unknown {
  switch (literal.kind) {
    case 'string':
      return literal.value;
    case 'number':
      return type === 'decimal' || type === 'string' ? literal.text : (exactNumber(literal.text) ?? literal.text);
    case 'quantity': {
      const ms = durationOf(literal.text);
      return ms === undefined ? literal.text : `${ms / 1000}s`;
    }
    case 'word':
      return word(literal.word);
    case 'list':
      return literal.items.map((item) => literalToJson(item));
    case 'object':
      return Object.fromEntries(literal.entries.map(({ key, value }) => [key, literalToJson(value)]));
  }
}

/** Words other than these name values of enums, and are their own JSON. */
function word(text: string): unknown {
  switch (text) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    default:
      return text;
  }
}

/** Milliseconds of `250ms`; undefined for what is no duration. */
export function durationOf(text: string): number | undefined {
  const found = quantity(text, 'duration');
  return 'value' in found ? found.value : undefined;
}

/** The number that a text says, or undefined when a double would lose some of it. */
export function exactNumber(text: string): number | undefined {
  const number = Number(text);
  if (/^-?\d+$/.test(text)) return Number.isSafeInteger(number) ? number : undefined;
  const digits = text.replace(/^-?0*|\./g, '').replace(/0+$/, '');
  return Number.isFinite(number) && digits.length <= 15 ? number : undefined;
}
