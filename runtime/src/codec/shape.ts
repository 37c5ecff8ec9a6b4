/** Types as data structures that conversions walk: names resolved, once for each service. */

import type { Constraints, EnumDefinition, FieldDefinition, MessageDefinition, ScalarName } from '../definition.ts';
import type { Types } from './codec.ts';
import { SCALARS, type Scalar } from './scalars.ts';

export interface EnumShape {
  readonly name: string;
  readonly definition: EnumDefinition;
  readonly byNumber: ReadonlyMap<number, string>;
}

export type ValueShape =
  | { readonly kind: 'scalar'; readonly name: ScalarName; readonly scalar: Scalar }
  | { readonly kind: 'enum'; readonly type: EnumShape }
  | { readonly kind: 'message'; readonly type: MessageShape };

export interface FieldShape {
  readonly name: string;
  readonly number: number;
  readonly value: ValueShape;
  readonly form: 'one' | 'list' | 'map';
  /** The scalar of a map's keys. */
  readonly key: ScalarName | undefined;
  /** May be absent: an optional, or a member of a oneof. */
  readonly optional: boolean;
  readonly oneof: string | undefined;
  /** What holds for the list or map as a whole: its length. */
  readonly whole: Constraints;
  /** What holds for the value, or for each element of a list or map. */
  readonly each: readonly Constraints[];
}

export interface MessageShape {
  readonly name: string;
  readonly fields: readonly FieldShape[];
  readonly byName: ReadonlyMap<string, FieldShape>;
  /** Fields of each oneof. */
  readonly oneofs: ReadonlyMap<string, readonly FieldShape[]>;
}

/** A message by its full name. Throws when the definition names none such. */
export type Shapes = (message: string) => MessageShape;

/** Resolves the types of a definition, each message when it is first asked for. */
export function shapesOf(types: Types): Shapes {
  const messages = new Map<string, MessageShape>();
  const enums = new Map<string, EnumShape>();

  function message(name: string): MessageShape {
    const known = messages.get(name);
    if (known !== undefined) return known;
    const definition = types[name];
    if (definition === undefined || !('fields' in definition)) {
      throw new Error(`The definition has no message "${name}". Compile the system again.`);
    }
    const fields: FieldShape[] = [];
    const shape = { name, fields, byName: new Map<string, FieldShape>(), oneofs: new Map<string, FieldShape[]>() };
    messages.set(name, shape); // before the fields: messages may contain themselves
    fill(shape, definition);
    return shape;
  }

  function fill(
    shape: { fields: FieldShape[]; byName: Map<string, FieldShape>; oneofs: Map<string, FieldShape[]> },
    definition: MessageDefinition,
  ) {
    for (const [name, field] of Object.entries(definition.fields)) {
      const resolved = fieldShape(name, field);
      shape.fields.push(resolved);
      shape.byName.set(name, resolved);
      if (field.oneof !== undefined) {
        shape.oneofs.set(field.oneof, [...(shape.oneofs.get(field.oneof) ?? []), resolved]);
      }
    }
  }

  function fieldShape(name: string, field: FieldDefinition): FieldShape {
    const form = field.map !== undefined ? 'map' : field.list ? 'list' : 'one';
    const { length, ...rest } = field;
    const own: Constraints = form === 'one' ? field : rest;
    const each = [own, field.each ?? {}].filter(hasConstraints);
    return {
      name,
      number: field.number,
      value: valueShape(field.type),
      form,
      key: field.map,
      optional: field.optional === true || field.oneof !== undefined,
      oneof: field.oneof,
      whole: form === 'one' || length === undefined ? {} : { length },
      each,
    };
  }

  function valueShape(type: string): ValueShape {
    const definition = types[type];
    if (definition === undefined) {
      if (!Object.hasOwn(SCALARS, type))
        throw new Error(`The definition has no type "${type}". Compile the system again.`);
      return { kind: 'scalar', name: type as ScalarName, scalar: SCALARS[type as ScalarName] };
    }
    if ('fields' in definition) return { kind: 'message', type: message(type) };
    const known = enums.get(type) ?? enumShape(type, definition);
    enums.set(type, known);
    return { kind: 'enum', type: known };
  }

  return message;
}

function enumShape(name: string, definition: EnumDefinition): EnumShape {
  const byNumber = new Map<number, string>();
  for (const [value, number] of Object.entries(definition.enum)) {
    if (!byNumber.has(number)) byNumber.set(number, value);
  }
  return { name, definition, byNumber };
}

function hasConstraints(constraints: Constraints): boolean {
  const { range, length, matches, oneOf } = constraints;
  return range !== undefined || length !== undefined || matches !== undefined || oneOf !== undefined;
}

/** Reads an own property; `constructor` and the like are names of fields too. */
export function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
}

/** Sets an own property, whatever its name: assigning to `__proto__` would change the object's prototype instead. */
export function setOwn(object: object, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  else (object as Record<string, unknown>)[name] = value;
}
