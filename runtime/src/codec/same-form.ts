/**
 * Messages whose JSON form and TypeScript form are the same: no bigint, date, duration or bytes in them. A sound value of such
 * a message needs no conversion, and what is not sound is left to the walks that can say why.
 */

import type { ScalarName } from '../definition.ts';
import { holds, holdsWhole } from './constraints.ts';
import { MAX_DEPTH } from './json.ts';
import type { FieldShape, MessageShape, ValueShape } from './shape.ts';

/** Whether a value is sound and the same in both forms. */
export type SameForm = (value: unknown) => boolean;

const SAME: ReadonlySet<ScalarName> = new Set([
  'bool',
  'int32',
  'uint32',
  'float',
  'double',
  'string',
  'uuid',
  'decimal',
  'json',
]);

/** Checks one value of a scalar or an enum. */
type CheckElement = (field: FieldShape, value: unknown) => boolean;

/** For what `JSON.parse` gave: constraints hold, too. Undefined where forms differ. */
export function sameFromJson(shape: MessageShape): SameForm | undefined {
  if (!isSame(shape)) return undefined;
  return (json) => fitsMessage(shape, json, 0, fromJsonFits, true);
}

/** For what a handler gave: the types are right, and `JSON.stringify` writes what `toJson` would. Undefined where forms differ. */
export function sameToJson(shape: MessageShape): SameForm | undefined {
  if (!isSame(shape)) return undefined;
  return (value) => fitsMessage(shape, value, 0, toJsonFits, false);
}

/** Whether the forms of a message, and of all in it, are the same. */
function isSame(shape: MessageShape, seen = new Set<MessageShape>()): boolean {
  if (seen.has(shape)) return true;
  seen.add(shape);
  return shape.fields.every(
    ({ name, value, form, key }) =>
      // Names such as `constructor` would have to be told from what every object inherits.
      !(name in Object.prototype) && isSameValue(value, seen) && (form !== 'map' || key === 'string'),
  );
}

function isSameValue(value: ValueShape, seen: Set<MessageShape>): boolean {
  switch (value.kind) {
    case 'scalar':
      return SAME.has(value.name);
    case 'enum':
      return true;
    case 'message':
      return isSame(value.type, seen);
  }
}

function fitsMessage(shape: MessageShape, value: unknown, depth: number, fits: CheckElement, whole: boolean): boolean {
  if (!isPlainObject(value) || depth >= MAX_DEPTH) return false;
  let known = 0;
  for (const field of shape.fields) {
    const member = value[field.name];
    if (member === undefined) {
      if (!field.optional || field.name in value) return false;
      continue;
    }
    known += 1;
    if (!fitsField(field, member, depth, fits, whole)) return false;
  }
  // As many as there are: nothing that the message does not know.
  for (const _ in value) known -= 1;
  if (known !== 0) return false;
  for (const fields of shape.oneofs.values()) {
    if (fields.filter(({ name }) => value[name] !== undefined).length > 1) return false;
  }
  return true;
}

function fitsField(field: FieldShape, member: unknown, depth: number, fits: CheckElement, whole: boolean): boolean {
  switch (field.form) {
    case 'one':
      return fitsElement(field, member, depth, fits, whole);
    case 'list': {
      if (!Array.isArray(member) || (whole && !holdsWhole(field, member.length))) return false;
      for (let i = 0; i < member.length; i += 1) {
        if (!fitsElement(field, member[i], depth, fits, whole)) return false;
      }
      return true;
    }
    case 'map': {
      if (!isPlainObject(member)) return false;
      let size = 0;
      for (const key in member) {
        size += 1;
        if (!key.isWellFormed() || !fitsElement(field, member[key], depth, fits, whole)) return false;
      }
      return !whole || holdsWhole(field, size);
    }
  }
}

function fitsElement(field: FieldShape, item: unknown, depth: number, fits: CheckElement, whole: boolean): boolean {
  const { value } = field;
  return value.kind === 'message' ? fitsMessage(value.type, item, depth + 1, fits, whole) : fits(field, item);
}

function fromJsonFits(field: FieldShape, item: unknown): boolean {
  const { value } = field;
  if (item === undefined) return false;
  // -0 and numbers written as text change on the way.
  const same = value.kind === 'scalar' ? Object.is(value.scalar.fromJson(item), item) : isOfEnum(value, item);
  return same && holds(field, item);
}

function toJsonFits({ value }: FieldShape, item: unknown): boolean {
  if (value.kind !== 'scalar') return isOfEnum(value, item);
  return value.scalar.is(item) && (typeof item !== 'number' || Number.isFinite(item));
}

function isOfEnum(value: ValueShape, item: unknown): boolean {
  return value.kind === 'enum' && typeof item === 'string' && Object.hasOwn(value.type.definition.enum, item);
}

/** Anything else may inherit fields, or have a `toJSON` of its own. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
