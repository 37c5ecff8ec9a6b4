/** Walks a value in TypeScript form towards JSON or protobuf, and refuses what its type does not allow. */

import { expected, join, MAX_DEPTH, mapKey } from './json.ts';
import { type FieldShape, type MessageShape, own, setOwn, type ValueShape } from './shape.ts';

/** TypeScript form → JSON form. Throws TypeError that names the field where a value does not fit. */
export function messageToJson(
  shape: MessageShape,
  value: unknown,
  path = shape.name,
  depth = 0,
): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [field, member, at] of membersOf(shape, value, path, depth)) {
    const element = (item: unknown, where: string): unknown => {
      const kind = field.value;
      if (kind.kind === 'message') return messageToJson(kind.type, item, where, depth + 1);
      check(kind, item, where);
      return kind.kind === 'scalar' ? kind.scalar.toJson(item as never) : item;
    };
    setOwn(json, field.name, jsonOf(field, member, at, element));
  }
  return json;
}

function jsonOf(
  field: FieldShape,
  member: unknown,
  at: string,
  element: (item: unknown, at: string) => unknown,
): unknown {
  switch (field.form) {
    case 'one':
      return element(member, at);
    case 'list':
      return listOf(member, at).map((item, index) => element(item, `${at}[${index}]`));
    case 'map': {
      const object: Record<string, unknown> = {};
      for (const [key, item] of entriesOf(field, member, at))
        setOwn(object, String(key), element(item, `${at}.${key}`));
      return object;
    }
  }
}

/** The fields that a value has, with their values and paths. Throws TypeError where a required one is missing. */
export function* membersOf(
  shape: MessageShape,
  value: unknown,
  path: string,
  depth: number,
): Generator<[field: FieldShape, member: unknown, path: string]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${path} must be an object, is ${describe(value)}.`);
  }
  if (depth >= MAX_DEPTH) throw new TypeError(`${path} nests deeper than ${MAX_DEPTH} levels; does it contain itself?`);
  const seen = new Map<string, string>();
  for (const field of shape.fields) {
    const member = own(value, field.name);
    const at = join(path, field.name);
    if (member === undefined || (member === null && field.optional && !isJsonScalar(field.value))) {
      if (!field.optional) throw new TypeError(`${at} is missing; it is not optional.`);
      continue;
    }
    if (field.oneof !== undefined) {
      const other = seen.get(field.oneof);
      if (other !== undefined)
        throw new TypeError(`${path} sets both ${other} and ${field.name} of its oneof ${field.oneof}.`);
      seen.set(field.oneof, field.name);
    }
    yield [field, member, at];
  }
}

export function listOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${path} must be a list, is ${describe(value)}.`);
  return value;
}

/** The entries of a map, each key in the TypeScript form of its own scalar. */
export function entriesOf(field: FieldShape, value: unknown, path: string): [key: unknown, item: unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map) {
    throw new TypeError(`${path} must be a plain object of names and values, is ${describe(value)}.`);
  }
  return Object.entries(value).map(([name, item]) => {
    const key = mapKey(field, name);
    if (key === undefined)
      throw new TypeError(`${path} has the key ${JSON.stringify(name)}, which is no ${field.key}.`);
    return [key, item];
  });
}

/** Throws TypeError when a value is none of its scalar or enum. */
export function check(shape: ValueShape, value: unknown, path: string): void {
  const fits =
    shape.kind === 'scalar'
      ? shape.scalar.is(value)
      : shape.kind === 'message' || (typeof value === 'string' && Object.hasOwn(shape.type.definition.enum, value));
  if (!fits) throw new TypeError(`${path} must be ${inTypeScript(shape)}, is ${describe(value)}.`);
}

function inTypeScript(shape: ValueShape): string {
  if (shape.kind !== 'scalar') return expected(shape);
  switch (shape.name) {
    case 'int64':
    case 'uint64':
      return `a bigint in the range of ${shape.name}`;
    case 'bytes':
      return 'a Uint8Array';
    case 'timestamp':
      return 'a Date in the years 0001 to 9999';
    case 'duration':
      return 'a number of milliseconds';
    default:
      return shape.scalar.expected;
  }
}

function isJsonScalar(shape: ValueShape): boolean {
  return shape.kind === 'scalar' && shape.name === 'json';
}

/** Names the kind of a value, never its content: it may be a secret, and the message is logged. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return `a ${value.constructor?.name ?? 'plain object'}`;
  return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}
