import type { Constraints } from '../definition.ts';

/** What a value breaks of its constraints, as ends of a sentence; empty when it keeps them. */
export function brokenConstraints(value: unknown, { range, length, matches, oneOf }: Constraints): string[] {
  const problems: string[] = [];
  if (range !== undefined && !within(value, range[0], range[1])) {
    problems.push(`is not within ${range[0] ?? ''}..${range[1] ?? ''}`);
  }
  if (length !== undefined) {
    const size = lengthOf(value);
    if (size < length[0] || size > (length[1] ?? Number.POSITIVE_INFINITY)) {
      problems.push(`has length ${size}, not within ${length[0]}..${length[1] ?? ''}`);
    }
  }
  if (matches !== undefined && !new RegExp(matches, 'u').test(String(value)))
    problems.push(`does not match ${matches}`);
  if (oneOf !== undefined && !oneOf.some((allowed) => String(allowed) === String(value))) {
    problems.push(`is none of ${oneOf.join(', ')}`);
  }
  return problems;
}

function within(value: unknown, min: number | string | null, max: number | string | null): boolean {
  const number = typeof value === 'bigint' ? value : Number(value);
  const bound = (end: number | string) => (typeof number === 'bigint' ? BigInt(end) : Number(end));
  return (min === null || number >= bound(min)) && (max === null || number <= bound(max));
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  return value instanceof Uint8Array ? value.length : 0;
}
