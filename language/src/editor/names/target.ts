import { type AstNode, CstUtils, GrammarUtils, isReference, type LangiumDocument, type LeafCstNode } from 'langium';
import type { Position } from 'vscode-languageserver-types';
import { type Event, type Import, isFile } from '../../grammar/generated/ast.ts';
import { packageOf } from '../../syntax/name-index.ts';
import { wordAt } from '../declared-id.ts';
import type { EditorProject } from '../workspace/projects.ts';
import { fieldsOf } from './fields.ts';
import { plainWordAt } from './plain-words.ts';

/** What a word means: something declared, or a package. */
export type Target = { readonly node: AstNode & { readonly name: string } } | { readonly package: string };

/** A word with what it means; `word` is all of a package's name. */
export interface Meant {
  readonly target: Target;
  readonly word: { readonly range: LeafCstNode['range']; readonly text: string };
}

/** What the word at a position means, wherever it stands: where it is declared, where it is used, in an import. */
export function meantAt(project: EditorProject, document: LangiumDocument, position: Position): Meant | undefined {
  const word = wordAt(document, position);
  if (!word) return undefined;
  const node = word.astNode;
  const property = GrammarUtils.findAssignment(word)?.feature;
  if ((isFile(node) && property === 'name') || (node.$type === 'Import' && property === 'package')) {
    const name = GrammarUtils.findNodeForProperty(node.$cstNode, property);
    const text = isFile(node) ? packageOf(node) : (node as Import).package;
    return name && text ? { target: { package: text }, word: { range: name.range, text } } : undefined;
  }
  const { textDocument } = document;
  const plain = plainWordAt(word, textDocument.offsetAt(position));
  if (plain) {
    const range = { start: textDocument.positionAt(plain.start), end: textDocument.positionAt(plain.end) };
    return { target: { node: plain.node }, word: { range, text: plain.node.name } };
  }
  const target = named(declared(project, node, property, word));
  return target && { target, word };
}

/** What has a name of its own: others only say one. */
const renameable: ReadonlySet<string> = new Set([
  ...['Message', 'ErrorMessage', 'Event', 'Enum', 'TypeAlias', 'Policy', 'Service', 'External', 'Resource', 'Auth'],
  ...['Gateway', 'BoundedContext', 'System', 'Environment', 'Operation', 'Consumer'],
  ...['Field', 'Oneof', 'EnumValue', 'ConfigEntry'],
]);

function named(node: AstNode | undefined): Target | undefined {
  if (!node) return undefined;
  if (isFile(node)) return node.name ? { package: node.name } : undefined;
  if (!renameable.has(node.$type)) return undefined;
  return 'name' in node && typeof node.name === 'string' && node.name !== ''
    ? { node: node as AstNode & { name: string } }
    : undefined;
}

function declared(
  project: EditorProject,
  node: AstNode,
  property: string | undefined,
  word: LeafCstNode,
): AstNode | undefined {
  if (property === undefined) return undefined;
  if (node.$type === 'Import' && property === 'names') {
    const [first] = project.index.declarations(`${(node as Import).package}.${word.text}`);
    return first && project.index.nodeOf(first);
  }
  if (node.$type === 'Event' && property === 'key') {
    return fieldsOf(node as Event).find(({ name }) => name === word.text);
  }
  const value = (node as unknown as Readonly<Record<string, unknown>>)[property];
  for (const reference of Array.isArray(value) ? value : [value]) {
    const written = isReference(reference) ? reference.$refNode : undefined;
    if (!isReference(reference) || !written || written.offset > word.offset || written.end < word.end) continue;
    return outwards(reference.ref, wordsBehind(written, word));
  }
  return property === 'name' ? node : undefined;
}

/** How many words of a qualified name stand behind one. */
function wordsBehind(
  name: NonNullable<ReturnType<typeof GrammarUtils.findNodeForProperty>>,
  word: LeafCstNode,
): number {
  return CstUtils.flattenCst(name)
    .filter(({ offset, text }) => offset > word.offset && text !== '.')
    .count();
}

/** In `shop.users.GetUser` the service stands before its operation, and the package before the service. */
function outwards(node: AstNode | undefined, words: number): AstNode | undefined {
  let found = node;
  for (let left = words; left > 0 && found && !isFile(found); left--) found = found.$container;
  return found;
}
