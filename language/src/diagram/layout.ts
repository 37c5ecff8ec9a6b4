import { type Composition, compose } from './compose.ts';
import { composeFrom } from './compose-from.ts';
import type { Dot } from './dot.ts';
import { around, type Box, bottom, moved, type Point, right } from './geometry.ts';
import type { DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode } from './graph.ts';
import { placeLabels } from './labels.ts';
import { layoutKey } from './layout-key.ts';
import { labelSize } from './measures.ts';
import { plainDot } from './plain-dot.ts';
import { routeEdges } from './route-edges.ts';
import { titleOf } from './terrain.ts';

export interface PlacedNode extends Box {
  readonly node: DiagramNode;
  /** What edges keep clear of around it: as wide as its column. */
  readonly slot: Box;
}

export interface PlacedGroup extends Box {
  readonly group: DiagramGroup;
}

export interface PlacedEdge {
  readonly edge: DiagramEdge;
  /** Corners of a line of horizontal and vertical pieces, from the outline of `from` to the outline of `to`. */
  readonly points: readonly Point[];
  /** Absent when there is nothing to say, or no place where it could be read. */
  readonly label?: Box;
}

/** A graph with a place for everything; the upper left corner of it all is at the origin. Pixels. */
export interface LaidOut {
  readonly graph: DiagramGraph;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly groups: readonly PlacedGroup[];
  readonly edges: readonly PlacedEdge[];
  /** Was there no time for the layout that it could have? */
  readonly simple?: true;
  /** By how much everything had to move since the previous layout: a view that moves by as much shows what it showed. */
  readonly shift: Point;
}

export interface LayoutOptions {
  /** The layout before an edit: what it knows stays where it is, and what is new finds a place beside its neighbours. */
  readonly previous?: LaidOut | undefined;
}

/** Layout as a plain function. */
export type Layout = (graph: DiagramGraph, options?: LayoutOptions) => LaidOut;

/** Layout without Graphviz: less good, and always soon done. Also for changes that keep almost all of a layout. */
export const plainLayout: Layout = layoutBy(plainDot);

/** Layout by something that places what belongs together. */
export function layoutBy(dot: Dot): Layout {
  return (graph, { previous } = {}) => {
    if (previous && layoutKey(previous.graph) === layoutKey(graph)) return retold(previous, graph);
    return placed(graph, (previous && composeFrom(dot, graph, previous)) ?? compose(dot, graph));
  };
}

/** The same layout of a graph that differs in nothing that matters to it: places and comments are the new ones. */
function retold(previous: LaidOut, graph: DiagramGraph): LaidOut {
  return {
    ...previous,
    graph,
    nodes: previous.nodes.map((box, i) => ({ ...box, node: graph.nodes[i]! })),
    groups: previous.groups.map((box, i) => ({ ...box, group: graph.groups[i]! })),
    edges: previous.edges.map((drawn, i) => ({ ...drawn, edge: graph.edges[i]! })),
    shift: { x: 0, y: 0 },
  };
}

function placed(graph: DiagramGraph, composition: Composition): LaidOut {
  const { nodes, groups, slots } = composition;
  const { routes, standing } = routeEdges(graph, composition);
  const boxes = new Map([...nodes, ...groups].map(([id, box]) => [id, box as Box]));
  const labels = placeLabels(
    graph.edges.flatMap((edge) => {
      const size = labelSize(edge);
      return size ? [{ edge: edge.id, ...size }] : [];
    }),
    {
      boxes: [...nodes.values(), ...graph.groups.map((group) => titleOf(group, boxes.get(group.id)!))],
      frames: [...groups.values()],
      routes,
      standing,
    },
  );
  const whole = around([
    ...boxes.values(),
    ...[...routes.values()].flatMap((points) => points.map(speck)),
    ...labels.values(),
  ]);
  // What stays is moved only where something would stand left of or above the picture.
  const stay = composition.before !== undefined;
  const by = stay ? { x: Math.max(0, -whole.x), y: Math.max(0, -whole.y) } : { x: -whole.x, y: -whole.y };
  return {
    graph,
    width: Math.ceil(right(whole) + by.x),
    height: Math.ceil(bottom(whole) + by.y),
    shift: stay ? by : { x: 0, y: 0 },
    nodes: graph.nodes.map((node) => ({
      node,
      ...moved(nodes.get(node.id)!, by),
      slot: moved(slots.get(node.id)!, by),
    })),
    groups: graph.groups.map((group) => ({ group, ...moved(groups.get(group.id)!, by) })),
    edges: graph.edges.map((edge) => {
      const label = labels.get(edge.id);
      return {
        edge,
        points: routes.get(edge.id)!.map((point) => moved(point, by)),
        ...(label ? { label: moved(label, by) } : {}),
      };
    }),
  };
}

const speck = ({ x, y }: Point): Box => ({ x: x - 4, y: y - 4, width: 8, height: 8 });
