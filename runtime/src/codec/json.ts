/** Between the JSON form and the TypeScript form. */

import { ServiceError, type Violation } from '../errors.ts';
import { MOST_VIOLATIONS, type Report, reportTo, shortened, untilEnough } from './bounds.ts';
import { checkValue, checkWhole } from './constraints.ts';
import { SCALARS } from './scalars.ts';
import { type FieldShape, type MessageShape, own, setOwn, type ValueShape } from './shape.ts';

/** Levels of messages in messages; protobuf's own readers stop at 100. */
export const MAX_DEPTH = 64;

export interface FromJsonOptions {
  /** What a field that the message does not have means. A server refuses it, a client of a newer server ignores it. */
  readonly unknown?: 'refuse' | 'ignore';
}

interface Reading {
  readonly report: Report;
  readonly refuseUnknown: boolean;
  depth: number;
}

/** JSON form → TypeScript form. Throws `ServiceError('invalid-argument')` with the violations. */
export function messageFromJson(shape: MessageShape, json: unknown, options: FromJsonOptions = {}): unknown {
  const violations: Violation[] = [];
  const report = reportTo(violations);
  const value = untilEnough(() =>
    readMessage(shape, json, '', { report, refuseUnknown: options.unknown === 'refuse', depth: 0 }),
  );
  if (violations.length > 0) throw invalid(violations);
  return value;
}

/** The error of a request that breaks its contract: it lists so many violations at most, and says when there are more. */
export function invalid(violations: readonly Violation[]): ServiceError {
  const [first] = violations;
  const where = first!.field === '' ? 'The request' : first!.field;
  const listed = violations.slice(0, MOST_VIOLATIONS);
  const message = `${where} ${first!.message}${othersOf(violations)}.`;
  return new ServiceError('invalid-argument', message, { violations: listed });
}

function othersOf({ length }: readonly Violation[]): string {
  if (length > MOST_VIOLATIONS) return ` (and at least ${MOST_VIOLATIONS} more, not all of them listed)`;
  return length > 1 ? ` (and ${length - 1} more)` : '';
}

function readMessage(shape: MessageShape, json: unknown, path: string, reading: Reading): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return fault(reading, path, 'must be an object', 'type');
  }
  if (reading.depth >= MAX_DEPTH) return fault(reading, path, `must not nest deeper than ${MAX_DEPTH} levels`, 'depth');
  reading.depth += 1;
  const value: Record<string, unknown> = {};
  for (const field of shape.fields) readField(field, own(json, field.name), value, join(path, field.name), reading);
  if (reading.refuseUnknown) {
    for (const name of Object.keys(json)) {
      if (!shape.byName.has(name))
        fault(reading, join(path, shortened(name)), 'is not a field of this message', 'unknown');
    }
  }
  checkOneofs(shape, value, path, reading);
  reading.depth -= 1;
  return value;
}

function readField(field: FieldShape, json: unknown, into: object, path: string, reading: Reading): void {
  const nullIsValue = field.form === 'one' && field.value.kind === 'scalar' && field.value.name === 'json';
  if (json === undefined || (json === null && !nullIsValue)) {
    if (!field.optional) fault(reading, path, 'is required', 'required');
    return;
  }
  const value =
    field.form === 'one' ? readElement(field, json, path, reading) : readCollection(field, json, path, reading);
  if (value !== undefined) setOwn(into, field.name, value);
}

function readCollection(field: FieldShape, json: unknown, path: string, reading: Reading): unknown {
  return field.form === 'list' ? readList(field, json, path, reading) : readMap(field, json, path, reading);
}

function readList(field: FieldShape, json: unknown, path: string, reading: Reading): unknown {
  if (!Array.isArray(json)) return fault(reading, path, 'must be a list', 'type');
  checkWhole(field, json.length, path, reading.report);
  return json.map((item, index) => readElement(field, item, `${path}[${index}]`, reading));
}

function readMap(field: FieldShape, json: unknown, path: string, reading: Reading): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return fault(reading, path, 'must be an object of names and values', 'type');
  }
  const value: Record<string, unknown> = {};
  const entries = Object.entries(json);
  checkWhole(field, entries.length, path, reading.report);
  for (const [key, item] of entries) {
    const at = `${path}[${JSON.stringify(shortened(key))}]`;
    if (mapKey(field, key) === undefined)
      fault(reading, at, `must have a key that is ${SCALARS[field.key!].expected}`, 'type');
    setOwn(value, key, readElement(field, item, at, reading));
  }
  return value;
}

/** A map's key, from the name of a property, in the TypeScript form of its own scalar; undefined when it is none. */
export function mapKey(field: FieldShape, key: string): unknown {
  if (field.key === 'bool') return key === 'true' ? true : key === 'false' ? false : undefined;
  return SCALARS[field.key!].fromJson(key);
}

function readElement(field: FieldShape, json: unknown, path: string, reading: Reading): unknown {
  const shape = field.value;
  if (shape.kind === 'message') return readMessage(shape.type, json, path, reading);
  const value = shape.kind === 'scalar' ? shape.scalar.fromJson(json) : readEnum(shape, json);
  if (value === undefined) return fault(reading, path, `must be ${expected(shape)}`, 'type');
  if (field.each.length > 0) checkValue(field, value, path, reading.report);
  return value;
}

function readEnum(shape: ValueShape & { kind: 'enum' }, json: unknown): unknown {
  return typeof json === 'string' && Object.hasOwn(shape.type.definition.enum, json) ? json : undefined;
}

/** Ends the sentence "… must be". */
export function expected(shape: ValueShape): string {
  switch (shape.kind) {
    case 'scalar':
      return shape.scalar.expected;
    case 'enum':
      return `one of ${Object.keys(shape.type.definition.enum).join(', ')}`;
    case 'message':
      return 'an object';
  }
}

function checkOneofs(shape: MessageShape, value: object, path: string, reading: Reading): void {
  for (const violation of oneofViolations(shape, value, path)) reading.report(violation);
}

/** What a value sets of its oneofs beyond one member each. */
export function oneofViolations(shape: MessageShape, value: object, path: string): Violation[] {
  const violations: Violation[] = [];
  for (const [oneof, fields] of shape.oneofs) {
    const set = fields.filter((field) => own(value, field.name) !== undefined);
    if (set.length < 2) continue;
    const names = set.map((field) => field.name).join(', ');
    violations.push({
      field: join(path, oneof),
      message: `must be one of ${names}, not several of them`,
      rule: 'oneof',
    });
  }
  return violations;
}

export function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function fault(reading: Reading, field: string, message: string, rule: string): undefined {
  reading.report({ field, message, rule });
  return undefined;
}
