import { type Cell, cellOf, feetOf, isResource, sizesOf } from './cells.ts';
import { arrangeContext, type Composition, type Inside, padding, placeContext } from './compose.ts';
import type { Dot } from './dot.ts';
import { freePlace, type Region } from './free-place.ts';
import { around, type Box, bottom, centre, moved, type Point, right, type Size } from './geometry.ts';
import type { DiagramEdge, DiagramGraph, DiagramGroup, DiagramNode, EdgeKind } from './graph.ts';
import { lanePadding, type Placed } from './lanes.ts';
import type { LaidOut } from './layout.ts';
import { groupTitleSize } from './measures.ts';
import { type Body, pushedApart } from './push-apart.ts';
import { mean } from './rows.ts';
import { type Succession, succession } from './succession.ts';

/** Distances that something new keeps, and that something that grows leaves to the next. */
const gaps = { node: { x: 56, y: 36 }, resource: { x: 20, y: 34 }, outside: { x: 64, y: 44 }, push: 28 } as const;

/** With less than this known, a picture made anew is the better one. */
const knownFrom = 0.5;

/**
 * Places all boxes by where they were: what is known stays, what has grown pushes its neighbours as far as it must, and what is new
 * stands beside what it is connected to. Undefined where too little is known, or no room could be made.
 */
export function composeFrom(dot: Dot, graph: DiagramGraph, previous: LaidOut): Composition | undefined {
  const before = succession(graph, previous);
  const unfolded = graph.nodes.filter(({ group }) => group !== undefined && before.unfolded.has(group)).length;
  if (before.nodes.size + before.unfolded.size === 0) return undefined;
  if (before.nodes.size < knownFrom * (graph.nodes.length - unfolded)) return undefined;
  const feet = feetOf(graph);
  const sizes = sizesOf(graph, feet);
  const work: Work = {
    graph,
    before,
    sizes,
    neighbours: neighboursOf(graph.edges),
    placed: { nodes: new Map(), groups: new Map(), slots: new Map() },
  };
  keepNodes(work);
  for (const group of graph.groups) if (before.groups.has(group.id) && !growGroup(work, group)) return undefined;
  const cells = new Map(
    graph.nodes.filter(({ id }) => !feet.standing.has(id)).map((node) => [node.id, cellOf(node, feet, sizes)]),
  );
  for (const group of graph.groups) {
    const old = before.unfolded.get(group.id);
    if (!old) continue;
    const inside = arrangeContext(dot, graph, group, cells, sizes);
    placeContext(work.placed, group.id, { ...inside, x: old.x, y: old.y }, inside, cells);
  }
  if (!makeRoomOutside(work)) return undefined;
  for (const group of graph.groups) {
    if (before.groups.has(group.id) || before.unfolded.has(group.id)) continue;
    if (group.kind === 'context') addContext(work, group, arrangeContext(dot, graph, group, cells, sizes), cells);
    else addLane(work, group);
  }
  addNodes(work, undefined);
  return { ...work.placed, footed: new Set(feet.byService.keys()), before };
}

interface Work {
  readonly graph: DiagramGraph;
  readonly before: Succession;
  readonly sizes: ReadonlyMap<string, Size>;
  readonly neighbours: ReadonlyMap<string, readonly Neighbour[]>;
  readonly placed: Placed;
}

// ── what is known ───────────────────────────────────────────────────────────────────────────────────────────────────

/** Nodes where they were and as large as they were, or larger where they need it. */
function keepNodes({ before, sizes, placed }: Work): void {
  for (const [id, old] of before.nodes) {
    const size = sizes.get(id)!;
    const box = {
      x: old.x,
      y: old.y,
      width: Math.max(old.width, size.width),
      height: Math.max(old.height, size.height),
    };
    placed.nodes.set(id, box);
    placed.slots.set(id, slotFor(box, old.slot));
  }
}

const slotFor = (box: Box, slot: Box): Box => {
  const { x, width } = around([box, slot]);
  return { x, width, y: box.y, height: box.height };
};

const membersOf = ({ graph }: Work, group: string | undefined): readonly DiagramNode[] =>
  graph.nodes.filter((node) => node.group === group);

/** Makes room among the members of a group that was there before, takes up new ones, and has it reach around them all. */
function growGroup(work: Work, group: DiagramGroup): boolean {
  const { before, placed } = work;
  const old = before.groups.get(group.id)!;
  const frame: Box = { x: old.x, y: old.y, width: old.width, height: old.height };
  placed.groups.set(group.id, frame);
  const kept = membersOf(work, group.id).filter(({ id }) => placed.nodes.has(id));
  const at = pushedApart(
    kept.map(({ id }): Body => ({ id, before: before.nodes.get(id)!, now: placed.nodes.get(id)! })),
    gaps.push,
  );
  if (!at) return false;
  for (const [id, box] of at) moveNode(placed, id, box);
  addNodes(work, group);
  const inset = insetOf(group);
  const needed = membersOf(work, group.id).map(({ id }) => placed.nodes.get(id)!);
  const behind = Math.max(inset.right, roomBehind(work, kept, frame));
  placed.groups.set(group.id, {
    ...frame,
    width: Math.max(frame.width, groupTitleSize(group).width, ...needed.map((box) => right(box) + behind - frame.x)),
    height: Math.max(frame.height, ...needed.map((box) => bottom(box) + inset.bottom - frame.y)),
  });
  return true;
}

/** A node that has become wider by more than this takes room from edges that turn behind it. */
const muchWider = 24;

/** What edges had behind the members of a group, where one of them would take it from them. */
function roomBehind({ before, placed }: Work, kept: readonly DiagramNode[], frame: Box): number {
  const farthest = (boxes: readonly Box[]): number => Math.max(0, ...boxes.map(right));
  const then = farthest(kept.map(({ id }) => before.nodes.get(id)!));
  const now = farthest(kept.map(({ id }) => placed.nodes.get(id)!));
  return now > then + muchWider ? right(frame) - then : 0;
}

function moveNode(placed: Placed, id: string, box: Box): void {
  const old = placed.nodes.get(id)!;
  const by = { x: box.x - old.x, y: box.y - old.y };
  placed.nodes.set(id, box);
  placed.slots.set(id, moved(placed.slots.get(id)!, by));
}

/** What stays free between the outline of a group and its members. */
function insetOf(group: DiagramGroup) {
  if (group.kind === 'context') return { left: padding.x, top: padding.top, right: padding.x, bottom: padding.bottom };
  const { x, y } = lanePadding;
  return { left: groupTitleSize(group).width + 12 + x, top: y, right: x, bottom: y };
}

/** Groups and loose nodes make room for those among them that have grown; members move with their groups. */
function makeRoomOutside(work: Work): boolean {
  const { before, placed } = work;
  const loose = membersOf(work, undefined).filter(({ id }) => placed.nodes.has(id));
  const bodies = [
    ...[...placed.groups].map(
      ([id, now]): Body => ({ id, before: before.groups.get(id) ?? before.unfolded.get(id)!, now }),
    ),
    ...loose.map(({ id }): Body => ({ id, before: before.nodes.get(id)!, now: placed.nodes.get(id)! })),
  ];
  const at = pushedApart(bodies, gaps.push);
  if (!at) return false;
  for (const { id, now } of bodies) {
    const box = at.get(id)!;
    if (!placed.groups.has(id)) {
      moveNode(placed, id, box);
      continue;
    }
    placed.groups.set(id, box);
    const by = { x: box.x - now.x, y: box.y - now.y };
    for (const member of membersOf(work, id)) moveNode(placed, member.id, moved(placed.nodes.get(member.id)!, by));
  }
  return true;
}

// ── what is new ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Gives each new member of a group, or each new loose node, a place beside its neighbours. */
function addNodes(work: Work, group: DiagramGroup | undefined): void {
  const { placed, sizes, neighbours } = work;
  const waiting = new Set(membersOf(work, group?.id).filter(({ id }) => !placed.nodes.has(id)));
  const known = ({ id }: DiagramNode): number =>
    (neighbours.get(id) ?? []).filter(({ other }) => placed.nodes.has(other)).length;
  while (waiting.size > 0) {
    // Who knows most of its neighbours goes first: the others find it there.
    const next = [...waiting].reduce((best, node) => (known(node) > known(best) ? node : best));
    waiting.delete(next);
    const size = sizes.get(next.id)!;
    const region = regionOf(work, group, next);
    const box = freePlace(size, wishOf(work, next.id, size, region), region);
    placed.nodes.set(next.id, box);
    placed.slots.set(next.id, box);
  }
}

function regionOf(work: Work, group: DiagramGroup | undefined, node: DiagramNode): Region {
  const { placed } = work;
  if (!group) return outside(work, node.kind === 'event' ? undefined : 'above the lanes');
  const frame = placed.groups.get(group.id)!;
  const inset = insetOf(group);
  return {
    area: {
      x: frame.x + inset.left,
      y: frame.y + inset.top,
      width: frame.width - inset.left - inset.right,
      height: frame.height - inset.top - inset.bottom,
    },
    spare: spareOf(work, group),
    taken: membersOf(work, group.id).flatMap(({ id }) => placed.slots.get(id) ?? []),
    gap: isResource(node) || node.kind === 'event' ? gaps.resource : gaps.node,
  };
}

/** How far a group that was there before can grow until it meets another one, or a loose node. */
function spareOf({ before, graph }: Work, group: DiagramGroup): { right: number; bottom: number } {
  const own = before.groups.get(group.id);
  if (!own) return { right: Number.POSITIVE_INFINITY, bottom: Number.POSITIVE_INFINITY };
  const loose = graph.nodes.filter((node) => node.group === undefined).flatMap(({ id }) => before.nodes.get(id) ?? []);
  const others: Box[] = [...before.groups.values(), ...loose].filter((other) => other !== own);
  const beside = others.filter(({ x, y, height }) => x >= right(own) && y < bottom(own) && own.y < y + height);
  const below = others.filter(({ x, y, width }) => y >= bottom(own) && x < right(own) && own.x < x + width);
  return {
    right: Math.min(...beside.map(({ x }) => x)) - right(own) - gaps.push,
    bottom: Math.min(...below.map(({ y }) => y)) - bottom(own) - gaps.push,
  };
}

/** The whole picture. Brokers run along the bottom: only events go below them. */
function outside(work: Work, where: 'above the lanes' | undefined): Region {
  const { graph, placed } = work;
  const taken = [
    ...placed.groups.values(),
    ...membersOf(work, undefined).flatMap(({ id }) => placed.slots.get(id) ?? []),
  ];
  const lanes = graph.groups.filter(({ kind }) => kind === 'broker').flatMap(({ id }) => placed.groups.get(id) ?? []);
  return {
    area: around(taken),
    ...(where && lanes.length > 0 ? { floor: Math.min(...lanes.map(({ y }) => y)) } : {}),
    taken,
    gap: gaps.outside,
  };
}

/** A context that was not there before, arranged on its own, beside what it is connected to. */
function addContext(work: Work, group: DiagramGroup, inside: Inside, cells: ReadonlyMap<string, Cell>): void {
  const members = new Set(membersOf(work, group.id).map(({ id }) => id));
  const region = outside(work, 'above the lanes');
  const wishes = [...members].flatMap((id) => wishesOf(work, id, inside));
  const box = freePlace(inside, middleOf(wishes, region), region);
  placeContext(work.placed, group.id, box, inside, cells);
}

/** A broker that was not there before: a lane below everything. */
function addLane(work: Work, group: DiagramGroup): void {
  const { placed, sizes } = work;
  const whole = around([...placed.nodes.values(), ...placed.groups.values()]);
  const members = membersOf(work, group.id);
  const height = Math.max(0, ...members.map(({ id }) => sizes.get(id)!.height)) + 2 * lanePadding.y;
  placed.groups.set(group.id, { x: whole.x, y: bottom(whole) + gaps.outside.y, width: whole.width, height });
  addNodes(work, group);
  const frame = placed.groups.get(group.id)!;
  const all = around([frame, ...members.map(({ id }) => placed.nodes.get(id)!)]);
  const inset = insetOf(group);
  placed.groups.set(group.id, {
    ...frame,
    width: right(all) === right(frame) ? frame.width : all.width + inset.right,
    height: bottom(all) === bottom(frame) ? frame.height : all.height + inset.bottom,
  });
}

// ── where something would like to stand ─────────────────────────────────────────────────────────────────────────────

interface Neighbour {
  readonly other: string;
  readonly side: 'right of' | 'left of' | 'below' | 'above';
}

/** For each node on which side of which others it belongs. */
function neighboursOf(edges: readonly DiagramEdge[]): ReadonlyMap<string, readonly Neighbour[]> {
  const ends = edges.flatMap((edge) => {
    const [from, to] = sidesOfEnds(edge.kind);
    return [
      { id: edge.from, other: edge.to, side: from },
      { id: edge.to, other: edge.from, side: to },
    ];
  });
  return Map.groupBy(ends, ({ id }) => id);
}

/** On which side of the other each end belongs: calls run to the right, data and events stand below. */
function sidesOfEnds(kind: EdgeKind): readonly [from: Neighbour['side'], to: Neighbour['side']] {
  switch (kind) {
    case 'call':
    case 'serve':
    case 'relation':
      return ['left of', 'right of'];
    case 'use':
    case 'publish':
      return ['above', 'below'];
    case 'consume':
      return ['below', 'above'];
  }
}

function wishesOf({ neighbours, placed }: Work, id: string, size: Size): Point[] {
  return (neighbours.get(id) ?? []).flatMap(({ other, side }) => {
    const box = placed.nodes.get(other) ?? placed.groups.get(other);
    return box ? [besides(box, side, size)] : [];
  });
}

function besides(box: Box, side: Neighbour['side'], { width, height }: Size): Point {
  const middle = centre(box);
  switch (side) {
    case 'right of':
      return { x: right(box) + gaps.outside.x, y: middle.y - height / 2 };
    case 'left of':
      return { x: box.x - gaps.outside.x - width, y: middle.y - height / 2 };
    case 'below':
      return { x: middle.x - width / 2, y: bottom(box) + gaps.resource.y };
    case 'above':
      return { x: middle.x - width / 2, y: box.y - gaps.resource.y - height };
  }
}

const wishOf = (work: Work, id: string, size: Size, region: Region): Point =>
  middleOf(wishesOf(work, id, size), region);

/** What nobody knows stands at the end of what is there. */
const middleOf = (wishes: readonly Point[], { area, floor }: Region): Point => ({
  x: mean(
    wishes.map(({ x }) => x),
    area.x,
  ),
  y: mean(
    wishes.map(({ y }) => y),
    floor ?? bottom(area),
  ),
});
