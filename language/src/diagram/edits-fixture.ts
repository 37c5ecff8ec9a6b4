import type { DiagramGraph } from './graph.ts';
import { byId, edge, serviceNode, unique } from './random-graph-fixture.ts';

export interface Edit {
  readonly graph: DiagramGraph;
  /** Ids before and after of what was not meant. */
  readonly others: readonly (readonly [string, string])[];
}

function added(graph: DiagramGraph, random: () => number, turn: number): Edit {
  const neighbours = [0, 1]
    .map(() => graph.nodes.filter(({ kind }) => kind === 'service'))
    .map((all) => all[Math.floor(random() * all.length)]!);
  const node = serviceNode(`new${turn}`, neighbours[0]!.group);
  return {
    graph: {
      ...graph,
      nodes: [...graph.nodes, node].sort(byId),
      edges: unique([
        ...graph.edges,
        edge('call', neighbours[0]!.id, node.id),
        edge('call', node.id, neighbours[1]!.id),
      ]),
    },
    others: graph.nodes.map(({ id }) => [id, id]),
  };
}

function removed(graph: DiagramGraph, random: () => number): Edit {
  const gone = graph.nodes[Math.floor(random() * graph.nodes.length)]!.id;
  const nodes = graph.nodes.filter(({ id }) => id !== gone);
  return {
    graph: {
      ...graph,
      nodes,
      // A broker without events is no lane.
      groups: graph.groups.filter(({ id, kind }) => kind === 'context' || nodes.some(({ group }) => group === id)),
      edges: graph.edges.filter(({ from, to }) => from !== gone && to !== gone),
    },
    others: nodes.map(({ id }) => [id, id]),
  };
}

/** One that gets a new name stays where it is, so it is one of those that should not move. */
function renamed(graph: DiagramGraph, random: () => number, turn: number): Edit {
  const services = graph.nodes.filter(({ kind }) => kind === 'service');
  const old = services[Math.floor(random() * services.length)]!;
  const id = `service:aaa${turn}`;
  const swap = (other: string): string => (other === old.id ? id : other);
  return {
    graph: {
      ...graph,
      nodes: graph.nodes.map((node) => (node === old ? { ...node, id, name: `aaa${turn}` } : node)).sort(byId),
      edges: unique(graph.edges.map(({ kind, from, to }) => edge(kind, swap(from), swap(to)))),
    },
    others: graph.nodes.map((node) => [node.id, swap(node.id)]),
  };
}

/** Edits of a graph, the same for the same numbers. */
export const edits = { add: added, remove: removed, rename: renamed } as const;
