import { type Arranged, arrange, type Item, type Link } from './arrange.ts';
import { around, type Box, bottom, centre, moved, type Size } from './geometry.ts';
import type { DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode, EdgeKind } from './graph.ts';
import { groupTitleSize, labelSize, nodeSize } from './measures.ts';
import { inRows } from './rows.ts';

/** Where everything stands, before edges are routed. */
export interface Composition {
  readonly nodes: ReadonlyMap<string, Box>;
  readonly groups: ReadonlyMap<string, Box>;
  /** What edges must keep clear of around a node: as wide as its column. */
  readonly slots: ReadonlyMap<string, Box>;
  /** Ids of services with resources right below them. */
  readonly footed: ReadonlySet<string>;
}

/** Room between the outline of a context and what stands in it, and in a broker's lane. */
const padding = { x: 32, top: 46, bottom: 28 } as const;
const lane = { x: 24, y: 18 } as const;
const emptyGroup = { width: 180, height: 40 } as const;
/** From a service to its own resources, and from those to each other. */
const foot = { below: 36, beside: 16 } as const;

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
export async function compose(graph: DiagramGraph): Promise<Composition> {
  const feet = feetOf(graph);
  const cells = new Map<string, Cell>();
  const sizes = sizesOf(graph, feet);
  for (const node of graph.nodes) if (!feet.standing.has(node.id)) cells.set(node.id, cellOf(node, feet, sizes));
  const contexts = new Map<string, Inside>();
  for (const group of graph.groups) {
    if (group.kind === 'context') contexts.set(group.id, await arrangeContext(graph, group, cells, sizes));
  }
  const placed: Placed = { nodes: new Map(), groups: new Map(), slots: new Map() };
  const outside = await arrangeOutside(graph, cells, contexts);
  for (const [id, box] of outside) {
    const inside = contexts.get(id);
    if (!inside) placeCell(placed, cells.get(id)!, box);
    else placeContext(placed, id, box, inside, cells);
  }
  placeLanes(placed, graph, sizes);
  return { ...placed, footed: new Set(feet.byService.keys()) };
}

// ── cells: a service and what stands below it ─────────────────────────────────────────────────────────────────────

interface Feet {
  readonly byService: ReadonlyMap<string, readonly string[]>;
  readonly standing: ReadonlySet<string>;
}

/** Resources of which exactly one service of the same group makes use. */
function feetOf(graph: DiagramGraph): Feet {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const touching = Map.groupBy(
    graph.edges.flatMap((edge) => [edge.from, edge.to].map((id) => ({ id, edge }))),
    ({ id }) => id,
  );
  const byService = new Map<string, string[]>();
  for (const node of graph.nodes) {
    const [only, ...more] = touching.get(node.id) ?? [];
    if (!isResource(node) || !only || more.length > 0 || only.edge.kind !== 'use' || only.edge.to !== node.id) continue;
    const user = nodes.get(only.edge.from);
    if (user?.group === node.group && user?.kind === 'service')
      byService.set(user.id, [...(byService.get(user.id) ?? []), node.id]);
  }
  return { byService, standing: new Set([...byService.values()].flat()) };
}

const isResource = ({ kind }: DiagramNode): boolean =>
  kind === 'database' || kind === 'cache' || kind === 'store' || kind === 'broker';

interface Cell extends Size {
  readonly node: DiagramNode;
  readonly size: Size;
  /** Relative to the middle of the service's lower edge. */
  readonly feet: readonly (Box & { readonly id: string })[];
}

function cellOf(node: DiagramNode, feet: Feet, sizes: ReadonlyMap<string, Size>): Cell {
  const size = sizes.get(node.id)!;
  const rows = inRows(
    (feet.byService.get(node.id) ?? []).map((id) => ({ id, ...sizes.get(id)! })),
    2,
  );
  const placed: (Box & { readonly id: string })[] = [];
  let y = foot.below;
  for (const row of rows) {
    const width = row.reduce((sum, box) => sum + box.width, (row.length - 1) * foot.beside);
    let x = -width / 2;
    for (const box of row) {
      placed.push({ ...box, x: Math.round(x), y });
      x += box.width + foot.beside;
    }
    y += Math.max(...row.map((box) => box.height)) + foot.below;
  }
  const below = around([{ x: 0, y: 0, width: 0, height: 0 }, ...placed]);
  return { node, size, feet: placed, width: Math.max(size.width, below.width), height: size.height + below.height };
}

interface Placed {
  readonly nodes: Map<string, Box>;
  readonly groups: Map<string, Box>;
  readonly slots: Map<string, Box>;
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

interface Inside extends Size {
  readonly cells: ReadonlyMap<string, Arranged>;
  /** Resources that several of its services share stand in a row along the bottom. */
  readonly shared: ReadonlyMap<string, Box>;
}

async function arrangeContext(
  graph: DiagramGraph,
  group: DiagramGroup,
  cells: ReadonlyMap<string, Cell>,
  sizes: ReadonlyMap<string, Size>,
): Promise<Inside> {
  const members = graph.nodes.filter((node) => node.group === group.id && cells.has(node.id));
  const arranged = members.filter((node) => !isResource(node));
  const ids = new Set(arranged.map(({ id }) => id));
  const links = graph.edges.filter(({ from, to }) => ids.has(from) && ids.has(to)).map(linkOf);
  const leaving = (id: string): number =>
    graph.edges.filter(({ kind, from, to }) => (from === id && !ids.has(to)) || (kind === 'consume' && to === id))
      .length;
  const placed = await arrange(
    arranged.map((node) => ({ ...itemOf(cells.get(node.id)!), leaving: leaving(node.id) })),
    links,
  );
  const content = around([...placed.values()]);
  const shared = sharedRow(graph, members.filter(isResource), placed, content, sizes);
  const all = members.length === 0 ? emptyGroup : around([...placed.values(), ...shared.values()]);
  return {
    cells: placed,
    shared,
    width: Math.max(all.width + 2 * padding.x, groupTitleSize(group).width + 20),
    height: all.height + padding.top + padding.bottom,
  };
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

const mean = (values: readonly number[], otherwise: number): number =>
  values.length === 0 ? otherwise : values.reduce((sum, value) => sum + value, 0) / values.length;

function placeContext(placed: Placed, id: string, box: Box, inside: Inside, cells: ReadonlyMap<string, Cell>): void {
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

async function arrangeOutside(
  graph: DiagramGraph,
  cells: ReadonlyMap<string, Cell>,
  contexts: ReadonlyMap<string, Inside>,
): Promise<ReadonlyMap<string, Arranged>> {
  const loose = graph.nodes.filter(({ id, group, kind }) => group === undefined && kind !== 'event' && cells.has(id));
  const items = [
    ...[...contexts].map(([id, { width, height }]): Item => ({ id, width, height })),
    ...loose.map(({ id }) => itemOf(cells.get(id)!)),
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
  return arrange(
    items,
    links.filter(({ from, to, relay }) => !relay || !called.has(from) || !called.has(to)),
  );
}

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

function sizesOf(graph: DiagramGraph, feet: Feet): ReadonlyMap<string, Size> {
  const ends = graph.edges.flatMap(({ kind, from, to }) => [
    { id: from, side: kind === 'call' || kind === 'serve' ? 'right' : 'below' },
    { id: to, side: kind === 'call' || kind === 'serve' ? 'left' : 'below' },
  ]);
  const byNode = Map.groupBy(ends, ({ id }) => id);
  return new Map(
    graph.nodes.map((node) => {
      const own = byNode.get(node.id) ?? [];
      const count = (side: string): number => own.filter((end) => end.side === side).length;
      const below = feet.byService.has(node.id) ? Math.ceil(count('below') / 2) : 0;
      return [
        node.id,
        nodeSize(node, Math.max(count('left'), count('right')) + below, node.kind === 'event' ? count('below') : 0),
      ];
    }),
  );
}

// ── lanes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Brokers as lanes along the bottom with their events in a row; events of no broker stand in a row of their own. */
function placeLanes(placed: Placed, graph: DiagramGraph, sizes: ReadonlyMap<string, Size>): void {
  const whole = around([...placed.nodes.values(), ...placed.groups.values()]);
  const ends = Map.groupBy(
    graph.edges.flatMap(({ kind, from, to }) =>
      kind === 'publish' ? [{ event: to, other: from }] : kind === 'consume' ? [{ event: from, other: to }] : [],
    ),
    ({ event }) => event,
  );
  const wish = (id: string): number =>
    mean(
      (ends.get(id) ?? []).flatMap(({ other }) => placed.nodes.get(other) ?? []).map((box) => centre(box).x),
      centre(whole).x,
    );
  let y = bottom(whole) + (whole.height === 0 ? 0 : 56 + Math.min(160, 9 * [...ends.values()].flat().length));
  for (const group of [undefined, ...graph.groups.filter(({ kind }) => kind === 'broker')]) {
    const events = graph.nodes.filter((node) => node.kind === 'event' && node.group === group?.id);
    if (events.length === 0) continue;
    const title = group ? groupTitleSize(group).width + 12 : 0;
    const widest = Math.max(...events.map(({ id }) => sizes.get(id)!.width));
    const width = Math.max(whole.width, title + 2 * lane.x + Math.min(events.length, 4) * (widest + 40));
    const inside = { x: whole.x + title + lane.x, width: width - title - 2 * lane.x };
    const row = rowsByWish(
      events.map(({ id }) => ({ id, ...sizes.get(id)!, wish: wish(id) })),
      inside,
      y + lane.y,
      40,
    );
    for (const [id, box] of row) {
      placed.nodes.set(id, box);
      placed.slots.set(id, box);
    }
    const height = bottom(around([...row.values()])) - y + lane.y;
    if (group) placed.groups.set(group.id, { x: whole.x, y, width, height });
    y += height + 56;
  }
}

interface Wish extends Size {
  readonly id: string;
  /** Where its middle would like to be. */
  readonly wish: number;
}

/** In rows from `top` downwards, each box as near to its wish as the others allow; as many rows as the width takes. */
function rowsByWish(
  boxes: readonly Wish[],
  room: { readonly x: number; readonly width: number },
  top: number,
  gap: number,
): ReadonlyMap<string, Box> {
  const sorted = boxes.toSorted((a, b) => a.wish - b.wish || (a.id < b.id ? -1 : 1));
  const total = sorted.reduce((sum, { width }) => sum + width + gap, -gap);
  const rowCount = Math.max(1, Math.ceil(total / room.width));
  const placed = new Map<string, Box>();
  let y = top;
  for (let row = 0; row < rowCount; row += 1) {
    const members = sorted.filter((_, i) => i % rowCount === row);
    for (const [id, box] of inOneRow(members, room, y, gap)) placed.set(id, box);
    y = Math.max(y, ...members.map(({ height }) => y + height + 44));
  }
  return placed;
}

function inOneRow(
  boxes: readonly Wish[],
  room: { readonly x: number; readonly width: number },
  y: number,
  gap: number,
): Map<string, Box> {
  const placed = new Map<string, Box>();
  // From the left as wished, then back from the right as far as the room goes.
  const xs: number[] = [];
  boxes.forEach((box, i) => {
    const least = i === 0 ? room.x : xs[i - 1]! + boxes[i - 1]!.width + gap;
    xs.push(Math.max(least, box.wish - box.width / 2));
  });
  let limit = room.x + room.width;
  for (let i = boxes.length - 1; i >= 0; i -= 1) {
    xs[i] = Math.min(xs[i]!, limit - boxes[i]!.width);
    limit = xs[i]! - gap;
  }
  boxes.forEach(({ id, width, height }, i) => {
    placed.set(id, { x: Math.round(xs[i]!), y, width, height });
  });
  return placed;
}
