import { type CallEdge, type CallNode, callGraph } from './call-graph.ts';
import type { Model } from './model.ts';

/** What the calls of an operation or handler take together. Milliseconds. */
export interface CriticalPath {
  readonly ms: number;
  /** Of each sequential group the item that takes longest, the first of equals; groups that take no time are left out. */
  readonly steps: readonly { readonly edge: CallEdge; readonly ms: number }[];
}

/** Groups one after the other, the items of a group in parallel. Calls of unknown operations take no time. */
export function criticalPath(model: Model, node: CallNode, timeOf: (edge: CallEdge) => number): CriticalPath {
  const edges = new Map((callGraph(model).outgoing.get(node.id) ?? []).map((edge) => [edge.item, edge]));
  const steps: { edge: CallEdge; ms: number }[] = [];
  for (const group of node.declaration.calls) {
    let longest: { edge: CallEdge; ms: number } | undefined;
    for (const item of group) {
      const edge = edges.get(item);
      const ms = edge ? timeOf(edge) : 0;
      if (edge && ms > (longest?.ms ?? 0)) longest = { edge, ms };
    }
    if (longest) steps.push(longest);
  }
  return { ms: steps.reduce((sum, { ms }) => sum + ms, 0), steps };
}
