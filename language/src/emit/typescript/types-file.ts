import { literalText } from '../../model/literal-text.ts';
import type { Constraint, Enum, Field, Model } from '../../model/model.ts';
import { wireCodes } from '../definition/names.ts';
import type { ReachableType } from '../definition/reachable.ts';
import { createScope } from './scope.ts';
import { docComment, generatedFrom, lineWidth, propertyName, quoted } from './source-text.ts';
import { oneofsOf, type TypeModule, type TypeNames } from './type-names.ts';
import { type TypeContext, typeText } from './type-text.ts';

const atMostOne = 'AtMostOne';

/** `generated/types/<package>.ts`: the types of one package that a service needs, and its errors as classes. */
export function typesFile(model: Model, names: TypeNames, module: TypeModule): string {
  const scope = createScope(module.declared);
  const context: TypeContext = { model, names, scope, folder: './', here: module.file };
  const helper = scope.claim(atMostOne);
  const declarations = module.types.map((type) => declaration(context, type, helper));
  if (module.types.some((type) => oneofsOf(type).length > 0)) declarations.push(atMostOneOf(context, helper));
  const header = generatedFrom(module.types.map((type) => (type.kind === 'request' ? type.operation : type).extent));
  return [`${header}\n${scope.imports()}`, ...declarations].join('\n');
}

function declaration(context: TypeContext, type: ReachableType, helper: string): string {
  const { name, error } = context.names.of.get(type.id)!;
  const comment = type.kind === 'request' ? '' : docComment(docsOf(type));
  switch (type.kind) {
    case 'enum':
      return `${comment}${enumType(name, type)}`;
    case 'alias':
      return `${comment}export type ${name} = ${typeText(context, type.type)};\n`;
    case 'request':
      return `/** What \`${type.operation.name}\` takes. */\n${messageType(context, type, name, helper)}`;
    case 'message':
    case 'event':
      return messageType(context, type, name, helper, comment);
    case 'error': {
      const fields = messageType(context, type, name, helper, `/** What \`${error}\` carries. */\n`);
      const { status, grpc } = wireCodes(type);
      const base = context.scope.use('@weir/runtime', 'declaredError', { value: true });
      return `${fields}\n${comment}${errorClass(error!, `${base}<${name}>`, [quoted(type.id), String(status), String(grpc)])}`;
    }
  }
}

function errorClass(name: string, base: string, args: readonly string[]): string {
  const start = `export class ${name} extends ${base}(`;
  const flat = `${start}${args.join(', ')}) {}\n`;
  return flat.length - 1 <= lineWidth ? flat : `${start}\n${args.map((arg) => `  ${arg},\n`).join('')}) {}\n`;
}

/** A union of its names; with docs of their own each on a line. */
function enumType(name: string, { values }: Enum): string {
  const named = [...new Map(values.map((value) => [value.name, value])).values()];
  const flat = `export type ${name} = ${named.map((value) => quoted(value.name)).join(' | ') || 'never'};\n`;
  if (flat.length - 1 <= lineWidth && named.every((value) => docsOf(value).length === 0)) return flat;
  const lines = named.map((value) => `${docComment(docsOf(value), '  ')}  | ${quoted(value.name)}`);
  return `export type ${name} =\n${lines.join('\n')};\n`;
}

/** An interface, or with oneofs the plain fields and a type for each of them. */
function messageType(
  context: TypeContext,
  type: Exclude<ReachableType, { kind: 'enum' | 'alias' }>,
  name: string,
  helper: string,
  comment = '',
): string {
  const plain = type.fields.filter((field) => field.oneof === undefined);
  const oneofs = oneofsOf(type).map((oneof) => ({
    name: context.names.of.get(type.id)!.oneofs.get(oneof)!,
    docs: 'oneofs' in type ? (type.oneofs.find((candidate) => candidate.name === oneof)?.docs ?? '') : '',
    fields: type.fields.filter((field) => field.oneof === oneof),
  }));
  if (oneofs.length === 0) {
    if (plain.length > 0) return `${comment}export interface ${name} {\n${members(context, plain, '  ')}}\n`;
    const { scope } = context;
    return `${comment}export type ${name} = ${scope.global('Readonly')}<${scope.global('Record')}<string, never>>;\n`;
  }
  const choices = oneofs.map((oneof) => {
    const docs = docComment([...lines(oneof.docs), `At most one of these, of \`${name}\`.`]);
    return `${docs}export type ${oneof.name} = ${helper}<{\n${members(context, oneof.fields, '  ', true)}}>;\n`;
  });
  return `${choices.join('\n')}\n${comment}export type ${name} = ${intersection(context, oneofs, plain)};\n`;
}

/** As formatters leave it: one name and an object share their lines, more names go below each other. */
function intersection(context: TypeContext, oneofs: readonly { name: string }[], plain: readonly Field[]): string {
  const [first, ...rest] = oneofs.map((oneof) => oneof.name);
  if (plain.length === 0) return [first, ...rest].join(' & ');
  if (rest.length === 0) return `${first} & {\n${members(context, plain, '  ')}}`;
  return `${first} &\n  ${rest.join(' &\n  ')} & {\n${members(context, plain, '    ')}  }`;
}

function members(context: TypeContext, fields: readonly Field[], indent: string, inOneof = false): string {
  return fields
    .map((field) => {
      const optional = field.optional && !inOneof ? '?' : '';
      const text = `${indent}readonly ${propertyName(field.name)}${optional}: ${typeText(context, field.type)};\n`;
      return docComment(docsOf(field), indent) + text;
    })
    .join('');
}

/** What is said of a declaration or field: its docs, what constrains it, and whether it should still be used. */
function docsOf(declared: {
  readonly docs?: string;
  readonly deprecated?: string;
  readonly constraints?: readonly Constraint[];
}): string[] {
  const constraints = (declared.constraints ?? []).map(describe);
  return [
    ...lines(declared.docs),
    ...(constraints.length > 0 ? [`\`where ${constraints.join(' and ')}\``] : []),
    ...(declared.deprecated === undefined ? [] : [`@deprecated ${declared.deprecated}`.trimEnd()]),
  ];
}

const lines = (docs: string | undefined): readonly string[] => (docs ? docs.split('\n') : []);

/** A constraint as it stands in the source. */
function describe(constraint: Constraint): string {
  switch (constraint.kind) {
    case 'range':
      return span(constraint.min, constraint.max);
    case 'length':
      return `length ${span(constraint.min, constraint.max)}`;
    case 'matches':
      return `matches "${constraint.pattern}"`;
    case 'one-of':
      return `one of [${constraint.values.map(literalText).join(', ')}]`;
  }
}

const span = (min: string | number | undefined, max: string | number | undefined): string =>
  min === max ? `${min}` : `${min ?? ''}..${max ?? ''}`;

function atMostOneOf({ scope }: TypeContext, name: string): string {
  const one = '  [One in keyof T]: { readonly [Name in One]?: T[Name] } & {';
  const others = `readonly [Name in ${scope.global('Exclude')}<keyof T, One>]?: never`;
  const flat = `${one} ${others} };`;
  const member = flat.length <= lineWidth ? flat : `${one}\n    ${others};\n  };`;
  return `/** An object with one of these properties at the most. */\ntype ${name}<T> = {\n${member}\n}[keyof T];\n`;
}
