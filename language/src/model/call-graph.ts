import { type EffectivePolicy, effectivePolicy } from './effective-policy.ts';
import { indexOf } from './index-of.ts';
import type { CallItem, Consumer, Model, Operation } from './model.ts';

/** A node: an operation or an event handler, with the edges that leave it and those that reach it, in the order of the model. */
export type CallNode = {
  readonly id: string;
  /** Its place in `nodes`: what is known of each node can stand in an array. */
  readonly index: number;
  readonly outgoing: readonly CallEdge[];
  readonly incoming: readonly CallEdge[];
} & (
  | { readonly kind: 'operation'; readonly declaration: Operation }
  | { readonly kind: 'consumer'; readonly declaration: Consumer }
);

/** An edge: an item of `calls` whose target could be found. */
export interface CallEdge {
  readonly from: CallNode;
  readonly to: CallNode;
  readonly item: CallItem;
  readonly policy: EffectivePolicy;
}

export interface CallGraph {
  /** In the order of the model. */
  readonly nodes: ReadonlyMap<string, CallNode>;
  readonly edges: readonly CallEdge[];
}

const known = new WeakMap<Model, CallGraph>();

/** The call graph of a model: made once for each model. */
export function callGraph(model: Model): CallGraph {
  let graph = known.get(model);
  if (!graph) {
    graph = build(model);
    known.set(model, graph);
  }
  return graph;
}

/** A node while its edges are being found. */
interface Growing {
  outgoing: readonly CallEdge[];
  incoming: readonly CallEdge[];
}

/** Most nodes have no edges on one side: they share this. */
const none: readonly CallEdge[] = [];

function withEdge(edges: readonly CallEdge[], edge: CallEdge): readonly CallEdge[] {
  if (edges === none) return [edge];
  (edges as CallEdge[]).push(edge);
  return edges;
}

function build(model: Model): CallGraph {
  const nodes = nodesOf(model);
  const edges: CallEdge[] = [];
  for (const from of nodes.values()) {
    for (const group of from.declaration.calls) {
      for (const item of group) {
        const to = item.target.id === undefined ? undefined : nodes.get(item.target.id);
        if (!to) continue;
        const edge = { from, to, item, policy: effectivePolicy(model, from.declaration, item) };
        edges.push(edge);
        (from as Growing).outgoing = withEdge(from.outgoing, edge);
        (to as Growing).incoming = withEdge(to.incoming, edge);
      }
    }
  }
  return { nodes, edges };
}

function nodesOf(model: Model): ReadonlyMap<string, CallNode> {
  const nodes = new Map<string, CallNode>();
  for (const [id, declaration] of indexOf(model).operations) {
    nodes.set(id, { kind: 'operation', id, index: nodes.size, declaration, outgoing: none, incoming: none });
  }
  for (const { consumers } of model.services) {
    for (const declaration of consumers) {
      const { id } = declaration;
      if (nodes.has(id)) continue;
      nodes.set(id, { kind: 'consumer', id, index: nodes.size, declaration, outgoing: none, incoming: none });
    }
  }
  return nodes;
}
