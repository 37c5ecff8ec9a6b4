import type { CallEdge, CallNode } from './call-graph.ts';

/** What the calls of an operation or handler take together. Milliseconds. */
export interface CriticalPath {
  readonly ms: number;
  /** Of each sequential group the item that takes longest, the first of equals; groups that take no time are left out. */
  readonly steps: readonly { readonly edge: CallEdge; readonly ms: number }[];
}

const nothing: CriticalPath = { ms: 0, steps: [] };

/** Groups one after the other, the items of a group in parallel. Calls of unknown operations take no time. */
export function criticalPath({ outgoing, declaration }: CallNode, timeOf: (edge: CallEdge) => number): CriticalPath {
  if (outgoing.length === 0) return nothing;
  const steps: { edge: CallEdge; ms: number }[] = [];
  let next = 0;
  for (const group of declaration.calls) {
    let longest: { edge: CallEdge; ms: number } | undefined;
    for (const item of group) {
      // Edges stand in the order of their items.
      const edge = outgoing[next];
      if (edge?.item !== item) continue;
      next++;
      const ms = timeOf(edge);
      if (ms > (longest?.ms ?? 0)) longest = { edge, ms };
    }
    if (longest) steps.push(longest);
  }
  return { ms: steps.reduce((sum, { ms }) => sum + ms, 0), steps };
}
