import { type AstNode, AstUtils } from 'langium';
import {
  type FallbackPart,
  type Field,
  type File,
  isCallItem,
  isFallbackPart,
  isListLiteral,
  isMapType,
  isNamedType,
  isObjectLiteral,
  isOperation,
  isTypeAlias,
  type Literal,
  type ObjectEntry,
  type TypeExpression,
} from '../../grammar/generated/ast.ts';
import { fieldsOf } from './fields.ts';

/** An entry of a literal that answers instead of an operation, and the field of the message that it sets. */
interface SetField {
  readonly entry: ObjectEntry;
  readonly field: Field;
}

/** The entries that set a field, in the fallbacks of operations and of calls. */
export function entriesFor(field: Field, files: readonly File[]): readonly ObjectEntry[] {
  return files
    .flatMap((file) => file.declarations ?? [])
    .flatMap((one): readonly AstNode[] => (one.$type === 'Service' || one.$type === 'External' ? one.members : []))
    .flatMap((member) => (member.$type === 'Operation' || member.$type === 'Consumer' ? fallbacksOf(member) : []))
    .flatMap((part) => fieldsSetBy(part))
    .flatMap((one) => (one.field === field ? [one.entry] : []));
}

/** The field that an entry sets. */
export function fieldSetBy(entry: ObjectEntry): Field | undefined {
  const part = AstUtils.getContainerOfType(entry, isFallbackPart);
  return part && fieldsSetBy(part).find((one) => one.entry === entry)?.field;
}

function fallbacksOf(caller: AstNode): readonly FallbackPart[] {
  const members = 'members' in caller && Array.isArray(caller.members) ? (caller.members as readonly AstNode[]) : [];
  return members
    .flatMap((member): readonly AstNode[] => {
      if (member.$type !== 'Calls') return [member];
      return AstUtils.streamAst(member).filter(isFallbackPart).toArray();
    })
    .filter(isFallbackPart);
}

function fieldsSetBy(part: FallbackPart): readonly SetField[] {
  const around = AstUtils.getContainerOfType(part, (node) => isCallItem(node) || isOperation(node));
  const operation = isCallItem(around) ? around.target?.ref : around;
  return operation?.result && part.value ? setIn(part.value, operation.result) : [];
}

/** Aliases that lead to each other never end. */
const mostAliases = 10;

function setIn(literal: Literal, type: TypeExpression, aliases = 0): readonly SetField[] {
  if (isListLiteral(literal)) return literal.items.flatMap((item) => setIn(item, type, aliases));
  if (!isObjectLiteral(literal)) return [];
  const { base } = type;
  if (isMapType(base)) return literal.entries.flatMap(({ value }) => (value ? setIn(value, base.value) : []));
  const declared = isNamedType(base) ? base.declaration?.ref : undefined;
  if (isTypeAlias(declared)) return aliases < mostAliases ? setIn(literal, declared.type, aliases + 1) : [];
  if (declared?.$type !== 'Message') return [];
  const fields = fieldsOf(declared);
  return literal.entries.flatMap((entry) => {
    const field = fields.find(({ name }) => name === (entry.key ?? entry.quoted));
    return field ? [{ entry, field }, ...(entry.value ? setIn(entry.value, field.type) : [])] : [];
  });
}
