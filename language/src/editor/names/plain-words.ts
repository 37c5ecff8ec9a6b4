import { type AstNode, AstUtils, GrammarUtils, type LeafCstNode } from 'langium';
import {
  type ConfigEntry,
  type ConfigValue,
  type Enum,
  type Field,
  isCallItem,
  isConfigEntry,
  isConfigValue,
  isField,
  isNamedType,
  isOperation,
  isOverride,
  isService,
  isTypeAlias,
  type ObjectEntry,
  type Operation,
  type TypeExpression,
} from '../../grammar/generated/ast.ts';
import { fieldSetBy } from './fallbacks.ts';
import { fieldsOf } from './fields.ts';

/** What a word means that the grammar takes for a mere word: what is declared, and where in the document it is named. */
interface PlainWord {
  readonly node: AstNode & { readonly name: string };
  readonly start: number;
  readonly end: number;
}

/** Fields in paths and keys, settings and values of enums where an environment, a default or a constraint names them. */
export function plainWordAt(word: LeafCstNode, offset: number): PlainWord | undefined {
  const property = GrammarUtils.findAssignment(word)?.feature;
  const node = word.astNode;
  const all = { start: word.offset, end: word.end };
  switch (`${node.$type}.${property}`) {
    case 'Route.path':
      return inPath(word, offset);
    case 'Idempotent.field':
    case 'CacheKeys.fields':
    case 'BalancePart.key':
    case 'LimitKey.name':
      return found(fieldFor(node, word.text), all);
    case 'ObjectEntry.key':
      return found(fieldSetBy(node as ObjectEntry), all);
    case 'ConfigValue.name':
      return found(entryOf(node as ConfigValue), all);
    case 'WordLiteral.word':
      return found(enumAround(node)?.members.find(isNamed(word.text)), all);
    default:
      return undefined;
  }
}

function inPath(path: LeafCstNode, offset: number): PlainWord | undefined {
  for (const { index, 1: name = '' } of path.text.matchAll(/\{([\w-]+)\*?\}/g)) {
    const start = path.offset + index + 1;
    const end = start + name.length;
    if (start <= offset && offset <= end) return found(fieldFor(path.astNode, name), { start, end });
  }
  return undefined;
}

function found(node: AstNode | undefined, place: Pick<PlainWord, 'start' | 'end'>): PlainWord | undefined {
  return node && 'name' in node ? { node: node as PlainWord['node'], ...place } : undefined;
}

const isNamed =
  (name: string) =>
  (one: AstNode): boolean =>
    'name' in one && one.name === name;

/** The field of a request that a word means, in an operation, or in the policy of a call of one. */
function fieldFor(node: AstNode, name: string): Field | undefined {
  const around = AstUtils.getContainerOfType(node, (one) => isCallItem(one) || isOperation(one));
  const operation = isCallItem(around) ? around.target?.ref : around;
  return operation && requestFields(operation).find(isNamed(name));
}

/** What an operation is asked with: its parameters, or the fields of the message. */
export function requestFields({ parameters, request }: Operation): readonly Field[] {
  if (parameters.length > 0 || !request) return parameters;
  const message = isNamedType(request.base) ? request.base.declaration?.ref : undefined;
  return message?.$type === 'Message' ? fieldsOf(message) : [];
}

function entryOf(value: ConfigValue): ConfigEntry | undefined {
  const service = AstUtils.getContainerOfType(value, isOverride)?.target?.ref;
  if (!isService(service)) return undefined;
  return service.members
    .flatMap((member) => (member.$type === 'Config' ? member.entries : []))
    .find(isNamed(value.name));
}

/** The enum that a literal is a value of. */
function enumAround(literal: AstNode): Enum | undefined {
  const holder = AstUtils.getContainerOfType(
    literal,
    (one) => isField(one) || isConfigEntry(one) || isConfigValue(one) || isTypeAlias(one),
  );
  const typed = isConfigValue(holder) ? entryOf(holder) : holder;
  return typed && enumOf(typed.type, new Set());
}

function enumOf(type: TypeExpression | undefined, seen: Set<AstNode>): Enum | undefined {
  const declared = type && isNamedType(type.base) ? type.base.declaration?.ref : undefined;
  if (!declared || seen.has(declared)) return undefined;
  if (isTypeAlias(declared)) return enumOf(declared.type, seen.add(declared));
  return declared.$type === 'Enum' ? declared : undefined;
}
