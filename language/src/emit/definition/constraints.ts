import type { Constraints } from '@weir/runtime';
import type { Constraint } from '../../model/model.ts';
import { durationOf, exactNumber, literalToJson } from './literal.ts';

/** Several constraints as one: what satisfies it satisfies each of them. */
export function constraintsOf(constraints: readonly Constraint[], type: string): Constraints {
  return constraints.reduce<Constraints>((merged, constraint) => both(merged, constraintOf(constraint, type)), {});
}

function constraintOf(constraint: Constraint, type: string): Constraints {
  switch (constraint.kind) {
    case 'range':
      return { range: [bound(constraint.min, type), bound(constraint.max, type)] };
    case 'length':
      return { length: [constraint.min ?? 0, constraint.max ?? null] };
    case 'matches':
      return { matches: constraint.pattern };
    case 'one-of':
      return { oneOf: constraint.values.map((value) => literalToJson(value, type) as string | number) };
  }
}

/** Numbers that a double cannot hold stay text. */
function bound(text: string | undefined, type: string): number | string | null {
  if (text === undefined) return null;
  if (type === 'duration') return durationOf(text) ?? null;
  return exactNumber(text) ?? text;
}

function both(a: Constraints, b: Constraints): Constraints {
  return {
    ...a,
    ...b,
    ...(a.range && b.range && { range: [tighter(a.range[0], b.range[0], 1), tighter(a.range[1], b.range[1], -1)] }),
    ...(a.length && b.length && { length: [Math.max(a.length[0], b.length[0]), least(a.length[1], b.length[1])] }),
    ...(a.matches !== undefined && b.matches !== undefined && { matches: matchingBoth(a.matches, b.matches) }),
    ...(a.oneOf && b.oneOf && { oneOf: a.oneOf.filter((value) => b.oneOf?.includes(value)) }),
  };
}

type Bound = number | string | null;

/** Of two lower ends (`sign` 1) the higher, of two upper ends (-1) the lower; an open end never wins. */
function tighter(a: Bound, b: Bound, sign: 1 | -1): Bound {
  if (a === null || b === null) return a ?? b;
  return compare(a, b) * sign >= 0 ? a : b;
}

function compare(a: number | string, b: number | string): number {
  const whole = (value: number | string): boolean => /^-?\d+$/.test(String(value));
  if (whole(a) && whole(b)) return BigInt(a) < BigInt(b) ? -1 : 1;
  return Number(a) - Number(b);
}

const least = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** A pattern matches anywhere in the text, so each becomes a lookahead from its start. */
const matchingBoth = (a: string, b: string): string => (a === b ? a : `^(?=[\\s\\S]*?(?:${a}))(?=[\\s\\S]*?(?:${b}))`);
