import type { Constraints, ScalarName } from '@weir/runtime';
import type { Field, Model } from '../../model/model.ts';
import { constraintsOf } from '../definition/constraints.ts';
import { fieldShape } from '../definition/field-shape.ts';
import { matchingText } from './matching-text.ts';
import { enumById, messageById } from './reachable.ts';
import { isScalar } from './scalars.ts';
import { isRequired } from './schema.ts';

/**
 * A value that a message's schema admits, in JSON form; undefined where one cannot be made up, for instance of a pattern
 * that is beyond `matchingText`. Optional fields are there too, unless they are deprecated or lead back to the message.
 */
export function exampleOf(model: Model, fields: readonly Field[], within: ReadonlySet<string> = new Set()): unknown {
  const example: Record<string, unknown> = {};
  const chosen = new Set<string>();
  for (const field of fields) {
    const { name, oneof, deprecated } = field;
    if (!isRequired(field) && deprecated !== undefined) continue;
    if (oneof !== undefined && chosen.has(oneof)) continue;
    const value = exampleOfField(model, field, within);
    if (value === undefined && isRequired(field)) return undefined;
    if (value === undefined) continue;
    example[name] = value;
    if (oneof !== undefined) chosen.add(oneof);
  }
  return example;
}

export function exampleOfField(model: Model, field: Field, within: ReadonlySet<string> = new Set()): unknown {
  const { type, many, whole, each } = fieldShape(model, field.type, field.constraints);
  const one = () => {
    const constraints = constraintsOf(many === undefined ? whole : each, type);
    if (isScalar(type)) return scalarExample(type, constraints, field.name);
    if (within.has(type)) return undefined;
    const values = enumById(model, type)?.values;
    if (values) return constraints.oneOf?.[0] ?? (values[1] ?? values[0])?.name;
    const message = messageById(model, type);
    return message && exampleOf(model, message.fields, new Set([...within, type]));
  };
  if (many === undefined) return one();
  const element = one();
  const [least] = constraintsOf(whole, type).length ?? [0];
  if (element === undefined) return least === 0 && many === 'list' ? [] : undefined;
  if (many === 'list') return Array.from({ length: Math.max(1, least) }, () => element);
  if (many.map !== 'string' || least > 1) return least === 0 ? {} : undefined;
  return { name: element };
}

function scalarExample(scalar: ScalarName, constraints: Constraints, name: string): unknown {
  const { range, oneOf } = constraints;
  const least = numberIn(range);
  if (oneOf !== undefined && oneOf.length > 0) {
    return scalar === 'int64' || scalar === 'uint64' || scalar === 'decimal' ? String(oneOf[0]) : oneOf[0];
  }
  switch (scalar) {
    case 'bool':
      return true;
    case 'int32':
    case 'uint32':
      return Math.ceil(least);
    case 'float':
    case 'double':
      return least;
    case 'int64':
    case 'uint64':
      return String(range?.[0] ?? (range?.[1] !== null && Number(range?.[1]) < 1 ? range?.[1] : 1));
    case 'decimal':
      return String(range?.[0] ?? range?.[1] ?? '12.50');
    case 'string':
      return textExample(constraints, name);
    case 'uuid':
      return constraints.matches === undefined ? '123e4567-e89b-12d3-a456-426614174000' : undefined;
    case 'timestamp':
      return '2026-01-31T12:30:00Z';
    case 'duration':
      return `${range === undefined ? 1.5 : least / 1000}s`;
    case 'bytes':
      return constraints.length === undefined ? 'd2Vpcg==' : zeros(constraints.length[0]);
    case 'json':
      return { any: 'value' };
  }
}

/** 1 if it may be, else the end of the range that is given. */
function numberIn(range: Constraints['range']): number {
  const [min, max] = (range ?? [null, null]).map((end) => (end === null ? null : Number(end)));
  if (min !== null && min !== undefined && min > 1) return min;
  return max !== null && max !== undefined && max < 1 ? max : 1;
}

/** The field's own name says best what is meant, unless there is a form to keep. */
function textExample({ length, matches }: Constraints, name: string): string | undefined {
  const [least, most] = length ?? [0, null];
  if (matches !== undefined) {
    const found = matchingText(matches);
    const fits = found !== undefined && found.length >= least && (most === null || found.length <= most);
    return fits ? found : undefined;
  }
  return name.padEnd(least, '.').slice(0, most ?? undefined);
}

/** So many zero bytes in base64. */
function zeros(count: number): string {
  const rest = ['', 'AA==', 'AAA='][count % 3] ?? '';
  return 'AAAA'.repeat(Math.floor(count / 3)) + rest;
}
