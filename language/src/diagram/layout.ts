import { type Composition, compose } from './compose.ts';
import { composeFrom } from './compose-from.ts';
import type { Dot } from './dot.ts';
import { around, type Box, bottom, moved, type Point, right } from './geometry.ts';
import type { DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode } from './graph.ts';
import { placeLabels } from './labels.ts';
import { layoutKey } from './layout-key.ts';
import { groupTitleSize, labelSize } from './measures.ts';
import { nudged } from './nudge.ts';
import { plainDot } from './plain-dot.ts';
import { type Ends, type Lead, middleOf, type Port, portsOf, type Side, type Sides } from './ports.ts';
import { type Request, routeAll, type Terrain } from './route.ts';
import { sidesOf } from './sides.ts';

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
    const kept = previous && composeFrom(dot, graph, previous);
    return placed(graph, kept ?? compose(dot, graph), kept !== undefined);
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

function placed(graph: DiagramGraph, { nodes, groups, ...rest }: Composition, stay: boolean): LaidOut {
  const routes = routeEdges(graph, { nodes, groups, ...rest });
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
    },
  );
  const whole = around([
    ...boxes.values(),
    ...[...routes.values()].flatMap((points) => points.map(speck)),
    ...labels.values(),
  ]);
  // What stays is moved only where something would stand left of or above the picture.
  const by = stay ? { x: Math.max(0, -whole.x), y: Math.max(0, -whole.y) } : { x: -whole.x, y: -whole.y };
  return {
    graph,
    width: Math.ceil(right(whole) + by.x),
    height: Math.ceil(bottom(whole) + by.y),
    shift: stay ? by : { x: 0, y: 0 },
    nodes: graph.nodes.map((node) => ({
      node,
      ...moved(nodes.get(node.id)!, by),
      slot: moved(rest.slots.get(node.id)!, by),
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
/** The title of a context stands at its top, that of a broker's lane at its left end. */
function titleOf(group: DiagramGroup, box: Box): Box {
  const { width, height } = groupTitleSize(group);
  return { x: box.x, y: box.y, width, height: group.kind === 'broker' ? box.height : height };
}

// ── edges ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function routeEdges(
  graph: DiagramGraph,
  { nodes, groups, slots, footed }: Composition,
): ReadonlyMap<string, readonly Point[]> {
  const boxes = new Map<string, Box>([...groups, ...nodes]);
  const clear = new Map<string, Box>([...groups, ...slots]);
  // Lanes are nobody's home: edges drop into them from above and do not run along in them.
  const contexts = new Set(graph.groups.filter(({ kind }) => kind === 'context').map(({ id }) => id));
  const homes = new Map(graph.nodes.map(({ id, group }) => [id, group]));
  const terrain: Terrain = {
    obstacles: new Map([
      ...[...nodes.keys()].map((id) => [id, slots.get(id)!] as const),
      ...graph.groups.map((group) => [`title of ${group.id}`, titleOf(group, groups.get(group.id)!)] as const),
    ]),
    frames: groups,
  };
  const run = (ways: (edge: DiagramEdge) => readonly Ends[]) =>
    routeAll(
      terrain,
      graph.edges.map(
        (edge): Request => ({
          id: edge.id,
          ways: ways(edge),
          clear: { from: clear.get(edge.from)!, to: clear.get(edge.to)! },
          home: new Set([edge.from, edge.to].flatMap((id) => homes.get(id) ?? []).filter((home) => contexts.has(home))),
        }),
      ),
    );
  const sides = new Map(graph.edges.map((edge) => [edge.id, sidesOf(edge, boxes, footed)]));
  const guess = portsOf(
    graph.edges.map((edge) => ({ ...edge, sides: sides.get(edge.id)![0]! })),
    boxes,
  );
  let routes = run((edge) => waysOf(edge, guess.get(edge.id)!, sides.get(edge.id)!, boxes));
  const chosen = graph.edges.map((edge) => ({ ...edge, sides: sidesOfEnds(routes.get(edge.id)!.ends) }));
  // Once it is known where edges go, their ends can stand in an order that spares crossings.
  for (let round = 0; round < roundsFor(graph.edges.length); round += 1) {
    const before = routes;
    const ports = portsOf(chosen, boxes, (edge, end) => leadOf(before.get(edge)!.points, end));
    routes = run((edge) => [ports.get(edge.id)!]);
  }
  const lines = new Map([...routes].map(([id, { points }]) => [id, points]));
  return nudged(lines, terrain, new Map([...routes].map(([id, { ends }]) => [id, ends])));
}

/** More rounds change nothing that one would see; in a large picture one round has to do. */
const roundsFor = (edges: number): number => (edges <= 200 ? 2 : 1);

const sidesOfEnds = ({ from, to }: Ends): Sides => ({ from: from.side, to: to.side });

/** The ends as guessed, and at the middles of the other sides that would do. */
function waysOf(edge: DiagramEdge, guess: Ends, sides: readonly Sides[], boxes: ReadonlyMap<string, Box>): Ends[] {
  const port = (side: Side, known: Port, id: string): Port =>
    side === known.side ? known : middleOf(boxes.get(id)!, side);
  return sides.map(({ from, to }) => ({ from: port(from, guess.from, edge.from), to: port(to, guess.to, edge.to) }));
}

/** An edge that only steps aside by this goes straight on, as far as the order of ends is concerned. */
const slight = 40;

function leadOf(points: readonly Point[], end: 'from' | 'to'): Lead {
  const [first, second, third] = end === 'from' ? points : points.toReversed();
  if (!first || !second) return { turn: 0, distance: 0, to: 0 };
  const flat = first.y === second.y;
  const [from, to] = flat ? [first.y, (third ?? second).y] : [first.x, (third ?? second).x];
  const distance = flat ? Math.abs(second.x - first.x) : Math.abs(second.y - first.y);
  const turn = Math.abs(to - from) <= slight ? 0 : (Math.sign(to - from) as Lead['turn']);
  return { turn, distance: turn === 0 ? 0 : distance, to };
}
