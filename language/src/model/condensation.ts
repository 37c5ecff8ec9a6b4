import { type CallEdge, type CallNode, callGraph } from './call-graph.ts';
import type { Model } from './model.ts';
import { componentsOf } from './strong-components.ts';

/** The call graph with each loop drawn together to one component: it has no cycles any more. */
export interface Condensation {
  /** How many components there are. */
  readonly size: number;
  /** All nodes, component after component: callees before callers, and callers before callees. */
  readonly calleesFirst: readonly CallNode[];
  readonly callersFirst: readonly CallNode[];
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
  const { members, ends } = componentsOf(nodes.length, (node, i) => nodes[node]?.outgoing[i]?.to.index);
  const numbers = new Uint32Array(nodes.length);
  const calleesFirst = members.map((index) => nodes[index] as CallNode);
  const callersFirst: CallNode[] = [];
  const knots: CallNode[][] = [];
  for (let number = ends.length - 1; number >= 0; number--) {
    const start = ends[number - 1] ?? 0;
    const end = ends[number] as number;
    for (let i = start; i < end; i++) {
      const node = calleesFirst[i] as CallNode;
      numbers[node.index] = number;
      callersFirst.push(node);
    }
    if (end - start > 1 || callsItself(calleesFirst[start])) knots.push(calleesFirst.slice(start, end));
  }
  const componentOf = ({ index }: CallNode): number => numbers[index] as number;
  return {
    size: ends.length,
    calleesFirst,
    callersFirst,
    knots: knots.reverse(),
    componentOf,
    inLoop: ({ from, to }) => componentOf(from) === componentOf(to),
  };
}

const callsItself = (node: CallNode | undefined): boolean => node?.outgoing.some(({ to }) => to === node) === true;
