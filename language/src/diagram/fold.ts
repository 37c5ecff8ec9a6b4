import { byId } from './by-id.ts';
import type { DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode } from './graph.ts';
import { counted, listed } from './quantities.ts';

/** Above so many nodes nobody reads a picture, and layout takes seconds (measured in the design's `models.md`). */
const foldAbove = 500;

/** Full names of contexts, all of them, or all where there are very many nodes. */
export type Fold = 'auto' | 'all' | readonly string[];

/** The graph with contexts drawn as one node each: those named, all, or with `auto` all where there are very many nodes. */
export function fold(graph: DiagramGraph, wanted: Fold): DiagramGraph {
  if (wanted === 'auto' && graph.nodes.length <= foldAbove) return graph;
  const isWanted = (id: string): boolean => typeof wanted === 'string' || wanted.includes(id.slice('context:'.length));
  return folded(graph, new Set(graph.groups.map(({ id }) => id).filter(isWanted)));
}

/** The graph with the contexts of these ids drawn as one node each. */
export function folded(graph: DiagramGraph, ids: ReadonlySet<string>): DiagramGraph {
  const folded = new Set(graph.groups.filter(({ kind, id }) => kind === 'context' && ids.has(id)).map(({ id }) => id));
  if (folded.size === 0) return graph;
  const into = new Map(
    graph.nodes.flatMap(({ id, group }) => (group !== undefined && folded.has(group) ? [[id, group]] : [])),
  );
  const contexts = graph.groups.filter(({ id }) => folded.has(id)).map((context) => foldedNode(context, graph.nodes));
  return {
    ...graph,
    nodes: [...graph.nodes.filter(({ id }) => !into.has(id)), ...contexts].sort(byId),
    groups: graph.groups.filter(({ id }) => !folded.has(id)),
    edges: foldedEdges(graph.edges, into),
  };
}

function foldedNode({ kind: _, subtitle: __, ...context }: DiagramGroup, nodes: readonly DiagramNode[]): DiagramNode {
  const members = nodes.filter(({ group }) => group === context.id);
  const services = members.filter(({ kind }) => kind === 'service').length;
  return {
    ...context,
    kind: 'context',
    lines: [
      listed(counted(services, 'service'), members.length > services && counted(members.length - services, 'resource')),
    ],
    badges: [],
  };
}

function foldedEdges(edges: readonly DiagramEdge[], into: ReadonlyMap<string, string>): DiagramEdge[] {
  const moved = edges.map((edge) => ({
    ...edge,
    from: into.get(edge.from) ?? edge.from,
    to: into.get(edge.to) ?? edge.to,
  }));
  const outside = moved.filter((edge, i) => edge.from !== edge.to || edges[i]!.from === edges[i]!.to);
  return [...Map.groupBy(outside, ({ kind, from, to }) => `${kind}:${from}->${to}`)]
    .map(([id, same]): DiagramEdge => {
      const [first] = same;
      if (same.length === 1 && first) return { ...first, id };
      const { label: _, transport: __, ...rest } = first!;
      const details = [...new Set(same.flatMap((edge) => edge.details))].sort();
      return {
        ...rest,
        id,
        label: counted(details.length, rest.kind === 'relation' ? 'relation' : rest.kind),
        details,
      };
    })
    .sort(byId);
}
