import { AstUtils } from 'langium';
import type { CallItem } from '../grammar/generated/ast.ts';
import type { CallEdge } from '../model/call-graph.ts';
import type { Model } from '../model/model.ts';
import { callNodeOf, isCaller } from './declared-id.ts';

/** The edge of the call graph that an item of `calls` is; nothing where its target could not be found. */
export function edgeOf(model: Model, item: CallItem): CallEdge | undefined {
  const caller = AstUtils.getContainerOfType(item, isCaller);
  const start = item.target?.$refNode?.range.start;
  const node = caller && callNodeOf(model, caller);
  return node?.outgoing.find(({ item: { target } }) => {
    return target.at.start.line - 1 === start?.line && target.at.start.column - 1 === start.character;
  });
}
