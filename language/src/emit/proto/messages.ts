import type { Enum, Field, Member, MessageShape, Model, Operation, Reserved } from '../../model/model.ts';
import { commentOfField, docsOf } from './comments.ts';
import type { ProtoEnum, ProtoField, ProtoMessage, ProtoOneof, ProtoReserved } from './document.ts';
import { jsonNameOf, protoEnumValueName, protoFieldName, protoTypeName } from './names.ts';
import { protoType } from './types.ts';

/** A message, an error or an event. */
export function messageOf(model: Model, declaration: MessageShape): ProtoMessage {
  return {
    kind: 'message',
    comment: docsOf(declaration),
    name: protoTypeName(declaration.name),
    deprecated: declaration.deprecated !== undefined,
    reserved: reservedOf(declaration.reserved, protoFieldName),
    members: membersOf(model, declaration.fields, declaration.oneofs),
  };
}

/** The message of an operation's inline parameters. */
export function requestOf(model: Model, operation: Operation, name: string, fields: readonly Field[]): ProtoMessage {
  return {
    kind: 'message',
    comment: [`What ${protoTypeName(operation.name)} takes.`],
    name,
    deprecated: operation.deprecated !== undefined,
    reserved: { numbers: [], names: [] },
    members: membersOf(model, fields, []),
  };
}

/** Zero first, as proto3 asks; else as written. */
export function enumOf(declaration: Enum): ProtoEnum {
  const values = declaration.values.flatMap((value) =>
    value.number === undefined
      ? []
      : {
          comment: docsOf(value),
          name: protoEnumValueName(declaration, value.name),
          deprecated: value.deprecated !== undefined,
          number: value.number.value,
        },
  );
  return {
    kind: 'enum',
    comment: docsOf(declaration),
    name: protoTypeName(declaration.name),
    deprecated: declaration.deprecated !== undefined,
    reserved: reservedOf(declaration.reserved, (name) => protoEnumValueName(declaration, name)),
    values: [...values.filter(({ number }) => number === 0), ...values.filter(({ number }) => number !== 0)],
  };
}

/** Fields as written; a oneof stands where its first field does. */
function membersOf(
  model: Model,
  fields: readonly Field[],
  oneofs: readonly Member[],
): readonly (ProtoField | ProtoOneof)[] {
  const seen = new Set<string>();
  return fields.flatMap((field): readonly (ProtoField | ProtoOneof)[] => {
    const { oneof } = field;
    if (oneof === undefined) return fieldOf(model, field);
    if (seen.has(oneof)) return [];
    seen.add(oneof);
    return [
      {
        kind: 'oneof',
        comment: docsOf(oneofs.find(({ name }) => name === oneof) ?? {}),
        name: protoFieldName(oneof),
        fields: fields.filter((other) => other.oneof === oneof).flatMap((other) => fieldOf(model, other)),
      },
    ];
  });
}

function fieldOf(model: Model, field: Field): ProtoField[] {
  if (!field.number) return [];
  const type = protoType(model, field.type, field.constraints);
  const jsonName = jsonNameOf(field);
  return [
    {
      kind: 'field',
      comment: commentOfField(field, type),
      name: protoFieldName(field.name),
      deprecated: field.deprecated !== undefined,
      number: field.number.value,
      ...(type.shape === 'list' ? { label: 'repeated' as const } : {}),
      // Lists, maps and members of a oneof have presence enough: protobuf refuses `optional` there.
      ...(type.shape === 'single' && field.optional && field.oneof === undefined ? { label: 'optional' as const } : {}),
      ...(type.key ? { mapKey: type.key.type.name } : {}),
      type: type.type,
      ...(jsonName === undefined ? {} : { jsonName }),
    },
  ];
}

function reservedOf(reserved: Reserved, nameOf: (name: string) => string): ProtoReserved {
  return {
    numbers: reserved.numbers.map(({ from, to }) => ({ from, to })),
    names: reserved.names.map(({ value }) => nameOf(value)),
  };
}
