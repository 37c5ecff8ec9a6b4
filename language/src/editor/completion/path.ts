import type { LangiumDocument } from 'langium';
import type { LangiumServices } from 'langium/lsp';
import { type CompletionItem, CompletionItemKind, type Position, type TextEdit } from 'vscode-languageserver';
import { type Field, isEnum, isNamedType, isTypeAlias, type TypeExpression } from '../../grammar/generated/ast.ts';
import { declarationText } from '../declaration-text.ts';
import { requestFields } from '../names/plain-words.ts';
import { operationAround } from './around.ts';
import { spotAt } from './spot.ts';

/** Between `{` and `}` of a route's path: the parameters that a path can carry and this one does not yet; nothing elsewhere. */
export function pathItems(
  services: LangiumServices,
  document: LangiumDocument,
  position: Position,
): CompletionItem[] | undefined {
  const { textDocument } = document;
  const { line, character } = position;
  const text = textDocument.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  const before = /\broute\s+[A-Za-z]+\s+(\/[^\s"]*)\{([\w-]*)$/.exec(text.slice(0, character));
  if (!before || text.slice(0, before.index).includes('//')) return undefined;
  const [, path = '', typed = ''] = before;
  const [all, word = '', star = '', closer = ''] = /^([\w-]*)(\*?)(\}?)/.exec(text.slice(character)) ?? [''];
  const spot = spotAt(services, document, { line, character: before.index });
  const operation = spot && operationAround(spot);
  if (!operation) return [];
  const rest = closer === '' ? '' : /^\S*/.exec(text.slice(character + all.length))?.[0];
  const bound = new Set([...`${path}${rest}`.matchAll(/\{([\w-]+)/g)].map(([, name]) => name));
  const range = {
    start: { line, character: character - typed.length },
    end: { line, character: character + word.length + star.length + closer.length },
  };
  return requestFields(operation)
    .filter((field) => fitsPath(field) && !bound.has(field.name) && isAsTyped(services, typed, field.name))
    .map((field) => item(field, { range, newText: `${field.name}${star}}` }));
}

const isAsTyped = ({ shared }: LangiumServices, typed: string, name: string): boolean =>
  typed === '' || shared.lsp.FuzzyMatcher.match(typed, name);

function item(field: Field, textEdit: TextEdit): CompletionItem {
  const documentation = {
    kind: 'markdown' as const,
    value: `\`\`\`weir\n${declarationText(field) ?? field.name}\n\`\`\``,
  };
  return { label: field.name, kind: CompletionItemKind.Field, detail: 'parameter', documentation, textEdit };
}

/** A path holds one text: required, and neither a list nor anything with parts. */
const fitsPath = ({ type }: Field): boolean => type !== undefined && !type.optional && isSingle(type);

function isSingle({ base, list }: TypeExpression, depth = 0): boolean {
  if (list || depth > 10) return false;
  if (base?.$type === 'ScalarType') return base.scalar !== 'json';
  const declared = isNamedType(base) ? base.declaration?.ref : undefined;
  return isEnum(declared) || (isTypeAlias(declared) && !declared.type.optional && isSingle(declared.type, depth + 1));
}
