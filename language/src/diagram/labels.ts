import { type Box, bottom, grown, lineBox, overlap, type Point, right, type Size } from './geometry.ts';
import { Tiles } from './tiles.ts';

export interface LabelRequest extends Size {
  readonly edge: string;
}

/** What labels should not cover. */
export interface Occupied {
  readonly boxes: readonly Box[];
  /** Lines that a label should not stand on, such as the outlines of groups. */
  readonly frames: readonly Box[];
  readonly routes: ReadonlyMap<string, readonly Point[]>;
  /** The edges that run as they did, and where their labels were. */
  readonly standing: ReadonlyMap<string, Box | undefined>;
}

/** Prices of a bad place; the least bad one wins. */
const price = { box: 1000, label: 400, line: 30, frame: 60, upright: 25, short: 15 } as const;
/** A label that would cost this much is left out of the picture: its edge's tooltip has the same words. */
const unbearable = 400;
const step = 12;
const mostTries = 40;

/**
 * A place for each label on its own edge: rather on a horizontal piece, near its right end, where edges fan out or come
 * together at their own heights. Labels that find no place free of nodes and of other labels are missing in the result.
 */
export function placeLabels(requests: readonly LabelRequest[], occupied: Occupied): ReadonlyMap<string, Box> {
  const surroundings = surroundingsOf(occupied);
  const placed = new Map<string, Box>();
  const taken = new Tiles<Box>();
  const put = (edge: string, box: Box): void => {
    placed.set(edge, box);
    taken.put(grown(box, 1), grown(box, 1));
  };
  const covers = (box: Box): number => taken.near(box).filter((other) => overlap(other, box)).length;
  for (const { edge, width, height } of requests) {
    const box = occupied.standing.get(edge);
    if (!box || box.width !== width || box.height !== height || covers(box) > 0) continue;
    if (isStillFree(box, surroundings, occupied.standing)) put(edge, box);
  }
  const open = requests.filter(({ edge }) => !placed.has(edge));
  const candidates = open.map((request) => {
    const places = placesFor(request, occupied.routes.get(request.edge) ?? [], surroundings);
    return { request, places, free: places.filter(({ cost }) => cost < price.line).length };
  });
  // Those with the least choice first.
  candidates.sort((a, b) => a.free - b.free || (a.request.edge < b.request.edge ? -1 : 1));
  for (const { request, places } of candidates) {
    let best: Place | undefined;
    for (const { box, cost } of places) {
      if (best && cost >= best.cost) continue;
      const whole = cost + price.label * covers(box);
      if (!best || whole < best.cost) best = { box, cost: whole };
    }
    if (!best || best.cost >= unbearable) continue;
    put(request.edge, best.box);
  }
  return placed;
}

/** Neither a node nor an edge that runs elsewhere than before has come where a label was. */
function isStillFree(box: Box, { boxes, lines }: Surroundings, standing: Occupied['standing']): boolean {
  const free = grown(box, 2);
  return (
    !boxes.near(free).some((other) => overlap(other, free)) &&
    !lines.near(free).some(({ edge, a, b }) => !standing.has(edge) && crosses(a, b, free))
  );
}

interface Line {
  readonly edge: string;
  readonly a: Point;
  readonly b: Point;
}

interface Surroundings {
  readonly boxes: Tiles<Box>;
  readonly frames: Tiles<Box>;
  readonly lines: Tiles<Line>;
}

function surroundingsOf({ boxes, frames, routes }: Occupied): Surroundings {
  const surroundings: Surroundings = { boxes: new Tiles(), frames: new Tiles(), lines: new Tiles() };
  for (const box of boxes) surroundings.boxes.put(box, box);
  for (const frame of frames) surroundings.frames.put(frame, frame);
  for (const [edge, points] of routes) {
    points.slice(1).forEach((b, i) => {
      const a = points[i]!;
      surroundings.lines.put(lineBox(a, b), { edge, a, b });
    });
  }
  return surroundings;
}

interface Place {
  readonly box: Box;
  readonly cost: number;
}

function placesFor(
  { edge, width, height }: LabelRequest,
  points: readonly Point[],
  surroundings: Surroundings,
): Place[] {
  return points.slice(1).flatMap((b, i) => {
    const a = points[i]!;
    const arrow = { before: i === 0 ? 8 : 10, after: i === points.length - 2 ? 14 : 10 };
    return (a.y === b.y ? flatPlaces(a, b, arrow, width) : uprightPlaces(a, b, width, height)).map(
      ({ x, y, extra }) => {
        const box = { x: Math.round(x - width / 2), y: Math.round(y - height / 2), width, height };
        return { box, cost: extra + costOf(box, edge, surroundings) };
      },
    );
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
  const far = Math.max(step, (high - low) / mostTries);
  for (let x = high; x >= low; x -= far) spots.push({ x, y: a.y, extra: Math.min(12, (high - x) / 40) });
  return spots;
}

function uprightPlaces(a: Point, b: Point, width: number, height: number): Spot[] {
  const [low, high] = [Math.min(a.y, b.y) + height, Math.max(a.y, b.y) - height];
  const far = Math.max(step, (high - low) / mostTries);
  const spots: Spot[] = [];
  for (let y = low; y <= high; y += far) spots.push({ x: a.x, y, extra: price.upright });
  // Beside a piece that is too short to carry a label.
  const aside = width / 2 + 5;
  const middle = (a.y + b.y) / 2;
  return [
    ...spots,
    { x: a.x + aside, y: middle, extra: price.upright + price.short },
    { x: a.x - aside, y: middle, extra: price.upright + price.short },
  ];
}

function costOf(box: Box, edge: string, { boxes, frames, lines }: Surroundings): number {
  const free = grown(box, 2);
  const count = <T>(things: readonly T[], meets: (thing: T) => boolean): number => things.filter(meets).length;
  return (
    price.box * count(boxes.near(free), (other) => overlap(other, free)) +
    price.frame * count(frames.near(free), (frame) => touchesOutline(frame, free)) +
    price.line * count(lines.near(free), (line) => line.edge !== edge && crosses(line.a, line.b, free))
  );
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
