import type { EnumDefinition, FieldDefinition, MessageDefinition, TypeDefinition } from '@weir/runtime';
import type { Enum, Field, Model, Service } from '../../model/model.ts';
import { upperSnakeCase } from '../names.ts';
import { constraintsOf } from './constraints.ts';
import { fieldShape } from './field-shape.ts';
import { reachableTypes } from './reachable.ts';

/** The types of a definition, by full name; aliases are resolved away. */
export function typeDefinitions(model: Model, service: Service): Readonly<Record<string, TypeDefinition>> {
  const definitions: [string, TypeDefinition][] = [];
  for (const type of reachableTypes(model, service)) {
    if (type.kind === 'alias') continue;
    definitions.push([type.id, type.kind === 'enum' ? enumDefinition(type) : messageDefinition(model, type.fields)]);
  }
  return Object.fromEntries(definitions);
}

function enumDefinition({ name, values }: Enum): EnumDefinition {
  const numbers = numbered(values);
  return {
    enum: Object.fromEntries(values.map((value, i) => [value.name, numbers[i]!])),
    prefix: `${upperSnakeCase(name)}_`,
  };
}

function messageDefinition(model: Model, fields: readonly Field[]): MessageDefinition {
  const numbers = numbered(fields, 1);
  return {
    fields: Object.fromEntries(fields.map((field, i) => [field.name, fieldDefinition(model, field, numbers[i]!)])),
  };
}

function fieldDefinition(model: Model, field: Field, number: number): FieldDefinition {
  const { type, many, whole, each } = fieldShape(model, field.type, field.constraints);
  const ofEach = constraintsOf(each, type);
  return {
    number,
    type,
    ...(many === 'list' && { list: true }),
    ...(typeof many === 'object' && { map: many.map }),
    ...(field.optional && { optional: true }),
    ...(field.oneof !== undefined && { oneof: field.oneof }),
    ...constraintsOf(whole, type),
    ...(Object.keys(ofEach).length > 0 && { each: ofEach }),
  };
}

/** The numbers as written; one that was left out, which the checker refuses, counts on from the one before. */
function numbered(members: readonly { readonly number?: { readonly value: number } }[], first = 0): readonly number[] {
  let next = first;
  return members.map(({ number }) => {
    const own = number?.value ?? next;
    next = own + 1;
    return own;
  });
}
