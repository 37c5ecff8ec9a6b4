import { type AstNode, CstUtils, type LangiumDocument, type LeafCstNode } from 'langium';
import type { Position } from 'vscode-languageserver-types';
import type { Consumer, Declaration, Operation } from '../grammar/generated/ast.ts';
import type { CallNode } from '../model/call-graph.ts';
import { callGraph } from '../model/call-graph.ts';
import type { Model } from '../model/model.ts';
import { fullNameOf } from '../syntax/exports.ts';

/** The full name by which the model knows a declaration, an operation or an event handler. */
export function idOf(node: AstNode): string | undefined {
  if (isCaller(node)) {
    const owner = idOf(node.$container);
    const name = callerName(node);
    return owner === undefined || name === undefined ? undefined : `${owner}.${name}`;
  }
  return node.$container?.$type === 'File' && node.$type !== 'Import' ? fullNameOf(node as Declaration) : undefined;
}

/** An event handler without a name of its own is called by its event's. */
function callerName(node: Operation | Consumer): string | undefined {
  if (node.name || node.$type === 'Operation') return node.name;
  const event = node.event?.$refText;
  return event && `On${event.slice(event.lastIndexOf('.') + 1)}`;
}

/** Is it what calls: an operation or an event handler? */
export function isCaller(node: AstNode): node is Operation | Consumer {
  return node.$type === 'Operation' || node.$type === 'Consumer';
}

/** The operation or event handler in the call graph. */
export function callNodeOf(model: Model, node: AstNode): CallNode | undefined {
  const id = isCaller(node) ? idOf(node) : undefined;
  return id === undefined ? undefined : callGraph(model).nodes.get(id);
}

const nameCharacters = /[\w-]/;

/** The word at a position: the one that begins there, else the one that ends there. */
export function wordAt({ parseResult, textDocument }: LangiumDocument, position: Position): LeafCstNode | undefined {
  const root = parseResult.value.$cstNode;
  const offset = textDocument.offsetAt(position);
  return root && CstUtils.findDeclarationNodeAtOffset(root, offset, nameCharacters);
}
