import { indexOf } from '../../model/index-of.ts';
import type { Constraint, Model, Place, ScalarName, TypeExpression } from '../../model/model.ts';
import type { ProtoTypeName } from './document.ts';
import { protoPackage, protoPath, protoTypeName } from './names.ts';

/** A type with its aliases resolved: at most one list or map around a scalar or declared type. */
export interface ResolvedType {
  readonly shape: 'single' | 'list' | 'map';
  readonly type: ProtoTypeName;
  readonly message: boolean;
  /** What a string holds, where protobuf has no type of its own for it. */
  readonly format?: 'uuid' | 'decimal';
  readonly key?: ResolvedType;
  readonly constraints: readonly Constraint[];
  /** On each element of a list, or value of a map. */
  readonly each: readonly Constraint[];
}

/** The protobuf type of a Weir type. Throws on what protobuf has no form for: a list of lists, a name without a meaning. */
export function resolveType(
  model: Model,
  expression: TypeExpression,
  constraints: readonly Constraint[] = [],
): ResolvedType {
  switch (expression.kind) {
    case 'scalar':
      return { ...scalar(expression.scalar), shape: 'single', constraints, each: [] };
    case 'named':
      return named(model, expression, constraints);
    case 'list': {
      const element = single(model, expression.element);
      return { ...element, shape: 'list', constraints, each: element.constraints };
    }
    case 'map': {
      const value = single(model, expression.value);
      const key = single(model, expression.key);
      return { ...value, shape: 'map', key, constraints, each: value.constraints };
    }
  }
}

function named(
  model: Model,
  expression: Extract<TypeExpression, { kind: 'named' }>,
  constraints: readonly Constraint[],
): ResolvedType {
  const { id, name } = expression.ref;
  const { aliases, messages, errors, events, enums } = indexOf(model);
  const alias = id === undefined ? undefined : aliases.get(id);
  if (alias && expression.of === 'alias') {
    const inner = resolveType(model, alias.type, alias.constraints);
    return { ...inner, constraints: [...inner.constraints, ...constraints] };
  }
  const declaration =
    id === undefined ? undefined : (messages.get(id) ?? errors.get(id) ?? events.get(id) ?? enums.get(id));
  if (!declaration) throw cannotExpress(expression.at, `the type ${name} is not declared`, 'declare or import it');
  const protobufPackage = protoPackage(declaration.package);
  return {
    shape: 'single',
    type: { package: protobufPackage, name: protoTypeName(declaration.name), file: protoPath(protobufPackage) },
    message: declaration.kind !== 'enum',
    constraints,
    each: [],
  };
}

function single(model: Model, expression: TypeExpression): ResolvedType {
  const inner = resolveType(model, expression);
  if (inner.shape !== 'single') {
    throw cannotExpress(expression.at, `a ${inner.shape} inside a list or map`, 'put it into a message of its own');
  }
  return inner;
}

function cannotExpress(at: Place, what: string, mend: string): Error {
  return new Error(`${at.file}:${at.start.line}:${at.start.column}: protobuf cannot express ${what}; ${mend}.`);
}

const wellKnown = (name: string, file: string): Pick<ResolvedType, 'type' | 'message'> => ({
  type: { package: 'google.protobuf', name, file: `google/protobuf/${file}.proto` },
  message: true,
});

function scalar(name: ScalarName): Pick<ResolvedType, 'type' | 'message' | 'format'> {
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

/** What stands for no parameters, and for no result. */
export const emptyType: ProtoTypeName = wellKnown('Empty', 'empty').type;
