/** `where`: the constraints of fields, checked over the TypeScript form. */

import type { Constraints, ScalarName } from '../definition.ts';
import type { Violation } from '../errors.ts';
import type { Report } from './bounds.ts';
import type { FieldShape, ValueShape } from './shape.ts';

/** Reports what is wrong with one value: an element of a list, a value of a map, or a field's own. */
export function checkValue(field: FieldShape, value: unknown, path: string, report: Report): void {
  for (const constraints of field.each) checkOne(field.value, constraints, value, path, report);
}

/** Reports what is wrong with a list or map as a whole. */
export function checkWhole(field: FieldShape, size: number, path: string, report: Report): void {
  if (field.whole.length === undefined) return;
  checkLength(field.whole.length, size, field.form === 'list' ? 'items' : 'entries', path, report);
}

/** Whether one value meets the constraints of its field. */
export function holds(field: FieldShape, value: unknown): boolean {
  if (field.each.length === 0) return true;
  const faults: Violation[] = [];
  checkValue(field, value, '', (fault) => faults.push(fault));
  return faults.length === 0;
}

/** Whether a list or map of this size does. */
export function holdsWhole({ whole }: FieldShape, size: number): boolean {
  if (whole.length === undefined) return true;
  const [min, max] = whole.length;
  return size >= min && (max === null || size <= max);
}

function checkOne(shape: ValueShape, constraints: Constraints, value: unknown, path: string, report: Report): void {
  const { range, length, matches, oneOf } = constraints;
  if (range !== undefined && shape.kind === 'scalar') {
    const [min, max] = range;
    const low = min !== null && compare(shape.name, value, min) < 0;
    const high = max !== null && compare(shape.name, value, max) > 0;
    if (low || high || Number.isNaN(value))
      report({ field: path, message: `must be ${between(min, max)}`, rule: 'range' });
  }
  if (length !== undefined) {
    if (typeof value === 'string') checkLength(length, codePoints(value), 'characters', path, report);
    else if (value instanceof Uint8Array) checkLength(length, value.length, 'bytes', path, report);
  }
  if (matches !== undefined && typeof value === 'string' && !pattern(matches).test(value)) {
    report({ field: path, message: `must match ${matches}`, rule: 'matches' });
  }
  if (oneOf !== undefined && !oneOf.some((allowed) => equals(shape, value, allowed))) {
    report({ field: path, message: `must be one of ${oneOf.join(', ')}`, rule: 'oneOf' });
  }
}

function checkLength(
  length: NonNullable<Constraints['length']>,
  size: number,
  unit: string,
  path: string,
  report: Report,
) {
  const [min, max] = length;
  if (size >= min && (max === null || size <= max)) return;
  report({ field: path, message: `must have ${between(min, max)} ${unit}, has ${size}`, rule: 'length' });
}

function between(min: number | string | null, max: number | string | null): string {
  if (min === null) return `at most ${max}`;
  if (max === null) return `at least ${min}`;
  return min === max ? `${min}` : `${min} to ${max}`;
}

/** Negative, zero or positive, as for `Array.sort`; exact for 64-bit integers and decimals. */
function compare(scalar: ScalarName, value: unknown, bound: number | string): number {
  if (typeof value === 'bigint') {
    const exact = BigInt(bound);
    return value < exact ? -1 : value > exact ? 1 : 0;
  }
  if (scalar === 'decimal') return compareDecimals(String(value), String(bound));
  return Number(value) - Number(bound);
}

function compareDecimals(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => (/e/i.test(text) ? Number(text).toFixed(20) : text));
  const scale = Math.max(fraction(x!).length, fraction(y!).length);
  const difference = scaled(x!, scale) - scaled(y!, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const fraction = (decimal: string) => decimal.split('.')[1] ?? '';

function scaled(decimal: string, scale: number): bigint {
  return BigInt(decimal.split('.')[0] + fraction(decimal).padEnd(scale, '0'));
}

function equals(shape: ValueShape, value: unknown, allowed: string | number): boolean {
  if (typeof value === 'bigint') return value === BigInt(allowed);
  if (shape.kind === 'scalar' && shape.name === 'decimal') return compareDecimals(String(value), String(allowed)) === 0;
  return value === allowed;
}

function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i += text.codePointAt(i)! > 0xffff ? 2 : 1) count += 1;
  return count;
}

const patterns = new Map<string, RegExp>();

function pattern(source: string): RegExp {
  const known = patterns.get(source) ?? new RegExp(source, 'u');
  patterns.set(source, known);
  return known;
}
