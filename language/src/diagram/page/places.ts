import type { Box, Point } from '../geometry.ts';
import type { DiagramGraph } from '../graph.ts';
import type { LaidOut } from '../layout.ts';

/** Where everything stands, as short as it can be said: numbers in the order of the graph. */
export interface Places {
  readonly width: number;
  readonly height: number;
  /** Contexts that are drawn as one node. */
  readonly folded: readonly string[];
  /** Box and slot of each node. */
  readonly nodes: readonly (readonly number[])[];
  readonly groups: readonly (readonly number[])[];
  /** Corners of each line, and the box of its label. */
  readonly edges: readonly (readonly [points: readonly number[], label?: readonly number[]])[];
  /** Has the layout been given up for a simpler one? */
  readonly simple?: true;
}

const numbers = ({ x, y, width, height }: Box): number[] => [x, y, width, height];

export function placesOf({ graph, width, height, nodes, groups, edges, simple }: LaidOut): Places {
  return {
    width,
    height,
    folded: graph.nodes.filter(({ kind }) => kind === 'context').map(({ id }) => id),
    nodes: nodes.map((node) => [...numbers(node), ...numbers(node.slot)]),
    groups: groups.map(numbers),
    edges: edges.map(({ points, label }) => {
      const line = points.flatMap(({ x, y }) => [x, y]);
      return label ? [line, numbers(label)] : [line];
    }),
    ...(simple ? { simple } : {}),
  };
}

const boxOf = ([x = 0, y = 0, width = 0, height = 0]: readonly number[]): Box => ({ x, y, width, height });
const pointsOf = (line: readonly number[]): Point[] =>
  line.flatMap((x, i) => (i % 2 === 0 ? [{ x, y: line[i + 1]! }] : []));

/** The layout again, of the graph that it was made for. */
export function laidOutOf(graph: DiagramGraph, { width, height, nodes, groups, edges, simple }: Places): LaidOut {
  return {
    graph,
    width,
    height,
    shift: { x: 0, y: 0 },
    nodes: graph.nodes.map((node, i) => ({ node, ...boxOf(nodes[i]!), slot: boxOf(nodes[i]!.slice(4)) })),
    groups: graph.groups.map((group, i) => ({ group, ...boxOf(groups[i]!) })),
    edges: graph.edges.map((edge, i) => {
      const [line, label] = edges[i]!;
      return { edge, points: pointsOf(line), ...(label ? { label: boxOf(label) } : {}) };
    }),
    ...(simple ? { simple } : {}),
  };
}
