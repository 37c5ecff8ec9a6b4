import type { Constraints } from '@weir/runtime';
import { indexOf } from '../../model/index-of.ts';
import type { Enum, Field, Model } from '../../model/model.ts';
import { constraintsOf } from '../definition/constraints.ts';
import { fieldShape } from '../definition/field-shape.ts';
import { isScalar, scalarSchema } from './scalars.ts';

/** A JSON schema: plain data, its keys in the order in which people write them. */
export type Schema = Readonly<Record<string, unknown>>;

/** How schemas of messages and enums are referred to. */
export interface References {
  /** The reference by a full name. */
  readonly to: (id: string) => string;
  /** Whether a reference may have neighbours: JSON Schema 2020-12 reads them, draft 7 does not. */
  readonly neighbours: boolean;
  /** Whether what a message does not declare is refused. */
  readonly closed: (id: string) => boolean;
}

/** What a message, an error, an event and a request of inline parameters have. */
export interface MessageLike {
  readonly id: string;
  readonly fields: readonly Field[];
  readonly docs?: string;
  readonly deprecated?: string;
}

/** The schema of the JSON form of a message, as the runtime reads and writes it. */
export function messageSchema(model: Model, message: MessageLike, references: References): Schema {
  const required = message.fields.filter(isRequired).map(({ name }) => name);
  return {
    type: 'object',
    ...description([message.docs, deprecation(message)]),
    ...(message.deprecated === undefined ? {} : { deprecated: true }),
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(message.fields.map((field) => [field.name, fieldSchema(model, field, references)])),
    ...(references.closed(message.id) ? { additionalProperties: false } : {}),
    ...exclusion(message.fields),
  };
}

/** An absent field is refused, unless it is optional or one of several. */
export const isRequired = ({ optional, oneof }: Field): boolean => !optional && oneof === undefined;

/** Any two members of a oneof together are refused. */
function exclusion(fields: readonly Field[]): Schema {
  const groups = Map.groupBy(
    fields.filter(({ oneof }) => oneof !== undefined),
    ({ oneof }) => oneof,
  );
  const pairs = [...groups.values()].flatMap((members) =>
    members.flatMap((first, i) => members.slice(i + 1).map((second) => both(first.name, second.name))),
  );
  return pairs.length === 0 ? {} : { not: pairs.length === 1 ? pairs[0] : { anyOf: pairs } };
}

/** Checkers ask that what is required here is said to be there as well. */
const both = (first: string, second: string): Schema => ({
  required: [first, second],
  properties: { [first]: {}, [second]: {} },
});

export function enumSchema({ values, docs, deprecated }: Enum): Schema {
  const lines = values.flatMap((value) => {
    const said = text([value.docs, deprecation(value)]).replace(/\s+/g, ' ');
    return said === '' ? [] : [`- \`${value.name}\`: ${said}`];
  });
  return {
    type: 'string',
    ...description([docs, deprecation({ ...(deprecated === undefined ? {} : { deprecated }) }), lines.join('\n')]),
    ...(deprecated === undefined ? {} : { deprecated: true }),
    enum: values.map(({ name }) => name),
  };
}

/** The schema of a field's value, with what JSON Schema cannot check said in words. */
export function fieldSchema(
  model: Model,
  field: Pick<Field, 'type' | 'constraints' | 'docs' | 'deprecated'> & Partial<Pick<Field, 'oneof'>>,
  references: References,
): Schema {
  const { type, many, whole, each } = fieldShape(model, field.type, field.constraints);
  const one = (constraints: Constraints) => elementSchema(model, type, constraints, references);
  const about = (said: readonly string[] = []) => ({
    ...description([field.docs, deprecation(field), said.join(' '), oneofText(field.oneof)]),
    ...(field.deprecated === undefined ? {} : { deprecated: true }),
  });
  const element = one(constraintsOf(many === undefined ? whole : each, type));
  if (many === undefined) return described(element, about(element.said), references);

  const items = described(element, description([element.said.join(' ')]), references);
  const [min, max] = constraintsOf(whole, type).length ?? [0, null];
  const limits = (least: string, most: string) => ({
    ...(min === 0 ? {} : { [least]: min }),
    ...(max === null ? {} : { [most]: max }),
  });
  if (many === 'list') return { type: 'array', ...about(), items, ...limits('minItems', 'maxItems') };
  const keys = keySchema(many.map);
  return {
    type: 'object',
    ...about(),
    ...(keys === undefined ? {} : { propertyNames: keys }),
    additionalProperties: items,
    ...limits('minProperties', 'maxProperties'),
  };
}

interface Element {
  readonly ref?: string;
  readonly schema: Schema;
  /** Sentences about what the schema lets through. */
  readonly said: readonly string[];
}

function elementSchema(model: Model, type: string, constraints: Constraints, references: References): Element {
  if (isScalar(type)) return scalarSchema(type, constraints);
  const { oneOf } = constraints;
  const isEnum = indexOf(model).enums.has(type);
  return { ref: references.to(type), schema: isEnum && oneOf !== undefined ? { enum: oneOf } : {}, said: [] };
}

function described({ ref, schema }: Element, about: Schema, { neighbours }: References): Schema {
  if (ref === undefined) {
    const { type, ...rest } = schema;
    return { ...(type === undefined ? {} : { type }), ...about, ...rest };
  }
  const beside = { ...about, ...schema };
  if (neighbours || Object.keys(beside).length === 0) return { $ref: ref, ...beside };
  return { allOf: [{ $ref: ref }], ...beside };
}

/** What the names of a map's entries look like; undefined for any text. */
function keySchema(key: string): Schema | undefined {
  switch (key) {
    case 'string':
      return undefined;
    case 'bool':
      return { enum: ['true', 'false'] };
    case 'int32':
      return { pattern: '^-?(0|[1-9][0-9]{0,9})$' };
    case 'int64':
      return { pattern: '^-?(0|[1-9][0-9]{0,18})$' };
    case 'uint32':
      return { pattern: '^(0|[1-9][0-9]{0,9})$' };
    case 'uint64':
      return { pattern: '^(0|[1-9][0-9]{0,19})$' };
    default:
      return isScalar(key) ? scalarSchema(key, {}).schema : undefined;
  }
}

const oneofText = (oneof: string | undefined): string | undefined =>
  oneof === undefined ? undefined : `At most one field of \`${oneof}\` is present.`;

const deprecation = ({ deprecated }: { readonly deprecated?: string }): string | undefined =>
  deprecated === undefined ? undefined : `Deprecated: ${deprecated}`;

/** Paragraphs of a description; nothing where none says anything. */
export function description(parts: readonly (string | undefined)[]): { readonly description?: string } {
  const whole = text(parts);
  return whole === '' ? {} : { description: whole };
}

const text = (parts: readonly (string | undefined)[]): string =>
  parts.flatMap((part) => (part === undefined || part.trim() === '' ? [] : [part.trim()])).join('\n\n');
