/** Between the TypeScript form and protobuf. protobufjs does the wire; the descriptor is derived from the types. */

import { createRequire } from 'node:module';
import type protobuf from 'protobufjs';
import { ServiceError } from '../errors.ts';
import type { Types } from './codec.ts';
import { SCALARS } from './scalars.ts';
import { type FieldShape, type MessageShape, own, type Shapes, setOwn, shapesOf, type ValueShape } from './shape.ts';
import { check, entriesOf, listOf, membersOf } from './write.ts';

const require = createRequire(import.meta.url);

/** Loaded when something is to be written or read: a service that speaks HTTP alone, and has no events, does without. */
const protobufjs = (): typeof protobuf => require('protobufjs');

type Encodable = Record<string, unknown>;

export interface Protobuf {
  serialize(message: string, value: unknown): Buffer;
  deserialize(message: string, bytes: Uint8Array): unknown;
}

export function createProtobuf(types: Types, shapes: Shapes = shapesOf(types)): Protobuf {
  let root: protobuf.Root | undefined;
  const lookup = new Map<string, protobuf.Type>();
  const typeOf = (message: string): protobuf.Type => {
    const known = lookup.get(message);
    if (known !== undefined) return known;
    root ??= protobufjs().Root.fromJSON(descriptorOf(types));
    const type = root.lookupType(message);
    lookup.set(message, type);
    return type;
  };
  return {
    serialize(message, value) {
      const encodable = toEncodable(shapes(message), value, message, 0);
      return typeOf(message).encode(encodable).finish() as Buffer;
    },
    deserialize(message, bytes) {
      try {
        return fromDecoded(shapes(message), typeOf(message).decode(bytes) as unknown as Encodable);
      } catch (cause) {
        if (cause instanceof ServiceError) throw cause;
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new ServiceError('invalid-argument', `The bytes are no ${message}: ${reason}.`, { cause });
      }
    },
  };
}

// ── TypeScript form → what protobufjs encodes ─────────────────────────────────────────────────────────────────────

function toEncodable(shape: MessageShape, value: unknown, path: string, depth: number): Encodable {
  const encodable: Encodable = {};
  for (const [field, member, at] of membersOf(shape, value, path, depth)) {
    encodable[protobufName(field.name)] = encodeField(field, member, at, depth);
  }
  return encodable;
}

function encodeField(field: FieldShape, member: unknown, at: string, depth: number): unknown {
  switch (field.form) {
    case 'one':
      return encodeValue(field.value, member, at, depth);
    case 'list':
      return listOf(member, at).map((item, index) => encodeValue(field.value, item, `${at}[${index}]`, depth));
    case 'map':
      return entriesOf(field, member, at).map(([key, item]) => ({
        key: SCALARS[field.key!].toProtobuf?.(key as never) ?? key,
        value: encodeValue(field.value, item, `${at}.${key}`, depth),
      }));
  }
}

function encodeValue(shape: ValueShape, value: unknown, at: string, depth: number): unknown {
  if (shape.kind === 'message') return toEncodable(shape.type, value, at, depth + 1);
  // A number that this side has no name for came from a newer peer, and goes on as it came.
  if (shape.kind === 'enum' && Number.isInteger(value)) return value;
  check(shape, value, at);
  if (shape.kind === 'enum') return shape.type.definition.enum[value as string];
  return shape.scalar.toProtobuf === undefined ? value : shape.scalar.toProtobuf(value as never);
}

// ── what protobufjs decoded → TypeScript form ─────────────────────────────────────────────────────────────────────

function fromDecoded(shape: MessageShape, decoded: Encodable): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const field of shape.fields) {
    const member = decodeField(field, own(decoded, protobufName(field.name)));
    if (member !== undefined) setOwn(value, field.name, member);
  }
  return value;
}

function decodeField(field: FieldShape, member: unknown): unknown {
  const items = (member ?? []) as readonly unknown[];
  switch (field.form) {
    case 'one':
      if (member !== undefined) return decodeValue(field.value, member);
      return field.optional ? undefined : zeroOf(field.value);
    case 'list':
      return items.map((item) => decodeValue(field.value, item));
    case 'map': {
      const object: Record<string, unknown> = {};
      for (const entry of items as readonly Encodable[]) setOwn(object, ...decodeEntry(field, entry));
      return object;
    }
  }
}

function decodeEntry(field: FieldShape, entry: Encodable): [key: string, value: unknown] {
  const key = own(entry, 'key');
  const value = own(entry, 'value');
  const scalar = SCALARS[field.key!];
  const name = key === undefined ? scalar.zero() : scalar.fromProtobuf ? scalar.fromProtobuf(key as never) : key;
  return [String(name), value === undefined ? emptyOf(field.value) : decodeValue(field.value, value)];
}

function decodeValue(shape: ValueShape, value: unknown): unknown {
  switch (shape.kind) {
    case 'message':
      return fromDecoded(shape.type, value as Encodable);
    case 'enum':
      return shape.type.byNumber.get(value as number) ?? value;
    case 'scalar':
      return shape.scalar.fromProtobuf === undefined ? value : shape.scalar.fromProtobuf(value as never);
  }
}

/** What an absent, required field means: nothing where presence can be told, else the zero of its type. */
function zeroOf(shape: ValueShape): unknown {
  if (shape.kind === 'message') return undefined;
  if (shape.kind === 'enum') return shape.type.byNumber.get(0) ?? 0;
  return shape.scalar.protobuf.startsWith('.') ? undefined : shape.scalar.zero();
}

function emptyOf(shape: ValueShape): unknown {
  if (shape.kind === 'message') return fromDecoded(shape.type, {});
  return shape.kind === 'scalar' ? shape.scalar.zero() : zeroOf(shape);
}

// ── the descriptor ────────────────────────────────────────────────────────────────────────────────────────────────

/** The protobufjs JSON descriptor of the types: the same messages as in the emitted `.proto`. */
function descriptorOf(types: Types): protobuf.INamespace {
  const root: protobuf.INamespace = { nested: {} };
  for (const name of ['timestamp', 'duration', 'struct']) {
    const common = protobufjs().common.get(`google/protobuf/${name}.proto`);
    merge(root, common!);
  }
  for (const [fullName, definition] of Object.entries(types)) {
    const parts = fullName.split('.');
    const name = parts.pop()!;
    const namespace = parts.reduce(descend, root);
    namespace.nested![name] = 'fields' in definition ? messageDescriptor(types, fullName) : enumDescriptor(definition);
  }
  return root;
}

function merge(into: protobuf.INamespace, from: protobuf.INamespace): void {
  for (const [name, member] of Object.entries(from.nested ?? {})) {
    const namespace = !('fields' in member) && !('values' in member);
    if (namespace) merge(descend(into, name), member as protobuf.INamespace);
    else into.nested![name] = member;
  }
}

function descend(namespace: protobuf.INamespace, name: string): protobuf.INamespace {
  namespace.nested![name] ??= { nested: {} };
  const child = namespace.nested![name] as protobuf.INamespace;
  child.nested ??= {};
  return child;
}

function messageDescriptor(types: Types, fullName: string): protobuf.IType {
  const definition = types[fullName] as Extract<Types[string], { fields: unknown }>;
  const fields: Record<string, protobuf.IField> = {};
  const nested: Record<string, protobuf.IType> = {};
  const oneofs: Record<string, { oneof: string[] }> = {};
  for (const [name, field] of Object.entries(definition.fields)) {
    const own = protobufName(name);
    const type = typeName(types, field.type);
    if (field.map !== undefined) {
      // On the wire a map is a list of entries. Written so, keys of every type keep their value: protobufjs's own
      // maps take the key `false` for true, and hash 64-bit keys.
      const entry = `${pascal(own)}Entry`;
      nested[entry] = { fields: { key: { id: 1, type: typeName(types, field.map) }, value: { id: 2, type } } };
      fields[own] = { id: field.number, type: entry, rule: 'repeated' };
    } else {
      const rule = field.list ? { rule: 'repeated' } : {};
      fields[own] = { id: field.number, type, ...rule };
    }
    if (field.oneof !== undefined) {
      oneofs[protobufName(field.oneof)] ??= { oneof: [] };
      oneofs[protobufName(field.oneof)]!.oneof.push(own);
    }
  }
  return { fields, nested, oneofs };
}

function enumDescriptor(definition: Extract<Types[string], { enum: unknown }>): protobuf.IEnum {
  const values: Record<string, number> = {};
  for (const [name, number] of Object.entries(definition.enum)) {
    values[`${definition.prefix}${protobufName(name).toUpperCase()}`] = number;
  }
  return { values };
}

/** How a type is written in protobuf: a scalar, or a full name with a leading dot. */
export function typeName(types: Types, type: string): string {
  if (Object.hasOwn(types, type)) return `.${type}`;
  return SCALARS[type as keyof typeof SCALARS].protobuf;
}

/** `userId` → `user_id`, as the emitted `.proto` has it. */
export function protobufName(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const snake = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
  names.set(name, snake);
  return snake;
}

const names = new Map<string, string>();

export function pascal(snake: string): string {
  return snake.replace(/(^|_)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}
