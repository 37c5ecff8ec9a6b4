/** The contracts of a server as protobuf's own descriptors. https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto */

import type { Types } from '../codec/codec.ts';
import { pascal, protobufName, typeName } from '../codec/protobuf.ts';
import type { EnumDefinition, FieldDefinition, MessageDefinition, OperationContract } from '../definition.ts';
import {
  type EnumDescriptor,
  encodeFile,
  type FieldDescriptor,
  LABELS,
  type MessageDescriptor,
  type MethodDescriptor,
  SCALAR_TYPES,
} from './descriptor-types.ts';
import { KNOWN_FILES, WELL_KNOWN } from './well-known.ts';

/** A service as its descriptor tells it. */
export interface DescribedService {
  /** Full name. */
  readonly name: string;
  readonly methods: readonly Pick<OperationContract, 'name' | 'request' | 'response' | 'stream' | 'kind'>[];
}

/** A `.proto` file, as the compiler emits it or as gRPC has it. */
export interface DescribedFile {
  readonly name: string;
  /** A FileDescriptorProto. */
  readonly bytes: Buffer;
  /** Names of the files that it imports. */
  readonly imports: readonly string[];
  /** Full names of what it declares: services, methods, messages, enums. */
  readonly symbols: readonly string[];
}

/** The files of types and services, one for each package, with those that they import. */
export function describe(types: Types, services: readonly DescribedService[]): readonly DescribedFile[] {
  const all: Types = { ...WELL_KNOWN, ...types };
  const files = new Map<string, { package: string; types: string[]; services: DescribedService[] }>();
  const fileOf = (name: string, isType: boolean) => {
    const home = isType ? packageOf(name, all) : parentOf(name);
    const file = pathOf(name, home);
    if (!files.has(file)) files.set(file, { package: home, types: [], services: [] });
    return files.get(file)!;
  };
  for (const name of Object.keys(all)) fileOf(name, true).types.push(name);
  for (const service of services) fileOf(service.name, false).services.push(service);
  return [...files].map(([name, file]) => describeFile(name, file.package, file.types, file.services, all));
}

function describeFile(
  name: string,
  home: string,
  names: readonly string[],
  services: readonly DescribedService[],
  types: Types,
): DescribedFile {
  const needed = new Set<string>();
  const need = (type: string) => {
    const file = pathOf(type.slice(1), packageOf(type.slice(1), types));
    if (file !== name) needed.add(file);
    return type;
  };
  const describing: Describing = { types, need };
  const top = names.filter((type) => parentOf(type) === home);
  const described = services.map((service) => ({
    name: lastOf(service.name),
    method: service.methods.map((method) => methodOf(method, need)),
  }));
  const { messages, enums } = membersOf(top, describing);
  const imports = [...needed].sort();
  return {
    name,
    imports,
    symbols: [
      ...names,
      ...services.flatMap((each) => [each.name, ...each.methods.map((one) => `${each.name}.${one.name}`)]),
    ],
    bytes: encodeFile({
      name,
      package: home,
      dependency: imports,
      messageType: messages,
      enumType: enums,
      service: described,
      syntax: 'proto3',
    }),
  };
}

interface Describing {
  readonly types: Types;
  /** Notes that a type is used, by its name with a leading dot; gives the name. */
  readonly need: (type: string) => string;
}

function membersOf(names: readonly string[], describing: Describing) {
  const messages: MessageDescriptor[] = [];
  const enums: EnumDescriptor[] = [];
  for (const name of names) {
    const definition = describing.types[name]!;
    if ('fields' in definition) messages.push(messageOf(name, definition, describing));
    else enums.push(enumOf(name, definition));
  }
  return { messages, enums };
}

function messageOf(name: string, { fields }: MessageDefinition, describing: Describing): MessageDescriptor {
  const inside = membersOf(
    Object.keys(describing.types).filter((type) => parentOf(type) === name),
    describing,
  );
  const oneofs = [
    ...new Set(Object.values(fields).flatMap(({ oneof }) => (oneof === undefined ? [] : protobufName(oneof)))),
  ];
  const entries: MessageDescriptor[] = [];
  const field = Object.entries(fields).map(([own, definition]): FieldDescriptor => {
    const proto = protobufName(own);
    const common = { name: proto, number: definition.number, jsonName: own };
    if (definition.map !== undefined) {
      const entry = `${pascal(proto)}Entry`;
      const parts = [
        { name: 'key', number: 1, label: LABELS.optional, jsonName: 'key', ...typeOf(definition.map, describing) },
        { name: 'value', number: 2, label: LABELS.optional, jsonName: 'value', ...typeOf(definition.type, describing) },
      ];
      entries.push({
        name: entry,
        field: parts,
        nestedType: [],
        enumType: [],
        oneofDecl: [],
        options: { mapEntry: true },
      });
      return { ...common, label: LABELS.repeated, type: SCALAR_TYPES.message, typeName: `.${name}.${entry}` };
    }
    return {
      ...common,
      label: definition.list ? LABELS.repeated : LABELS.optional,
      ...typeOf(definition.type, describing),
      ...presenceOf(proto, definition, oneofs),
    };
  });
  return {
    name: lastOf(name),
    field,
    nestedType: [...inside.messages, ...entries],
    enumType: inside.enums,
    oneofDecl: oneofs.map((oneof) => ({ name: oneof })),
  };
}

/** `optional` is told by a oneof of one field, after all others. */
function presenceOf(
  proto: string,
  { oneof, optional, list }: FieldDefinition,
  oneofs: string[],
): Partial<FieldDescriptor> {
  if (oneof !== undefined) return { oneofIndex: oneofs.indexOf(protobufName(oneof)) };
  if (!optional || list) return {};
  return { oneofIndex: oneofs.push(`_${proto}`) - 1, proto3Optional: true };
}

function typeOf(type: string, { types, need }: Describing): Pick<FieldDescriptor, 'type' | 'typeName'> {
  const name = typeName(types, type);
  if (!name.startsWith('.')) return { type: SCALAR_TYPES[name as keyof typeof SCALAR_TYPES] };
  const isMessage = 'fields' in types[name.slice(1)]!;
  return { type: isMessage ? SCALAR_TYPES.message : SCALAR_TYPES.enum, typeName: need(name) };
}

function enumOf(name: string, definition: EnumDefinition): EnumDescriptor {
  const values = Object.entries(definition.enum).map(([value, number]) => ({
    name: `${definition.prefix}${protobufName(value).toUpperCase()}`,
    number,
  }));
  const hasAliases = new Set(values.map(({ number }) => number)).size < values.length;
  return {
    name: lastOf(name),
    // Zero first, as proto3 asks.
    value: [...values.filter(({ number }) => number === 0), ...values.filter(({ number }) => number !== 0)],
    ...(hasAliases && { options: { allowAlias: true } }),
  };
}

const EMPTY = 'google.protobuf.Empty';
/** MethodOptions.IdempotencyLevel */
const IDEMPOTENCY = { reads: 1, idempotent: 2, write: undefined };

function methodOf(
  { name, request = EMPTY, response = EMPTY, stream, kind }: DescribedService['methods'][number],
  need: (type: string) => string,
): MethodDescriptor {
  const level = IDEMPOTENCY[kind];
  return {
    name,
    inputType: need(`.${request}`),
    outputType: need(`.${response}`),
    clientStreaming: stream === 'client' || stream === 'both',
    serverStreaming: stream === 'server' || stream === 'both',
    ...(level === undefined ? {} : { options: { idempotencyLevel: level } }),
  };
}

/** What is in front of the last dot. */
function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** A type may stand in another one. */
function packageOf(type: string, types: Types): string {
  const parent = parentOf(type);
  return Object.hasOwn(types, parent) ? packageOf(parent, types) : parent;
}

/** Where the compiler puts a package, and gRPC and protobuf theirs. */
function pathOf(name: string, home: string): string {
  return (
    KNOWN_FILES[name] ?? KNOWN_FILES[home] ?? (home === '' ? 'services.proto' : `${home.replaceAll('.', '/')}.proto`)
  );
}
