import { type Box, bottom, grown, overlap, type Point, right, type Size } from './geometry.ts';

export interface LabelRequest extends Size {
  readonly edge: string;
}

/** What labels should not cover. */
export interface Occupied {
  readonly boxes: readonly Box[];
  /** Lines that a label should not stand on, such as the outlines of groups. */
  readonly frames: readonly Box[];
  readonly routes: ReadonlyMap<string, readonly Point[]>;
}

/** Prices of a bad place; the least bad one wins. */
const price = { box: 1000, label: 400, line: 30, frame: 60, upright: 25, short: 15 } as const;
/** A label that would cost this much is left out of the picture: its edge's tooltip has the same words. */
const unbearable = 400;
const step = 12;

/**
 * A place for each label on its own edge: rather on a horizontal piece, near its right end, where edges fan out or come
 * together at their own heights. Labels that find no place free of nodes and of other labels are missing in the result.
 */
export function placeLabels(requests: readonly LabelRequest[], occupied: Occupied): ReadonlyMap<string, Box> {
  const placed = new Map<string, Box>();
  const candidates = requests.map((request) => ({ request, places: placesFor(request, occupied) }));
  // Those with the least choice first.
  const free = ({ places }: { readonly places: readonly Place[] }): number =>
    places.filter(({ cost }) => cost < price.line).length;
  candidates.sort((a, b) => free(a) - free(b) || (a.request.edge < b.request.edge ? -1 : 1));
  for (const { request, places } of candidates) {
    const others = [...placed.values()].map((box) => grown(box, 1));
    let best: Place | undefined;
    for (const place of places) {
      const cost = place.cost + price.label * others.filter((other) => overlap(other, place.box)).length;
      if (!best || cost < best.cost) best = { box: place.box, cost };
    }
    if (best && best.cost < unbearable) placed.set(request.edge, best.box);
  }
  return placed;
}

interface Place {
  readonly box: Box;
  readonly cost: number;
}

function placesFor({ edge, width, height }: LabelRequest, occupied: Occupied): Place[] {
  const points = occupied.routes.get(edge) ?? [];
  return points.slice(1).flatMap((b, i) => {
    const a = points[i]!;
    const arrow = { before: i === 0 ? 8 : 10, after: i === points.length - 2 ? 14 : 10 };
    return (a.y === b.y ? flatPlaces(a, b, arrow, width) : uprightPlaces(a, b, height)).map(({ x, y, extra }) => {
      const box = { x: Math.round(x - width / 2), y: Math.round(y - height / 2), width, height };
      return { box, cost: extra + costOf(box, edge, occupied) };
    });
  });
}

interface Spot extends Point {
  readonly extra: number;
}

function flatPlaces(
  a: Point,
  b: Point,
  arrow: { readonly before: number; readonly after: number },
  width: number,
): Spot[] {
  const forward = b.x > a.x;
  const low = Math.min(a.x, b.x) + (forward ? arrow.before : arrow.after) + width / 2;
  const high = Math.max(a.x, b.x) - (forward ? arrow.after : arrow.before) - width / 2;
  if (high < low) return [{ x: (a.x + b.x) / 2, y: a.y, extra: price.short + (low - high) }];
  const spots: Spot[] = [];
  for (let x = high; x >= low; x -= step) spots.push({ x, y: a.y, extra: Math.min(12, (high - x) / 40) });
  return spots;
}

function uprightPlaces(a: Point, b: Point, height: number): Spot[] {
  const [low, high] = [Math.min(a.y, b.y) + height, Math.max(a.y, b.y) - height];
  const spots: Spot[] = [];
  for (let y = low; y <= high; y += step) spots.push({ x: a.x, y, extra: price.upright });
  return spots;
}

function costOf(box: Box, edge: string, { boxes, frames, routes }: Occupied): number {
  const free = grown(box, 2);
  let cost = price.box * boxes.filter((other) => overlap(other, free)).length;
  cost += price.frame * frames.filter((frame) => touchesOutline(frame, free)).length;
  for (const [id, points] of routes) {
    if (id === edge) continue;
    for (let i = 1; i < points.length; i += 1) if (crosses(points[i - 1]!, points[i]!, free)) cost += price.line;
  }
  return cost;
}

const touchesOutline = (frame: Box, box: Box): boolean =>
  overlap(frame, box) &&
  !(box.x >= frame.x && right(box) <= right(frame) && box.y >= frame.y && bottom(box) <= bottom(frame));

/** Does a horizontal or vertical line run through the box? */
function crosses(a: Point, b: Point, box: Box): boolean {
  return (
    Math.min(a.x, b.x) < right(box) &&
    Math.max(a.x, b.x) > box.x &&
    Math.min(a.y, b.y) < bottom(box) &&
    Math.max(a.y, b.y) > box.y
  );
}
