import { type Arranged, arrange, type Item, type Link } from './arrange.ts';
import { around, type Box, moved, type Point } from './geometry.ts';
import type { DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode, EdgeKind } from './graph.ts';
import { placeLabels } from './labels.ts';
import { groupTitleSize, labelSize, nodeSize } from './measures.ts';
import { nudged } from './nudge.ts';
import { type Ends, portsOf } from './ports.ts';
import { type Request, routeAll, type Terrain } from './route.ts';

export interface PlacedNode extends Box {
  readonly node: DiagramNode;
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
}

/** Room between the outline of a group and what stands in it. */
const padding = { x: 32, top: 46, bottom: 26 } as const;
const emptyGroup = { width: 200, height: 90 } as const;

const weights: { readonly [K in EdgeKind]: number } = {
  serve: 4,
  call: 3,
  relation: 2,
  publish: 2,
  use: 2,
  consume: 1,
};

/**
 * Lays a graph out: each group on its own, then the groups and loose nodes among each other, then the edges between them.
 * The same graph gives the same layout, to the pixel.
 */
export async function layOut(graph: DiagramGraph): Promise<LaidOut> {
  const { nodes, groups } = await placeBoxes(graph);
  const routes = routeEdges(graph, nodes, groups);
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
    ...[...routes.values()].flatMap((points) => points.map(dot)),
    ...labels.values(),
  ]);
  const by = { x: -whole.x, y: -whole.y };
  return {
    graph,
    width: Math.ceil(whole.width),
    height: Math.ceil(whole.height),
    nodes: graph.nodes.map((node) => ({ node, ...moved(plain(nodes.get(node.id)!), by) })),
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

const dot = ({ x, y }: Point): Box => ({ x: x - 4, y: y - 4, width: 8, height: 8 });
const plain = ({ x, y, width, height }: Box): Box => ({ x, y, width, height });

// ── boxes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Boxes {
  readonly nodes: ReadonlyMap<string, Arranged>;
  readonly groups: ReadonlyMap<string, Box>;
}

async function placeBoxes(graph: DiagramGraph): Promise<Boxes> {
  const homes = new Map(graph.nodes.map(({ id, group }) => [id, group] as const));
  const top = (id: string): string => homes.get(id) ?? id;
  const inside = new Map<string, ReadonlyMap<string, Arranged>>();
  const sizes = sizesOf(graph);
  for (const { id } of graph.groups) {
    const members = graph.nodes.filter(({ group }) => group === id);
    const links = graph.edges.filter(({ from, to }) => homes.get(from) === id && homes.get(to) === id).map(linkOf);
    inside.set(
      id,
      await arrange(
        members.map((node) => item(node, sizes)),
        links,
      ),
    );
  }
  const items: Item[] = [
    ...graph.groups.map((group) => ({ id: group.id, ...groupSize(group, inside.get(group.id)!) })),
    ...graph.nodes.filter(({ group }) => group === undefined).map((node) => item(node, sizes)),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
  const links = graph.edges.map(linkOf).map((link) => ({ ...link, from: top(link.from), to: top(link.to) }));
  const outside = await arrange(
    items,
    links.filter(({ from, to }) => from !== to),
  );
  const nodes = new Map<string, Arranged>();
  for (const { id, group } of graph.nodes)
    nodes.set(id, group === undefined ? outside.get(id)! : within(outside.get(group)!, inside.get(group)!.get(id)!));
  return { nodes, groups: new Map(graph.groups.map(({ id }) => [id, plain(outside.get(id)!)])) };
}

function sizesOf(graph: DiagramGraph): ReadonlyMap<string, { readonly width: number; readonly height: number }> {
  const out = Map.groupBy(graph.edges, ({ from }) => from);
  const into = Map.groupBy(graph.edges, ({ to }) => to);
  return new Map(
    graph.nodes.map((node) => [
      node.id,
      nodeSize(node, Math.max(out.get(node.id)?.length ?? 0, into.get(node.id)?.length ?? 0)),
    ]),
  );
}

const item = (
  node: DiagramNode,
  sizes: ReadonlyMap<string, { readonly width: number; readonly height: number }>,
): Item => ({
  id: node.id,
  alike: node.kind,
  ...sizes.get(node.id)!,
});

const linkOf = (edge: DiagramEdge): Link => ({
  from: edge.from,
  to: edge.to,
  weight: weights[edge.kind],
  label: labelSize(edge)?.width ?? 0,
});

function groupSize(
  group: DiagramGroup,
  members: ReadonlyMap<string, Box>,
): { readonly width: number; readonly height: number } {
  const title = groupTitleSize(group);
  const content = members.size === 0 ? emptyGroup : around([...members.values()]);
  return {
    width: Math.max(content.width + 2 * padding.x, title.width + 20),
    height: content.height + padding.top + padding.bottom,
  };
}

function within(group: Box, member: Arranged): Arranged {
  const by = { x: group.x + padding.x, y: group.y + padding.top };
  return { ...moved(member, by), column: { ...member.column, x: member.column.x + by.x } };
}

const titleOf = (group: DiagramGroup, box: Box): Box => ({ x: box.x, y: box.y, ...groupTitleSize(group) });

// ── edges ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function routeEdges(
  graph: DiagramGraph,
  nodes: ReadonlyMap<string, Arranged>,
  groups: ReadonlyMap<string, Box>,
): ReadonlyMap<string, readonly Point[]> {
  const boxes = new Map<string, Box>([...groups, ...nodes]);
  const columns = new Map<string, Box>([...groups, ...[...nodes].map(([id, node]) => [id, columnBox(node)] as const)]);
  const homes = new Map(graph.nodes.map(({ id, group }) => [id, group]));
  const terrain: Terrain = {
    obstacles: new Map([
      ...[...nodes.keys()].map((id) => [id, columns.get(id)!] as const),
      ...graph.groups.map((group) => [`title of ${group.id}`, titleOf(group, groups.get(group.id)!)] as const),
    ]),
    frames: groups,
  };
  const request = (edge: DiagramEdge, ends: Ends): Request => ({
    id: edge.id,
    ...ends,
    clear: { from: columns.get(edge.from)!, to: columns.get(edge.to)! },
    home: new Set([homes.get(edge.from), homes.get(edge.to)].filter((home) => home !== undefined)),
  });
  const run = (ports: ReadonlyMap<string, Ends>) =>
    routeAll(
      terrain,
      graph.edges.map((edge) => request(edge, ports.get(edge.id)!)),
    );
  const first = run(portsOf(graph.edges, boxes));
  // Now that it is known where edges turn, their ends can stand in an order that spares crossings.
  const second = run(portsOf(graph.edges, boxes, (edge, end) => leadOf(first.get(edge)!, end)));
  return nudged(second, terrain);
}

/** Nothing else stands beside a node in its column: keeping edges out of all of its width gives straight channels. */
const columnBox = (node: Arranged): Box => ({
  x: node.column.x,
  y: node.y,
  width: node.column.width,
  height: node.height,
});

/** How high or how far an edge goes at its first turn. */
function leadOf(points: readonly Point[], end: 'from' | 'to'): number | undefined {
  const [first, second, third] = end === 'from' ? points : points.toReversed();
  if (!first || !second) return undefined;
  return first.y === second.y ? (third ?? second).y : (third ?? second).x;
}
