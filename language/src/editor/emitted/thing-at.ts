import { type AstNode, AstUtils, CstUtils, type LangiumDocument } from 'langium';
import type { Position } from 'vscode-languageserver-types';
import { isFile } from '../../grammar/generated/ast.ts';
import { meantAt } from '../names/target.ts';
import type { EditorProject } from '../workspace/projects.ts';
import type { Thing } from './files-of.ts';

/** What a position is about: what the word there means, or else what is declared around it. */
export function thingAt(project: EditorProject, document: LangiumDocument, position: Position): Thing | undefined {
  const target = meantAt(project, document, position)?.target;
  const node = target && 'node' in target ? target.node : around(document, position);
  const names = node ? namesOf(node) : [];
  const declared = node && names.length > 0 ? AstUtils.getDocument(node).uri.toString() : undefined;
  const file = declared === undefined ? undefined : project.files.get(declared);
  const start = node?.$cstNode?.range.start;
  return file === undefined || !start
    ? undefined
    : { file, at: { line: start.line + 1, column: start.character + 1 }, names };
}

/** What stands at a position, or where nothing does, before it. */
function around({ parseResult, textDocument }: LangiumDocument, position: Position): AstNode | undefined {
  const root = parseResult.value.$cstNode;
  const offset = textDocument.offsetAt(position);
  const leaf =
    root && (CstUtils.findDeclarationNodeAtOffset(root, offset) ?? CstUtils.findLeafNodeBeforeOffset(root, offset));
  return leaf && AstUtils.getContainerOfType(leaf.astNode, (node): node is AstNode => nameOf(node) !== undefined);
}

/** From the declaration inwards. */
function namesOf(node: AstNode): string[] {
  const names: string[] = [];
  for (let one: AstNode | undefined = node; one && !isFile(one); one = one.$container) {
    const name = nameOf(one);
    if (name !== undefined) names.unshift(name);
  }
  return names;
}

/** Only what is declared has a place where one may look for it. */
const declaring: ReadonlySet<string> = new Set([
  ...['Message', 'ErrorMessage', 'Event', 'Enum', 'TypeAlias', 'Policy', 'Service', 'External', 'Resource', 'Auth'],
  ...[
    'Gateway',
    'BoundedContext',
    'System',
    'Environment',
    'Operation',
    'Consumer',
    'Field',
    'EnumValue',
    'ConfigEntry',
  ],
]);

function nameOf(node: AstNode): string | undefined {
  if (!declaring.has(node.$type)) return undefined;
  if ('name' in node && typeof node.name === 'string' && node.name !== '') return node.name;
  const event = 'event' in node ? (node.event as { readonly $refText?: string } | undefined)?.$refText : undefined;
  return node.$type === 'Consumer' && event ? `On${event.slice(event.lastIndexOf('.') + 1)}` : undefined;
}
