import { type Box, bottom, centre, clamp, type Point, right } from './geometry.ts';
import { portGap } from './measures.ts';

export type Side = 'left' | 'right' | 'top' | 'bottom';

/** Where an edge leaves or reaches an outline. */
export interface Port extends Point {
  readonly side: Side;
  /** Between which positions along its side it may be moved. */
  readonly room: Range;
  /** The same so that all others on the side keep room even if it is moved all the way. */
  readonly ownRoom: Range;
}

export type Range = readonly [least: number, most: number];

export interface Sides {
  readonly from: Side;
  readonly to: Side;
}

export interface Ends {
  readonly from: Port;
  readonly to: Port;
}

/** An edge as far as its ends are concerned; the boxes are those of its nodes or groups. */
export interface Span {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly sides: Sides;
  /** Ends that stay where they are, with all others on their sides. */
  readonly pins?: Partial<Ends>;
}

/** When ends are moved later they come no nearer than this: their arrow heads must not touch. */
const gapAtLeast = 12;
/**
 * Where an edge goes after it has left an end: its first turn, -1 towards smaller coordinates along the side and 1 towards
 * greater, how far away it turns, and what height it goes to.
 */
export interface Lead {
  readonly turn: -1 | 0 | 1;
  readonly distance: number;
  readonly to: number;
}

type Leads = (edge: string, end: 'from' | 'to') => Lead;

/** Kept free at the corners of an outline. */
const corner = 12;
/** The tops of some shapes are slanted or round. */
const slantedCorner = 22;

interface End {
  readonly edge: string;
  readonly end: 'from' | 'to';
  readonly box: string;
  readonly side: Side;
  /** Where along the side it would like to be. */
  wish: number;
  at: number;
  ownRoom: Range;
  readonly pin?: Port | undefined;
}

const alongY = (side: Side): boolean => side === 'left' || side === 'right';

/**
 * Ports for all edges. On each side they stand in the order of what they lead to, and two opposite ends meet on one height
 * where that is possible, so that the edge is a straight line.
 * @param leads where the edge goes after it has left an end, when it is known from a first routing
 */
export function portsOf(
  edges: readonly Span[],
  boxes: ReadonlyMap<string, Box>,
  leads?: Leads,
): ReadonlyMap<string, Ends> {
  const ends = new Map(edges.map((edge) => [edge.id, endsOf(edge, boxes)]));
  const sides = Map.groupBy(
    [...ends.values()].flatMap(({ from, to }) => [from, to]).filter(({ pin }) => !pin),
    ({ box, side }) => `${side} ${box}`,
  );
  const orders = [...sides.values()].map((side) => inOrder(side, ends, boxes, leads));
  // Each round moves both ends of an edge towards each other; a few rounds are enough for the eye.
  for (let round = 0; round < 12; round += 1) {
    for (const order of orders) spread(order, boxes.get(order[0]!.box)!);
    if (round < 11) for (const { from, to } of ends.values()) meet(from, to, boxes);
  }
  return new Map([...ends].map(([id, { from, to }]) => [id, { from: portOf(from, boxes), to: portOf(to, boxes) }]));
}

function endsOf(edge: Span, boxes: ReadonlyMap<string, Box>): { readonly from: End; readonly to: End } {
  const [from, to] = [boxes.get(edge.from)!, boxes.get(edge.to)!];
  const { sides } = edge;
  const meeting = alongY(sides.from) === alongY(sides.to) ? common(from, to, sides.from) : undefined;
  const end = (end: 'from' | 'to', box: string, side: Side): End => {
    const wish = meeting ?? along(centre(boxes.get(end === 'from' ? edge.to : edge.from)!), side);
    const pin = edge.pins?.[end];
    if (pin) return { edge: edge.id, end, box, side, wish, at: along(pin, side), ownRoom: pin.ownRoom, pin };
    return { edge: edge.id, end, box, side, wish, at: wish, ownRoom: rangeOf(boxes.get(box)!, side) };
  };
  return { from: end('from', edge.from, sides.from), to: end('to', edge.to, sides.to) };
}

const along = (point: Point, side: Side): number => (alongY(side) ? point.y : point.x);

/** The middle of what two boxes share along a side. */
function common(a: Box, b: Box, side: Side): number | undefined {
  const [low, high] = alongY(side)
    ? [Math.max(a.y, b.y), Math.min(bottom(a), bottom(b))]
    : [Math.max(a.x, b.x), Math.min(right(a), right(b))];
  return high - low > 2 * corner ? (low + high) / 2 : undefined;
}

/** Of edges that turn the same way, the one that turns first stands outermost: so none crosses another. */
const byLead = (a: Lead, b: Lead): number => a.turn - b.turn || a.turn * (b.distance - a.distance) || a.to - b.to;

function inOrder(
  side: readonly End[],
  ends: ReadonlyMap<string, { readonly from: End; readonly to: End }>,
  boxes: ReadonlyMap<string, Box>,
  leads?: Leads,
): End[] {
  const lead = (end: End): Lead => {
    const other = ends.get(end.edge)![end.end === 'from' ? 'to' : 'from'];
    return leads?.(end.edge, end.end) ?? { turn: 0, distance: 0, to: along(centre(boxes.get(other.box)!), end.side) };
  };
  const keyed = side.map((end) => ({ end, ...lead(end) }));
  // Edges between the same two boxes have the same key at both: the id keeps them from crossing.
  keyed.sort(
    (a, b) =>
      byLead(a, b) || (a.end.edge < b.end.edge ? -1 : a.end.edge > b.end.edge ? 1 : a.end.end === 'from' ? -1 : 1),
  );
  return keyed.map(({ end }) => end);
}

/** Both ends wish for the height of the other where both can have it. */
function meet(from: End, to: End, boxes: ReadonlyMap<string, Box>): void {
  if (alongY(from.side) !== alongY(to.side)) return;
  if (common(boxes.get(from.box)!, boxes.get(to.box)!, from.side) === undefined) return;
  const height = from.pin ? from.at : to.pin ? to.at : (from.at + to.at) / 2;
  from.wish = height;
  to.wish = height;
}

/** Puts the ends of one side as near to their wishes as their order and distances allow: pool adjacent violators. */
function spread(order: readonly End[], box: Box): void {
  const [low, high] = rangeOf(box, order[0]!.side);
  const wanted = alongY(order[0]!.side) ? portGap.beside : portGap.above;
  const gap = order.length < 2 ? 0 : Math.min(wanted, (high - low) / (order.length - 1));
  const pools: { sum: number; count: number }[] = [];
  order.forEach((end, i) => {
    pools.push({ sum: clamp(end.wish, low, high) - i * gap, count: 1 });
    while (pools.length > 1 && mean(pools.at(-2)!) >= mean(pools.at(-1)!)) {
      const last = pools.pop()!;
      const previous = pools.pop()!;
      pools.push({ sum: previous.sum + last.sum, count: previous.count + last.count });
    }
  });
  const highest = high - (order.length - 1) * gap;
  const least = Math.min(gap, gapAtLeast);
  order.forEach((end, i) => {
    end.ownRoom = [low + i * least, high - (order.length - 1 - i) * least];
  });
  let i = 0;
  for (const pool of pools) {
    for (let k = 0; k < pool.count; k += 1, i += 1)
      order[i]!.at = clamp(mean(pool), low, Math.max(low, highest)) + i * gap;
  }
}

const mean = ({ sum, count }: { readonly sum: number; readonly count: number }): number => sum / count;

function rangeOf(box: Box, side: Side): Range {
  const [low, high] = alongY(side) ? [box.y, bottom(box)] : [box.x, right(box)];
  const margin = Math.min(alongY(side) ? corner : slantedCorner, (high - low) / 2);
  return [low + margin, high - margin];
}

const portOf = ({ box, side, at, ownRoom, pin }: End, boxes: ReadonlyMap<string, Box>): Port =>
  pin ?? portAt(boxes.get(box)!, side, Math.round(at), ownRoom);

/** A port that stays where it is. */
export function pinned({ x, y }: Point, side: Side): Port {
  const at = along({ x, y }, side);
  return { x, y, side, room: [at, at], ownRoom: [at, at] };
}

/** The middle of a side. */
export function middleOf(box: Box, side: Side): Port {
  return portAt(box, side, along(centre(box), side), rangeOf(box, side));
}

function portAt(box: Box, side: Side, at: number, ownRoom: Range): Port {
  const port = { side, room: rangeOf(box, side), ownRoom };
  switch (side) {
    case 'left':
      return { ...port, x: box.x, y: at };
    case 'right':
      return { ...port, x: right(box), y: at };
    case 'top':
      return { ...port, x: at, y: box.y };
    case 'bottom':
      return { ...port, x: at, y: bottom(box) };
  }
}
