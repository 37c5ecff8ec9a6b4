import { AstUtils } from 'langium';
import {
  type Consumer,
  type ConsumerMember,
  type Declaration,
  type ExternalMember,
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
  type Operation,
  type OperationMember,
  type ServiceMember,
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
    .flatMap((file) => fallbacksIn(file))
    .flatMap((part) => fieldsSetBy(part))
    .flatMap((one) => (one.field === field ? [one.entry] : []));
}

/** The field that an entry sets. */
export function fieldSetBy(entry: ObjectEntry): Field | undefined {
  const part = AstUtils.getContainerOfType(entry, isFallbackPart);
  return part && fieldsSetBy(part).find((one) => one.entry === entry)?.field;
}

const known = new WeakMap<File, readonly FallbackPart[]>();

/** Those that give a literal: few of many thousand calls, so that nobody looks for them twice. */
function fallbacksIn(file: File): readonly FallbackPart[] {
  const found = known.get(file) ?? (file.declarations ?? []).flatMap(callersIn).flatMap(fallbacksOf);
  known.set(file, found);
  return found;
}

function callersIn(declaration: Declaration): readonly (Operation | Consumer)[] {
  if (declaration.$type !== 'Service' && declaration.$type !== 'External') return [];
  const members: readonly (ServiceMember | ExternalMember)[] = declaration.members;
  return members.filter((member) => member.$type === 'Operation' || member.$type === 'Consumer');
}

function fallbacksOf({ members }: Operation | Consumer): readonly FallbackPart[] {
  return (members as readonly (OperationMember | ConsumerMember)[]).flatMap((member): readonly FallbackPart[] => {
    if (isFallbackPart(member)) return member.value ? [member] : [];
    if (member.$type !== 'Calls') return [];
    const parts = member.groups.flatMap((group) => group.items).flatMap(({ policy }) => policy?.parts ?? []);
    return parts.filter(isFallbackPart).filter(({ value }) => value !== undefined);
  });
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
