import { greedyOrder } from './acyclic.ts';
import { type Box, bottom, clamp, type Point, right } from './geometry.ts';
import { simplified, type Terrain } from './route.ts';

type Routes = ReadonlyMap<string, readonly Point[]>;

/** A straight piece of an edge, seen so that it runs along and can be moved aside. */
interface Piece {
  readonly edge: string;
  /** It joins the corners `index` and `index + 1`. */
  readonly index: number;
  /** Pieces that end at a port stay where they are. */
  readonly fixed: boolean;
  at: number;
  readonly low: number;
  readonly high: number;
  /** Its two ends along its own direction, and where the edge goes on from each: 0 when it ends there. */
  readonly ends: readonly { readonly along: number; readonly onward: number }[];
  /** Between these two it can be moved. */
  readonly least: number;
  readonly most: number;
}

/** Wanted distances between edges that run side by side, tried from the left until all of them fit. */
const distances = [10, 8, 6, 4.5, 3];
const clearance = 9;

/**
 * Draws edges apart that lie on each other, in an order that spares crossings. Directions take turns; pairs whose order does
 * not matter yet are left together until the others have said where they go.
 */
export function nudged(routes: Routes, terrain: Terrain): Routes {
  let current = routes;
  const passes = [
    ['down', false],
    ['across', false],
    ['down', true],
    ['across', true],
    ['down', true],
  ] as const;
  for (const [direction, all] of passes) current = pass(current, terrain, direction, all);
  return new Map([...current].map(([id, points]) => [id, simplified(points.map(rounded))]));
}

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x * 2) / 2, y: Math.round(y * 2) / 2 });

const flip = ({ x, y }: Point): Point => ({ x: y, y: x });
const flipBox = (box: Box): Box => ({ x: box.y, y: box.x, width: box.height, height: box.width });

/** One direction is enough to think about: for the other, x and y change places. */
function pass(routes: Routes, { obstacles, frames }: Terrain, direction: 'down' | 'across', all: boolean): Routes {
  if (direction === 'down') return apart(routes, [...obstacles.values()], [...frames.values()], all);
  const flipped = new Map([...routes].map(([id, points]) => [id, points.map(flip)]));
  const moved = apart(flipped, [...obstacles.values()].map(flipBox), [...frames.values()].map(flipBox), all);
  return new Map([...moved].map(([id, points]) => [id, points.map(flip)]));
}

function apart(routes: Routes, obstacles: readonly Box[], frames: readonly Box[], all: boolean): Routes {
  const pieces = [...routes].flatMap(([edge, points]) => piecesOf(edge, points, obstacles, frames));
  for (const channel of channelsOf(pieces)) place(channel, all);
  const points = new Map([...routes].map(([id, corners]) => [id, corners.map((corner) => ({ ...corner }))]));
  for (const { edge, index, at, fixed } of pieces) {
    if (fixed) continue;
    const corners = points.get(edge)!;
    corners[index]!.x = at;
    corners[index + 1]!.x = at;
  }
  return points;
}

/** The vertical pieces of an edge with the room that each has. */
function piecesOf(edge: string, points: readonly Point[], obstacles: readonly Box[], frames: readonly Box[]): Piece[] {
  return points.slice(1).flatMap((b, index) => {
    const a = points[index]!;
    if (a.x !== b.x) return [];
    const fixed = index === 0 || index === points.length - 2;
    const [low, high] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
    const walls = [
      ...obstacles.filter((box) => box.y - 4 < high && bottom(box) + 4 > low).flatMap((box) => [box.x, right(box)]),
      ...frames.filter((box) => box.y < high && bottom(box) > low).flatMap((box) => [box.x, right(box)]),
    ];
    const least = Math.max(...walls.filter((wall) => wall <= a.x).map((wall) => wall + clearance), a.x - 200);
    const most = Math.min(...walls.filter((wall) => wall > a.x).map((wall) => wall - clearance), a.x + 200);
    const onward = (corner: Point, next: Point | undefined): number =>
      next === undefined ? 0 : Math.sign(next.x - corner.x);
    const ends = [
      { along: a.y, onward: onward(a, points[index - 1]) },
      { along: b.y, onward: onward(b, points[index + 2]) },
    ];
    return [
      {
        edge,
        index,
        fixed,
        at: a.x,
        low,
        high,
        ends,
        least: fixed ? a.x : least,
        most: fixed ? a.x : Math.max(least, most),
      },
    ];
  });
}

/** Do two pieces run side by side somewhere? Ends that nearly touch count: their corners are rounded. */
const besides = (a: Piece, b: Piece): boolean => a.low < b.high + 6 && b.low < a.high + 6;
const mayMeet = (a: Piece, b: Piece): boolean =>
  besides(a, b) && a.least < b.most + distances[0]! && b.least < a.most + distances[0]!;

/** Pieces that can come into each other's way, directly or through others. */
function channelsOf(pieces: readonly Piece[]): Piece[][] {
  const sorted = pieces.toSorted(
    (a, b) => a.low - b.low || a.at - b.at || (a.edge < b.edge ? -1 : a.edge > b.edge ? 1 : a.index - b.index),
  );
  const parent = sorted.map((_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  sorted.forEach((piece, i) => {
    for (let k = i + 1; k < sorted.length && sorted[k]!.low < piece.high + 6; k += 1) {
      if (mayMeet(piece, sorted[k]!)) parent[root(k)] = root(i);
    }
  });
  return [...Map.groupBy(sorted, (_, i) => root(i)).values()].filter((channel) => channel.some(({ fixed }) => !fixed));
}

/**
 * Crossings that arise when `a` runs left of `b`: where `a` goes on to the right, or `b` to the left, through the other
 * (as in the orthogonal edge routing of Eclipse's Layout Kernel).
 */
function crossings(a: Piece, b: Piece): number {
  const through = (piece: Piece, onward: number, other: Piece): number =>
    piece.ends.filter((end) => end.onward === onward && end.along > other.low && end.along < other.high).length;
  return through(a, 1, b) + through(b, -1, a);
}

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly weight: number;
}

const nameOf = (piece: Piece): string => `${piece.edge} ${piece.index}`;

/** Puts the pieces of one channel side by side. */
function place(channel: readonly Piece[], all: boolean): void {
  const pairs: Pair[] = [];
  const neighbours = new Map<Piece, Set<Piece>>(channel.map((piece) => [piece, new Set()]));
  const sorted = channel.toSorted((a, b) => a.at - b.at || (nameOf(a) < nameOf(b) ? -1 : 1));
  sorted.forEach((a, i) => {
    for (const b of sorted.slice(i + 1)) {
      if (!mayMeet(a, b) || (a.fixed && b.fixed)) continue;
      const worse = crossings(a, b) - crossings(b, a);
      const known = a.most < b.least || b.most < a.least;
      const byPlace = Math.abs(a.at - b.at) > 0.01;
      if (worse === 0 && !byPlace && !all) continue;
      neighbours.get(a)!.add(b);
      neighbours.get(b)!.add(a);
      const swap = known ? b.most < a.least : worse > 0;
      pairs.push({
        from: nameOf(swap ? b : a),
        to: nameOf(swap ? a : b),
        weight: known ? 100 : worse === 0 ? 0.1 : Math.abs(worse),
      });
    }
  });
  const byName = new Map(channel.map((piece) => [nameOf(piece), piece]));
  const order = greedyOrder(sorted.map(nameOf), pairs).map((name) => byName.get(name)!);
  settle(order, neighbours);
}

/** Moves the pieces, in their order, as near to where they were as distances allow; those at ports stay. */
function settle(order: readonly Piece[], neighbours: ReadonlyMap<Piece, ReadonlySet<Piece>>): void {
  const turn = new Map(order.map((piece, i) => [piece, i]));
  const left = order.map((piece, i) =>
    [...neighbours.get(piece)!].filter((other) => turn.get(other)! < i).map((other) => turn.get(other)!),
  );
  for (const distance of distances) {
    const least = order.map((piece) => piece.least);
    left.forEach((before, i) => {
      if (!order[i]!.fixed) least[i] = Math.max(least[i]!, ...before.map((k) => least[k]! + distance));
    });
    const most = order.map((piece) => piece.most);
    for (let i = order.length - 1; i >= 0; i -= 1) {
      for (const k of left[i]!) if (!order[k]!.fixed) most[k] = Math.min(most[k]!, most[i]! - distance);
    }
    const fits = order.every((_, i) => least[i]! <= most[i]! + 0.01);
    if (!fits && distance !== distances.at(-1)) continue;
    order.forEach((piece, i) => {
      if (piece.fixed) return;
      const room = clamp(
        Math.max(wish(piece), ...left[i]!.map((k) => order[k]!.at + distance)),
        least[i]!,
        Math.max(least[i]!, most[i]!),
      );
      piece.at = clamp(room, piece.least, piece.most);
    });
    return;
  }
}

/** In a narrow passage the middle, else where the search put it. */
const wish = ({ least, most, at }: Piece): number => (most - least < 60 ? (least + most) / 2 : at);
