import { type CallEdge, type CallNode, callGraph } from './call-graph.ts';
import type { Model } from './model.ts';
import { strongComponents } from './strong-components.ts';

/** The call graph with each loop drawn together to one component: it has no cycles any more. */
export interface Condensation {
  /** Callees before callers. */
  readonly components: readonly (readonly CallNode[])[];
  /** The index of a node's component. */
  readonly componentOf: (node: CallNode) => number;
  /** Is the edge part of a loop, be it an operation that calls itself? */
  readonly inLoop: (edge: CallEdge) => boolean;
}

const known = new WeakMap<Model, Condensation>();

/** The condensed call graph of a model: made once for each model, in linear time. */
export function condensation(model: Model): Condensation {
  let condensed = known.get(model);
  if (!condensed) {
    condensed = build(model);
    known.set(model, condensed);
  }
  return condensed;
}

function build(model: Model): Condensation {
  const { nodes, outgoing } = callGraph(model);
  const components = strongComponents(nodes.values(), (node) => (outgoing.get(node.id) ?? []).map(({ to }) => to));
  const indexes = new Map<string, number>();
  for (const [index, component] of components.entries()) for (const { id } of component) indexes.set(id, index);
  const componentOf = ({ id }: CallNode): number => indexes.get(id) as number;
  return { components, componentOf, inLoop: ({ from, to }) => componentOf(from) === componentOf(to) };
}
