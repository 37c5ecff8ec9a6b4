import {
  type Arranged,
  arrange,
  arrangeInRows,
  farFromScreen,
  type Item,
  type Link,
  shapeOf,
  tracksRoom,
} from './arrange.ts';
import { type Cell, cellOf, feetOf, isResource, sizesOf } from './cells.ts';
import type { Dot } from './dot.ts';
import { around, type Box, bottom, centre, moved, type Size } from './geometry.ts';
import type { DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode, EdgeKind } from './graph.ts';
import { type Placed, placeLanes, placeShared } from './lanes.ts';
import { groupTitleSize, labelSize } from './measures.ts';
import { mean, rowsByWish } from './rows.ts';
import type { Succession } from './succession.ts';

/** Where everything stands, before edges are routed. */
export interface Composition {
  readonly nodes: ReadonlyMap<string, Box>;
  readonly groups: ReadonlyMap<string, Box>;
  /** What edges must keep clear of around a node: as wide as its column. */
  readonly slots: ReadonlyMap<string, Box>;
  /** Ids of services with resources right below them. */
  readonly footed: ReadonlySet<string>;
  /** The layout that it goes on from. */
  readonly before?: Succession;
}

/** Room between the outline of a context and what stands in it. */
export const padding = { x: 32, top: 46, bottom: 28 } as const;
const emptyGroup = { width: 180, height: 40 } as const;

const weights: { readonly [K in EdgeKind]: number } = {
  serve: 4,
  call: 3,
  relation: 2,
  use: 2,
  publish: 1,
  consume: 1,
};

/**
 * Places all boxes. Calls run from left to right, data stands below the services that own it, and brokers are lanes along
 * the bottom. Each context is arranged on its own, then contexts and what stands outside them are arranged together.
 */
export function compose(dot: Dot, graph: DiagramGraph): Composition {
  const feet = feetOf(graph);
  const cells = new Map<string, Cell>();
  const sizes = sizesOf(graph, feet);
  for (const node of graph.nodes) if (!feet.standing.has(node.id)) cells.set(node.id, cellOf(node, feet, sizes));
  const contexts = new Map<string, Inside>();
  for (const group of graph.groups) {
    if (group.kind === 'context') contexts.set(group.id, arrangeContext(dot, graph, group, cells, sizes));
  }
  const placed: Placed = { nodes: new Map(), groups: new Map(), slots: new Map() };
  const shared = sharedByAll(graph, cells);
  const loose = graph.nodes.filter(
    (node) => node.group === undefined && node.kind !== 'event' && cells.has(node.id) && !shared.includes(node),
  );
  const outside = arrangeOutside(
    dot,
    graph,
    loose.map(({ id }) => cells.get(id)!),
    contexts,
  );
  for (const [id, box] of outside) {
    const inside = contexts.get(id);
    if (!inside) placeCell(placed, cells.get(id)!, box);
    else placeContext(placed, id, box, inside, cells);
  }
  placeShared(placed, shared, graph.edges, sizes);
  placeLanes(placed, graph, sizes);
  return { ...placed, footed: new Set(feet.byService.keys()) };
}

/** A cell's service is drawn as wide as the cells that are alike in its column. */
function placeCell(placed: Placed, cell: Cell, at: Arranged): void {
  const width = Math.max(cell.size.width, cell.feet.length > 0 ? 0 : at.width);
  const service = { x: Math.round(centre(at).x - width / 2), y: at.y, width, height: cell.size.height };
  const { column } = at;
  const put = (id: string, box: Box): void => {
    placed.nodes.set(id, box);
    placed.slots.set(id, { x: column.x, y: box.y, width: column.width, height: box.height });
  };
  put(cell.node.id, service);
  const middle = { x: Math.round(centre(at).x), y: service.y + service.height };
  for (const { id, ...box } of cell.feet) {
    put(id, moved(box, middle));
    // Two that stand side by side cannot both have all of the column.
    if (cell.feet.length > 1) placed.slots.set(id, moved(box, middle));
  }
}

// ── contexts ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Inside extends Size {
  readonly cells: ReadonlyMap<string, Arranged>;
  /** Resources that several of its services share stand in a row along the bottom. */
  readonly shared: ReadonlyMap<string, Box>;
}

/** A context on its own, its corner at the origin. */
export function arrangeContext(
  dot: Dot,
  graph: DiagramGraph,
  group: DiagramGroup,
  cells: ReadonlyMap<string, Cell>,
  sizes: ReadonlyMap<string, Size>,
): Inside {
  const members = graph.nodes.filter((node) => node.group === group.id && cells.has(node.id));
  const arranged = members.filter((node) => !isResource(node));
  const ids = new Set(arranged.map(({ id }) => id));
  const links = graph.edges.filter(({ from, to }) => ids.has(from) && ids.has(to)).map(linkOf);
  const leaving = leavingFrom(graph, ids);
  const items = arranged.map(({ id }) => ({ ...itemOf(cells.get(id)!), leaving: leaving.get(id) ?? 0 }));
  const placed = arrange(dot, items, links);
  const content = around([...placed.values()]);
  const shared = sharedRow(graph, members.filter(isResource), placed, content, sizes);
  const all = members.length === 0 ? emptyGroup : around([...placed.values(), ...shared.values()]);
  return {
    cells: placed,
    shared,
    width: Math.max(all.width + 2 * padding.x + roomBehind(items, placed), groupTitleSize(group).width + 20),
    height: all.height + padding.top + padding.bottom,
  };
}

/** How many edges leave each of some nodes on its right, or come from an event, other than to these nodes. */
const leavingFrom = ({ edges }: DiagramGraph, ids: ReadonlySet<string>): ReadonlyMap<string, number> =>
  tally(
    edges.flatMap(({ kind, from, to }) => [
      ...(ids.has(from) && !ids.has(to) ? [from] : []),
      ...(kind === 'consume' && ids.has(to) ? [to] : []),
    ]),
  );

function tally(ids: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** Edges that leave the last column turn between it and the outline of the context. */
function roomBehind(items: readonly Item[], placed: ReadonlyMap<string, Arranged>): number {
  const column = Math.max(0, ...[...placed.values()].map((box) => box.column.x));
  const last = items.filter(({ id }) => placed.get(id)?.column.x === column);
  return tracksRoom(last.reduce((sum, item) => sum + (item.leaving ?? 0), 0));
}

function sharedRow(
  graph: DiagramGraph,
  resources: readonly DiagramNode[],
  cells: ReadonlyMap<string, Box>,
  content: Box,
  sizes: ReadonlyMap<string, Size>,
): ReadonlyMap<string, Box> {
  const users = Map.groupBy(
    graph.edges.filter(({ kind }) => kind === 'use'),
    ({ to }) => to,
  );
  const wishes = resources.map(({ id }) => ({
    id,
    ...sizes.get(id)!,
    wish: mean(
      (users.get(id) ?? []).flatMap(({ from }) => cells.get(from) ?? []).map((box) => centre(box).x),
      centre(content).x,
    ),
  }));
  const edges = resources.reduce((sum, { id }) => sum + (users.get(id)?.length ?? 0), 0);
  const top = content.height === 0 ? 0 : bottom(content) + 44 + Math.min(60, edges * 6);
  return rowsByWish(wishes, { x: content.x, width: Math.max(content.width, 150) }, top, 24);
}

/** Puts what stands in a context where the context is. */
export function placeContext(
  placed: Placed,
  id: string,
  box: Box,
  inside: Inside,
  cells: ReadonlyMap<string, Cell>,
): void {
  const by = { x: box.x + padding.x, y: box.y + padding.top };
  placed.groups.set(id, { x: box.x, y: box.y, width: box.width, height: box.height });
  for (const [member, at] of inside.cells) {
    placeCell(placed, cells.get(member)!, { ...moved(at, by), column: { ...at.column, x: at.column.x + by.x } });
  }
  for (const [member, at] of inside.shared) {
    placed.nodes.set(member, moved(at, by));
    placed.slots.set(member, moved(at, by));
  }
}

// ── contexts and loose nodes among each other ─────────────────────────────────────────────────────────────────────

function arrangeOutside(
  dot: Dot,
  graph: DiagramGraph,
  loose: readonly Cell[],
  contexts: ReadonlyMap<string, Inside>,
): ReadonlyMap<string, Arranged> {
  const events = eventEdges(graph);
  const items = [
    ...[...contexts].map(([id, { width, height }]): Item => ({ id, width, height })),
    ...loose.map((cell) => ({ ...itemOf(cell), leaving: events.get(cell.node.id) ?? 0 })),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
  const homes = new Map(graph.nodes.map(({ id, group }) => [id, group]));
  const known = new Set(items.map(({ id }) => id));
  const links = [
    ...graph.edges.filter(({ kind }) => kind !== 'publish' && kind !== 'consume').map(linkOf),
    ...relays(graph),
  ]
    .map((link) => ({ ...link, from: homes.get(link.from) ?? link.from, to: homes.get(link.to) ?? link.to }))
    .filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  const called = new Set(links.filter(({ relay }) => !relay).flatMap(({ from, to }) => [from, to]));
  // Events say who comes first only of those of whom calls say nothing: they often run against the calls.
  const telling = links.filter(({ from, to, relay }) => !relay || !called.has(from) || !called.has(to));
  const across = arrange(dot, items, telling);
  if (contexts.size < 2 || shapeOf(across) <= tooWide) return across;
  const inRows = arrangeInRows(dot, items, telling);
  return farFromScreen(inRows) < farFromScreen(across) ? inRows : across;
}

/** A picture wider than this is read in strips: rather its contexts stand in rows. */
const tooWide = 2.4;
/** Resources outside of all contexts of which several make use, or nobody. */
function sharedByAll(graph: DiagramGraph, cells: ReadonlyMap<string, Cell>): DiagramNode[] {
  const others = new Set(graph.edges.filter(({ kind }) => kind !== 'use').flatMap(({ from, to }) => [from, to]));
  return graph.nodes.filter(
    (node) => isResource(node) && node.group === undefined && cells.has(node.id) && !others.has(node.id),
  );
}

/** How many edges each node has from and to events. */
const eventEdges = ({ edges }: DiagramGraph): ReadonlyMap<string, number> =>
  tally(edges.flatMap(({ kind, from, to }) => (kind === 'publish' ? [from] : kind === 'consume' ? [to] : [])));

interface Relay extends Link {
  readonly relay?: true;
}

/** From each publisher of an event to each of its consumers. */
function relays(graph: DiagramGraph): Relay[] {
  const publishers = Map.groupBy(
    graph.edges.filter(({ kind }) => kind === 'publish'),
    ({ to }) => to,
  );
  return graph.edges
    .filter(({ kind }) => kind === 'consume')
    .flatMap(({ from, to }) =>
      (publishers.get(from) ?? []).map((edge): Relay => ({ from: edge.from, to, weight: 1, label: 0, relay: true })),
    );
}

const itemOf = ({ node, width, height }: Cell): Item => ({ id: node.id, alike: node.kind, width, height });

const linkOf = (edge: DiagramEdge): Relay => ({
  from: edge.from,
  to: edge.to,
  weight: weights[edge.kind],
  label: labelSize(edge)?.width ?? 0,
});
