import { Graphviz } from '@hpcc-js/wasm-graphviz';
import type { Point, Size } from './geometry.ts';

/** Something to place, as large as it will be drawn. */
export interface DotNode extends Size {
  readonly id: string;
}

export interface DotEdge {
  readonly from: string;
  readonly to: string;
  /** How much it is worth to keep the edge short and straight. */
  readonly weight: number;
  /** Orders the nodes and is not drawn. */
  readonly hidden?: boolean;
}

/** Graphviz counts in points and inches of 72 points; one pixel is one point here. */
const pointsPerInch = 72;
const inches = (pixels: number): string => (pixels / pointsPerInch).toFixed(4);

/** Where the middles of the nodes are. */
export type Dot = (
  nodes: readonly DotNode[],
  edges: readonly DotEdge[],
  gaps: { readonly between: number; readonly ranks: number },
) => ReadonlyMap<string, Point>;

/**
 * Layout from left to right by Graphviz' `dot` (Gansner, Koutsofios, North, Vo: A technique for drawing directed graphs,
 * 1993). Nodes of one rank have the same `x`. The order of nodes and edges decides ties.
 */
export async function loadDot(): Promise<Dot> {
  const graphviz = await Graphviz.load();
  return (nodes, edges, gaps) =>
    nodes.length === 0 ? new Map() : positions(graphviz.layout(textOf(nodes, edges, gaps), 'plain', 'dot'), nodes);
}

function textOf(...[nodes, edges, gaps]: Parameters<Dot>): string {
  const numbers = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  return [
    'digraph {',
    `rankdir=LR; ordering=out; nodesep=${inches(gaps.between)}; ranksep=${inches(gaps.ranks)};`,
    // Less patience with large graphs: the default would take seconds for what one does not see.
    ...(nodes.length > 100 ? ['nslimit=2; nslimit1=2; mclimit=0.4;'] : []),
    'node [shape=box, fixedsize=true, label=""]; edge [arrowhead=none];',
    ...nodes.map((node, i) => `n${i} [width=${inches(node.width)}, height=${inches(node.height)}];`),
    ...edges.map(
      ({ from, to, weight, hidden }) =>
        `${numbers.get(from)} -> ${numbers.get(to)} [weight=${weight}${hidden ? ', style=invis' : ''}];`,
    ),
    '}',
  ].join('\n');
}

/** Reads Graphviz' `plain` format: `node <name> <x> <y> …`, in inches, with y growing upwards. */
function positions(plain: string, nodes: readonly DotNode[]): ReadonlyMap<string, Point> {
  const placed = new Map<string, Point>();
  for (const line of plain.split('\n')) {
    const [word, name, x, y] = line.split(' ');
    const node = word === 'node' ? nodes[Number(name?.slice(1))] : undefined;
    if (node)
      placed.set(node.id, { x: Math.round(Number(x) * pointsPerInch), y: Math.round(-Number(y) * pointsPerInch) });
  }
  return placed;
}
