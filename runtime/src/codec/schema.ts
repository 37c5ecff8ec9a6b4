/** JSON Schema of the JSON form, for documentation and for clients in other languages. */

import type { Constraints } from '../definition.ts';
import { SCALARS } from './scalars.ts';
import type { FieldShape, MessageShape, ValueShape } from './shape.ts';

type Schema = Record<string, unknown>;

/**
 * The schema of a message, with all that it refers to under `$defs`. Limits that JSON Schema cannot say over text (the
 * range of a 64-bit integer, a decimal or a duration) are left to the server, and only its formats are named.
 */
export function messageSchema(shape: MessageShape): object {
  const definitions: Record<string, Schema> = {};
  collect(shape, definitions);
  return { $ref: `#/$defs/${shape.name}`, $defs: definitions };
}

function collect(shape: MessageShape, definitions: Record<string, Schema>): void {
  if (Object.hasOwn(definitions, shape.name)) return;
  const schema: Schema = { type: 'object' };
  definitions[shape.name] = schema; // before its fields: messages may contain themselves
  const properties: Record<string, Schema> = {};
  for (const field of shape.fields) {
    properties[field.name] = fieldSchema(field);
    if (field.value.kind === 'message') collect(field.value.type, definitions);
  }
  schema.properties = properties;
  const required = shape.fields.filter((field) => !field.optional).map((field) => field.name);
  if (required.length > 0) schema.required = required;
  schema.additionalProperties = false;
  const exclusive = [...shape.oneofs.values()].flatMap(pairs);
  if (exclusive.length > 0) schema.not = { anyOf: exclusive };
}

/** Any two members of a oneof together. */
function pairs(fields: readonly FieldShape[]): Schema[] {
  return fields.flatMap((first, index) =>
    fields.slice(index + 1).map((second) => ({ required: [first.name, second.name] })),
  );
}

function fieldSchema(field: FieldShape): Schema {
  const element = [valueSchema(field.value), ...field.each.map((each) => constraintSchema(field.value, each))];
  const value = element.length === 1 ? element[0]! : { allOf: element.filter((part) => Object.keys(part).length > 0) };
  const [min, max] = field.whole.length ?? [0, null];
  switch (field.form) {
    case 'one':
      return value;
    case 'list':
      return { type: 'array', items: value, minItems: min, ...(max === null ? {} : { maxItems: max }) };
    case 'map': {
      const keys = field.key === 'string' ? {} : { propertyNames: keySchema(field) };
      const limits = { minProperties: min, ...(max === null ? {} : { maxProperties: max }) };
      return { type: 'object', additionalProperties: value, ...keys, ...limits };
    }
  }
}

function keySchema(field: FieldShape): object {
  if (field.key === 'bool') return { enum: ['true', 'false'] };
  const { schema } = SCALARS[field.key!];
  return 'minimum' in schema ? { pattern: '^-?[0-9]+$' } : schema;
}

function valueSchema(shape: ValueShape): Schema {
  switch (shape.kind) {
    case 'scalar':
      return { ...shape.scalar.schema };
    case 'enum':
      return { enum: Object.keys(shape.type.definition.enum) };
    case 'message':
      return { $ref: `#/$defs/${shape.type.name}` };
  }
}

function constraintSchema(shape: ValueShape, { range, length, matches, oneOf }: Constraints): Schema {
  const schema: Schema = {};
  if (shape.kind !== 'scalar') return oneOf === undefined ? schema : { enum: oneOf };
  const isNumber = ['int32', 'uint32', 'float', 'double'].includes(shape.name);
  if (range !== undefined && isNumber) {
    if (range[0] !== null) schema.minimum = Number(range[0]);
    if (range[1] !== null) schema.maximum = Number(range[1]);
  }
  if (length !== undefined && shape.name !== 'bytes') {
    schema.minLength = length[0];
    if (length[1] !== null) schema.maxLength = length[1];
  }
  if (matches !== undefined) schema.pattern = matches;
  if (oneOf !== undefined && (isNumber || shape.name === 'string')) schema.enum = oneOf;
  return schema;
}
