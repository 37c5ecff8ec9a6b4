import { indexOf } from '../../model/index-of.ts';
import { type Constraint, type Model, type ScalarName, scalarNames, type TypeExpression } from '../../model/model.ts';
import { fieldShape } from '../definition/field-shape.ts';
import type { ProtoTypeName } from './document.ts';
import { protoPackage, protoPath, protoTypeName } from './names.ts';

/** What a Weir type is in protobuf, with its aliases resolved. */
export interface ProtoType {
  readonly shape: 'single' | 'list' | 'map';
  readonly type: ProtoTypeName;
  /** Whether presence can be told: messages, the well-known ones too. */
  readonly message: boolean;
  /** What strings hold, where protobuf has no type of its own for it. */
  readonly format?: ScalarName;
  readonly key?: { readonly type: ProtoTypeName; readonly format?: ScalarName };
  readonly whole: readonly Constraint[];
  /** On each element of a list, or value of a map. */
  readonly each: readonly Constraint[];
}

/** The protobuf type of a Weir type. */
export function protoType(
  model: Model,
  expression: TypeExpression,
  constraints: readonly Constraint[] = [],
): ProtoType {
  const { type, many, whole, each } = fieldShape(model, expression, constraints);
  const base = { ...named(model, type), whole, each };
  if (many === undefined) return { ...base, shape: 'single' };
  if (many === 'list') return { ...base, shape: 'list' };
  const { message: _, ...key } = scalar(many.map);
  return { ...base, shape: 'map', key };
}

type Named = Pick<ProtoType, 'type' | 'message' | 'format'>;

function named(model: Model, type: string): Named {
  const name = scalarNames.find((candidate) => candidate === type);
  if (name !== undefined) return scalar(name);
  const { messages, errors, events, enums } = indexOf(model);
  const declaration = messages.get(type) ?? errors.get(type) ?? events.get(type) ?? enums.get(type);
  if (!declaration) return scalar('json');
  const protobufPackage = protoPackage(declaration.package);
  return {
    type: { package: protobufPackage, name: protoTypeName(declaration.name), file: protoPath(protobufPackage) },
    message: declaration.kind !== 'enum',
  };
}

function scalar(name: ScalarName): Named {
  switch (name) {
    case 'uuid':
    case 'decimal':
      return { type: { name: 'string' }, message: false, format: name };
    case 'timestamp':
      return wellKnown('Timestamp', 'timestamp');
    case 'duration':
      return wellKnown('Duration', 'duration');
    case 'json':
      return wellKnown('Value', 'struct');
    default:
      return { type: { name }, message: false };
  }
}

const wellKnown = (name: string, file: string): Named => ({
  type: { package: 'google.protobuf', name, file: `google/protobuf/${file}.proto` },
  message: true,
});

/** What stands for no parameters, and for no result. */
export const emptyType: ProtoTypeName = wellKnown('Empty', 'empty').type;
