import { type EffectivePolicy, effectivePolicy } from './effective-policy.ts';
import { indexOf } from './index-of.ts';
import type { CallItem, Consumer, Model, Operation } from './model.ts';

/** A node: an operation or an event handler. */
export type CallNode =
  | { readonly kind: 'operation'; readonly id: string; readonly declaration: Operation }
  | { readonly kind: 'consumer'; readonly id: string; readonly declaration: Consumer };

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
  readonly outgoing: ReadonlyMap<string, readonly CallEdge[]>;
  readonly incoming: ReadonlyMap<string, readonly CallEdge[]>;
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

function build(model: Model): CallGraph {
  const nodes = new Map<string, CallNode>();
  for (const operation of indexOf(model).operations.values()) {
    nodes.set(operation.id, { kind: 'operation', id: operation.id, declaration: operation });
  }
  for (const consumer of model.services.flatMap((service) => service.consumers)) {
    if (!nodes.has(consumer.id)) nodes.set(consumer.id, { kind: 'consumer', id: consumer.id, declaration: consumer });
  }
  const edges: CallEdge[] = [];
  for (const from of nodes.values()) {
    for (const item of from.declaration.calls.flat()) {
      const to = item.target.id === undefined ? undefined : nodes.get(item.target.id);
      if (to) edges.push({ from, to, item, policy: effectivePolicy(model, from.declaration, item) });
    }
  }
  return { nodes, edges, outgoing: group(edges, (edge) => edge.from.id), incoming: group(edges, (edge) => edge.to.id) };
}

function group(edges: readonly CallEdge[], key: (edge: CallEdge) => string): ReadonlyMap<string, readonly CallEdge[]> {
  const groups = new Map<string, CallEdge[]>();
  for (const edge of edges) {
    const list = groups.get(key(edge));
    if (list) list.push(edge);
    else groups.set(key(edge), [edge]);
  }
  return groups;
}
