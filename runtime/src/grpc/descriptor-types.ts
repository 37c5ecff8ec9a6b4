/** Descriptors as data, and their encoding: the parts of descriptor.proto that contracts here have. */

import { createProtobuf } from '../codec/protobuf.ts';
import type { FieldDefinition, ServiceDefinition } from '../definition.ts';

export interface FileDescriptor {
  readonly name: string;
  readonly package: string;
  readonly dependency: readonly string[];
  readonly messageType: readonly MessageDescriptor[];
  readonly enumType: readonly EnumDescriptor[];
  readonly service: readonly { readonly name: string; readonly method: readonly MethodDescriptor[] }[];
  readonly syntax: 'proto3';
}

export interface MessageDescriptor {
  readonly name: string;
  readonly field: readonly FieldDescriptor[];
  readonly nestedType: readonly MessageDescriptor[];
  readonly enumType: readonly EnumDescriptor[];
  readonly oneofDecl: readonly { readonly name: string }[];
  readonly options?: { readonly mapEntry: true };
}

export interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly label: number;
  readonly type: number;
  /** With a leading dot. */
  readonly typeName?: string;
  readonly jsonName: string;
  readonly oneofIndex?: number;
  readonly proto3Optional?: true;
}

export interface EnumDescriptor {
  readonly name: string;
  readonly value: readonly { readonly name: string; readonly number: number }[];
  readonly options?: { readonly allowAlias: true };
}

export interface MethodDescriptor {
  readonly name: string;
  /** With a leading dot. */
  readonly inputType: string;
  readonly outputType: string;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
  readonly options?: { readonly idempotencyLevel: number };
}

export const LABELS = { optional: 1, repeated: 3 } as const;

/** FieldDescriptorProto.Type, by the names in `.proto` files. */
export const SCALAR_TYPES = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  bool: 8,
  string: 9,
  message: 11,
  bytes: 12,
  uint32: 13,
  enum: 14,
} as const;

const FILE = 'google.protobuf.FileDescriptorProto';
const MESSAGE = 'google.protobuf.DescriptorProto';
const FIELD = 'google.protobuf.FieldDescriptorProto';
const ONEOF = 'google.protobuf.OneofDescriptorProto';
const ENUM = 'google.protobuf.EnumDescriptorProto';
const VALUE = 'google.protobuf.EnumValueDescriptorProto';
const SERVICE = 'google.protobuf.ServiceDescriptorProto';
const METHOD = 'google.protobuf.MethodDescriptorProto';
const MESSAGE_OPTIONS = 'google.protobuf.MessageOptions';
const ENUM_OPTIONS = 'google.protobuf.EnumOptions';
const METHOD_OPTIONS = 'google.protobuf.MethodOptions';

const one = (number: number, type: FieldDefinition['type']): FieldDefinition => ({ number, type, optional: true });
const many = (number: number, type: FieldDefinition['type']): FieldDefinition => ({ number, type, list: true });

const types: ServiceDefinition['types'] = {
  [FILE]: {
    fields: {
      name: one(1, 'string'),
      package: one(2, 'string'),
      dependency: many(3, 'string'),
      messageType: many(4, MESSAGE),
      enumType: many(5, ENUM),
      service: many(6, SERVICE),
      syntax: one(12, 'string'),
    },
  },
  [MESSAGE]: {
    fields: {
      name: one(1, 'string'),
      field: many(2, FIELD),
      nestedType: many(3, MESSAGE),
      enumType: many(4, ENUM),
      options: one(7, MESSAGE_OPTIONS),
      oneofDecl: many(8, ONEOF),
    },
  },
  [FIELD]: {
    fields: {
      name: one(1, 'string'),
      number: one(3, 'int32'),
      label: one(4, 'int32'),
      type: one(5, 'int32'),
      typeName: one(6, 'string'),
      oneofIndex: one(9, 'int32'),
      jsonName: one(10, 'string'),
      proto3Optional: one(17, 'bool'),
    },
  },
  [ONEOF]: { fields: { name: one(1, 'string') } },
  [ENUM]: { fields: { name: one(1, 'string'), value: many(2, VALUE), options: one(3, ENUM_OPTIONS) } },
  [VALUE]: { fields: { name: one(1, 'string'), number: one(2, 'int32') } },
  [SERVICE]: { fields: { name: one(1, 'string'), method: many(2, METHOD) } },
  [METHOD]: {
    fields: {
      name: one(1, 'string'),
      inputType: one(2, 'string'),
      outputType: one(3, 'string'),
      options: one(4, METHOD_OPTIONS),
      clientStreaming: one(5, 'bool'),
      serverStreaming: one(6, 'bool'),
    },
  },
  [MESSAGE_OPTIONS]: { fields: { mapEntry: one(7, 'bool') } },
  [ENUM_OPTIONS]: { fields: { allowAlias: one(2, 'bool') } },
  [METHOD_OPTIONS]: { fields: { idempotencyLevel: one(34, 'int32') } },
};

const wire = createProtobuf(types);

/** A FileDescriptorProto. */
export function encodeFile(file: FileDescriptor): Buffer {
  return wire.serialize(FILE, file);
}
