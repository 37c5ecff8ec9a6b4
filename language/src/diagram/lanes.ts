import { around, type Box, bottom, centre, type Size } from './geometry.ts';
import type { DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode } from './graph.ts';
import { groupTitleSize } from './measures.ts';
import { mean, rowsByWish } from './rows.ts';

/** The boxes that have their places. */
export interface Placed {
  readonly nodes: Map<string, Box>;
  readonly groups: Map<string, Box>;
  /** What edges must keep clear of around a node: as wide as its column. */
  readonly slots: Map<string, Box>;
}

export const lanePadding = { x: 24, y: 18 } as const;
const between = 40;

/** Resources that belong to nobody in particular, in a row below everything, each in the middle of those that use it. */
export function placeShared(
  placed: Placed,
  resources: readonly DiagramNode[],
  edges: readonly DiagramEdge[],
  sizes: ReadonlyMap<string, Size>,
): void {
  if (resources.length === 0) return;
  const whole = wholeOf(placed);
  const neighbours = neighboursOf(edges);
  const top = whole.height === 0 ? 0 : bottom(whole) + heightFor(resources, neighbours);
  const room = { x: whole.x, width: Math.max(whole.width, 600) };
  const boxes = resources.map(({ id }) => ({ id, ...sizes.get(id)!, wish: wishOf(id, neighbours, placed, whole) }));
  put(placed, rowsByWish(boxes, room, top, between));
}

/** Brokers as lanes along the bottom with their events in a row; events of no broker stand in a row of their own. */
export function placeLanes(placed: Placed, graph: DiagramGraph, sizes: ReadonlyMap<string, Size>): void {
  const whole = wholeOf(placed);
  const neighbours = neighboursOf(graph.edges);
  const events = graph.nodes.filter(({ kind }) => kind === 'event');
  let y = bottom(whole) + (whole.height === 0 ? 0 : heightFor(events, neighbours));
  for (const group of [undefined, ...graph.groups.filter(({ kind }) => kind === 'broker')]) {
    const members = events.filter((event) => event.group === group?.id);
    if (members.length === 0) continue;
    const wishes = members.map(({ id }) => ({ id, ...sizes.get(id)!, wish: wishOf(id, neighbours, placed, whole) }));
    const { x, width, inside } = laneFor(group, wishes, whole);
    const row = rowsByWish(wishes, inside, y + lanePadding.y, between);
    put(placed, row);
    const height = bottom(around([...row.values()])) - y + lanePadding.y;
    if (group) placed.groups.set(group.id, { x, y, width, height });
    y += height + 44;
  }
}

/** A lane is as wide as the picture, or as its title and four events next to each other. */
function laneFor(group: DiagramGroup | undefined, events: readonly Size[], whole: Box) {
  const title = group ? groupTitleSize(group).width + 12 : 0;
  const widest = Math.max(...events.map(({ width }) => width));
  const least = title + 2 * lanePadding.x + Math.min(events.length, 4) * (widest + between);
  const width = Math.max(whole.width, least);
  return {
    x: whole.x,
    width,
    inside: { x: whole.x + title + lanePadding.x, width: width - title - 2 * lanePadding.x },
  };
}

const wholeOf = (placed: Placed): Box => around([...placed.nodes.values(), ...placed.groups.values()]);

/** For each id the ids at the other ends of its edges. */
function neighboursOf(edges: readonly DiagramEdge[]): ReadonlyMap<string, readonly string[]> {
  const ends = edges.flatMap(({ from, to }) => [
    { id: from, other: to },
    { id: to, other: from },
  ]);
  const byId = Map.groupBy(ends, ({ id }) => id);
  return new Map([...byId].map(([id, found]) => [id, found.map(({ other }) => other)]));
}

function wishOf(id: string, neighbours: ReadonlyMap<string, readonly string[]>, placed: Placed, whole: Box): number {
  const known = (neighbours.get(id) ?? []).flatMap((other) => placed.nodes.get(other) ?? []);
  return mean(
    known.map((box) => centre(box).x),
    centre(whole).x,
  );
}

/** The edges that lead to a row run side by side above it. */
function heightFor(row: readonly DiagramNode[], neighbours: ReadonlyMap<string, readonly string[]>): number {
  const edges = row.reduce((sum, { id }) => sum + (neighbours.get(id)?.length ?? 0), 0);
  return 48 + Math.min(140, 7 * edges);
}

function put(placed: Placed, boxes: ReadonlyMap<string, Box>): void {
  for (const [id, box] of boxes) {
    placed.nodes.set(id, box);
    placed.slots.set(id, box);
  }
}
