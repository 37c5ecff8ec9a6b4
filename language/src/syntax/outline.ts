import type { AstNode, Reference } from 'langium';
import type { File, Service } from '../grammar/generated/ast.ts';
import { keywordNode, propertyNode } from '../model/property-node.ts';
import { exportedNames } from './exports.ts';

/** A declaration or an operation of a file, and where it stands there: offsets in the text. */
export interface OutlinedName {
  /** In full. */
  readonly name: string;
  /** What kind of node it is. */
  readonly type: string;
  /** Of the node, from the root of its tree. */
  readonly path: string;
  /** Of the name. */
  readonly at: number;
  readonly atEnd: number;
  readonly from: number;
  /** Behind the annotations. */
  readonly head: number;
  readonly to: number;
  /** Where its block begins. */
  readonly block: number | undefined;
  readonly isDeprecated: boolean;
}

/** A name that a file gives something else, and where: offsets in the text. */
export interface OutlinedReference {
  readonly text: string;
  /** The kind of node that names it, and the property. */
  readonly holder: string;
  readonly property: string;
  readonly from: number;
  readonly to: number;
}

/** What a file declares and names: as much of its tree as is asked for of files that nobody looks at. */
export interface Outline {
  readonly names: readonly OutlinedName[];
  readonly references: readonly OutlinedReference[];
}

export function outlineOf(file: File): Outline {
  const references: OutlinedReference[] = [];
  collect(file, references);
  return { names: exportedNames(file).map(({ name, node }) => outlined(name, node)), references };
}

function outlined(name: string, node: AstNode): OutlinedName {
  const { from, to } = stretchOf(node.$cstNode);
  const { from: at, to: atEnd } = stretchOf(propertyNode(node, 'name') ?? node.$cstNode);
  const annotations =
    (node as { readonly annotations?: readonly (AstNode & { readonly name?: string })[] }).annotations ?? [];
  const head = Math.max(from, ...annotations.map(({ $cstNode }) => stretchOf($cstNode).to));
  const isDeprecated = annotations.some((one) => one.name === 'deprecated');
  const block = keywordNode(node, '{')?.offset;
  return { name, type: node.$type, path: pathOf(node), at, atEnd, from, head, to, block, isDeprecated };
}

/** As Langium writes it: of a declaration in its file, of an operation in its declaration. */
function pathOf(node: AstNode): string {
  const owner = node.$container as File | Service | undefined;
  if (!owner) return '';
  const [list, all]: readonly [string, readonly AstNode[]] =
    owner.$type === 'File' ? ['declarations', owner.declarations] : ['members', owner.members];
  return `${pathOf(owner)}/${list}@${all.indexOf(node)}`;
}

/** Every node of every file comes by here at the start: no list is made of its properties. */
function collect(node: AstNode, found: OutlinedReference[]): void {
  for (const property in node) {
    if (property.startsWith('$')) continue;
    const value = (node as unknown as Readonly<Record<string, unknown>>)[property];
    if (!Array.isArray(value)) note(node, property, 0, value, found);
    else for (let index = 0; index < value.length; index++) note(node, property, index, value[index], found);
  }
}

function note(node: AstNode, property: string, index: number, value: unknown, found: OutlinedReference[]): void {
  if (typeof value !== 'object' || value === null) return;
  if ('$refText' in value) {
    const { $refText: text, $refNode } = value as Reference;
    const { from, to } = stretchOf($refNode ?? propertyNode(node, property, index));
    found.push({ text, holder: node.$type, property, from, to });
  } else if ('$type' in value) collect(value as AstNode, found);
}

const stretchOf = (
  cst: { readonly offset: number; readonly end: number } | undefined,
): { from: number; to: number } => ({
  from: cst?.offset ?? 0,
  to: cst?.end ?? 0,
});
