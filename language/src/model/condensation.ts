import { type CallEdge, type CallNode, callGraph } from './call-graph.ts';
import type { Model } from './model.ts';
import { componentsOf } from './strong-components.ts';

/** The call graph with each loop drawn together to one component: it has no cycles any more. */
export interface Condensation {
  /** Callees before callers. */
  readonly components: readonly (readonly CallNode[])[];
  /** The components that are loops: of several nodes, or of one that calls itself. */
  readonly knots: readonly (readonly CallNode[])[];
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
  const nodes = [...callGraph(model).nodes.values()];
  const components = componentsOf(nodes.map(({ outgoing }) => outgoing.map(({ to }) => to.index))).map((component) =>
    component.map((index) => nodes[index] as CallNode),
  );
  const indexes = new Uint32Array(nodes.length);
  for (const [number, component] of components.entries()) for (const { index } of component) indexes[index] = number;
  const componentOf = ({ index }: CallNode): number => indexes[index] as number;
  return {
    components,
    knots: components.filter(([first, second]) => second || first?.outgoing.some(({ to }) => to === first)),
    componentOf,
    inLoop: ({ from, to }) => componentOf(from) === componentOf(to),
  };
}
