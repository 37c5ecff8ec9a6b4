import type * as ast from '../grammar/generated/ast.ts';
import { fullNameOf } from '../syntax/exports.ts';
import { packageOf } from '../syntax/name-index.ts';
import type { Reader } from './build-reader.ts';
import type {
  Alias,
  At,
  Constraint,
  Declared,
  Enum,
  ErrorMessage,
  EventMessage,
  Field,
  Literal,
  Member,
  Message,
  MessageShape,
  Reserved,
  ScalarName,
  TypeExpression,
} from './model.ts';

/** What every declaration has; nothing where broken text left no name. */
export function declared(reader: Reader, node: Exclude<ast.Declaration, ast.Relation>): Declared | undefined {
  const id = fullNameOf(node);
  if (id === undefined) return undefined;
  return { id, package: packageOf(reader.file), ...reader.member(node), extent: reader.extent(node) };
}

export function message(reader: Reader, node: ast.Message): Message | undefined {
  const base = declared(reader, node);
  return base && { kind: 'message', ...base, ...shape(reader, node.members) };
}

// google.rpc.Code, as `language.md` writes words.
export const grpcCodes = [
  'cancelled',
  'unknown',
  'invalid-argument',
  'deadline-exceeded',
  'not-found',
  'already-exists',
  'permission-denied',
  'resource-exhausted',
  'failed-precondition',
  'aborted',
  'out-of-range',
  'unimplemented',
  'internal',
  'unavailable',
  'data-loss',
  'unauthenticated',
] as const;

export function errorMessage(reader: Reader, node: ast.ErrorMessage): ErrorMessage | undefined {
  const base = declared(reader, node);
  if (!base) return undefined;
  const grpc = reader.word(node, 'grpc', grpcCodes, 'gRPC code');
  const status = integer(reader, node, 'status', node.status);
  return {
    kind: 'error',
    ...base,
    ...shape(reader, node.members),
    ...(status ? { status } : {}),
    ...(grpc ? { grpc: { value: grpc, at: reader.at(node, 'grpc') } } : {}),
  };
}

export function eventMessage(reader: Reader, node: ast.Event): EventMessage | undefined {
  const base = declared(reader, node);
  return (
    base && {
      kind: 'event',
      ...base,
      ...shape(reader, node.members),
      ...(node.resource ? { on: reader.ref(node, 'resource', node.resource) } : {}),
      ...(node.key === undefined ? {} : { key: { value: node.key, at: reader.at(node, 'key') } }),
    }
  );
}

export function enumeration(reader: Reader, node: ast.Enum): Enum | undefined {
  const base = declared(reader, node);
  if (!base) return undefined;
  const values = node.members.filter((member) => member.$type === 'EnumValue');
  return {
    kind: 'enum',
    ...base,
    values: values.map((value) => {
      const number = integer(reader, value, 'number', value.number);
      return { ...reader.member(value), ...(number ? { number } : {}) };
    }),
    reserved: reserved(
      reader,
      node.members.filter((member) => member.$type === 'Reserved'),
    ),
  };
}

export function alias(reader: Reader, node: ast.TypeAlias): Alias | undefined {
  const base = declared(reader, node);
  const type = base && node.type && typeExpression(reader, node.type);
  if (!base || !type) return undefined;
  if (node.type.optional) {
    reader.problem('syntax', 'a type cannot be optional: the fields that use it can', reader.extent(node.type));
  }
  return { kind: 'alias', ...base, type, constraints: constraints(reader, node.constraints) };
}

function shape(
  reader: Reader,
  members: readonly ast.MessageMember[],
): Pick<MessageShape, 'fields' | 'oneofs' | 'reserved'> {
  const fields: Field[] = [];
  const oneofs: Member[] = [];
  for (const member of members) {
    if (member.$type === 'Field') fields.push(...field(reader, member));
    if (member.$type === 'Oneof' && member.name) {
      oneofs.push(reader.member(member));
      fields.push(...member.fields.flatMap((inner) => field(reader, inner, member.name)));
    }
  }
  return {
    fields,
    oneofs,
    reserved: reserved(
      reader,
      members.filter((member) => member.$type === 'Reserved'),
    ),
  };
}

/** A field; none where broken text left no name or type. */
export function field(reader: Reader, node: ast.Field, oneof?: string): readonly Field[] {
  const type = node.name && node.type ? typeExpression(reader, node.type) : undefined;
  if (!type) return [];
  const number = integer(reader, node, 'number', node.number);
  return [
    {
      ...reader.member(node),
      ...(number ? { number } : {}),
      type,
      optional: node.type.optional,
      constraints: constraints(reader, node.constraints),
      ...(oneof === undefined ? {} : { oneof }),
      extent: reader.extent(node),
    },
  ];
}

function reserved(reader: Reader, nodes: readonly ast.Reserved[]): Reserved {
  const items = nodes.flatMap((node) => node.items);
  return {
    numbers: items
      .filter((item) => item.from !== undefined)
      .map((item) => ({ from: Number(item.from), to: Number(item.to ?? item.from), at: reader.extent(item) })),
    names: items
      .filter((item) => item.name !== undefined)
      .map((item) => ({ value: item.name as string, at: reader.extent(item) })),
  };
}

export function typeExpression(reader: Reader, node: ast.TypeExpression): TypeExpression | undefined {
  const base = node.base && baseType(reader, node.base);
  if (!base) return undefined;
  return node.list ? { kind: 'list', element: base, at: { ...base.at, end: reader.atKeyword(node, ']').end } } : base;
}

function baseType(reader: Reader, node: ast.TypeExpression['base']): TypeExpression | undefined {
  const at = reader.extent(node);
  switch (node.$type) {
    case 'ScalarType':
      return node.scalar ? { kind: 'scalar', scalar: node.scalar as ScalarName, at } : undefined;
    case 'NamedType':
      if (!node.declaration) return undefined;
      return { kind: 'named', ref: reader.ref(node, 'declaration', node.declaration), at };
    case 'MapType': {
      const key = node.key && typeExpression(reader, node.key);
      const value = node.value && typeExpression(reader, node.value);
      if (!key || !value) return undefined;
      for (const inner of [node.key, node.value]) {
        if (inner.optional)
          reader.problem('syntax', 'keys and values of a map cannot be optional', reader.extent(inner));
      }
      return { kind: 'map', key, value, at };
    }
  }
}

export function constraints(reader: Reader, nodes: readonly ast.Constraint[]): readonly Constraint[] {
  return nodes.flatMap((node): Constraint[] => {
    const at = reader.extent(node);
    switch (node.$type) {
      case 'RangeConstraint': {
        if (node.range?.min === undefined) return [];
        return [{ kind: 'range', ...ends(node.range), at }];
      }
      case 'LengthConstraint': {
        if (node.range?.min === undefined) return [];
        const min = reader.quantity(node.range, 'min', 'count');
        const max =
          node.range.max !== undefined
            ? reader.quantity(node.range, 'max', 'count')
            : node.range.open
              ? undefined
              : min;
        return [{ kind: 'length', ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), at }];
      }
      case 'MatchesConstraint':
        return node.pattern === undefined ? [] : [{ kind: 'matches', pattern: node.pattern, at }];
      case 'OneOfConstraint':
        return [{ kind: 'one-of', values: node.values.flatMap((value) => literal(reader, value) ?? []), at }];
      default:
        return [];
    }
  });
}

/** `3` is both ends, `3..` has no upper one. */
function ends(range: ast.Range): { min: string; max?: string } {
  if (range.max !== undefined) return { min: range.min, max: range.max };
  return range.open ? { min: range.min } : { min: range.min, max: range.min };
}

export function literal(reader: Reader, node: ast.Literal): Literal | undefined {
  const at = reader.extent(node);
  switch (node.$type) {
    case 'StringLiteral':
      return node.value === undefined ? undefined : { kind: 'string', value: node.value, at };
    case 'NumberLiteral':
      if (node.text === undefined) return undefined;
      return { kind: /^-?[0-9]+(\.[0-9]+)?$/.test(node.text) ? 'number' : 'quantity', text: node.text, at };
    case 'WordLiteral':
      return node.word === undefined ? undefined : { kind: 'word', word: node.word, at };
    case 'ListLiteral':
      return { kind: 'list', items: node.items.flatMap((item) => literal(reader, item) ?? []), at };
    case 'ObjectLiteral':
      return {
        kind: 'object',
        entries: node.entries.flatMap((entry) => {
          const value = entry.value && literal(reader, entry.value);
          return value ? [{ key: entry.key ?? entry.quoted ?? '', value }] : [];
        }),
        at,
      };
    default:
      return undefined;
  }
}

function integer(
  reader: Reader,
  node: ast.Field | ast.EnumValue | ast.ErrorMessage,
  property: string,
  text: string | undefined,
): At<number> | undefined {
  if (text === undefined) return undefined;
  const at = reader.at(node, property);
  const value = Number(text);
  if (Number.isSafeInteger(value)) return { value, at };
  reader.problem('syntax', `\`${text}\` is no whole number`, at);
  return undefined;
}
