import type { Point } from './geometry.ts';
import { Bands } from './lines.ts';
import { fixedPiecesOf, flip, flipBox, type Piece, piecesOf, type Rooms, type Walls } from './pieces.ts';
import type { Ends } from './ports.ts';
import { type Routes, simplified } from './route.ts';
import { type Meeting, settle } from './settle.ts';
import { type Preference, sifted } from './sifted.ts';
import { straightened, wallsOf } from './straighten.ts';
import type { Terrain } from './terrain.ts';

type EndsOf = ReadonlyMap<string, Ends>;

/** Distances between edges that run side by side where there is room: labels stand between those that run across. */
const distances = { down: 10, across: 18 } as const;
const reach = 18;

/**
 * Draws edges apart that lie on each other, in an order that spares crossings. Directions take turns; pairs whose order does
 * not matter yet are left together until the others have said where they go.
 *
 * @param standing edges beside these that stay where they are
 */
export function nudged(routes: Routes, terrain: Terrain, ends: EndsOf, standing: Routes): Routes {
  const flipped = [...standing].map(([id, points]) => [id, points.map(flip)] as const);
  const fixed = { down: bandsOf(standing), across: bandsOf(flipped) };
  let current = straightened(routes, terrain, ends);
  const passes = [
    ['down', false],
    ['across', false],
    ['down', true],
    ['across', true],
    ['down', true],
  ] as const;
  for (const [direction, all] of passes)
    current = pass(current, terrain, direction, {
      wanted: distances[direction],
      all,
      ends,
      standing: fixed[direction],
    });
  return new Map([...current].map(([id, points]) => [id, simplified(points.map(rounded))]));
}

/** Lines that are nearer than this look like one, if they run on together. */
const tooNear = 2;
const together = 8;

/** Of the edges that stay where they are those that others lie on. */
export function coveredBy(routes: Routes, standing: Routes): ReadonlySet<string> {
  const found = new Set<string>();
  for (const turn of [(point: Point) => point, flip]) {
    const bands = bandsOf([...standing].map(([id, points]) => [id, points.map(turn)]));
    for (const [edge, points] of routes) {
      for (const { at, low, high } of fixedPiecesOf(edge, points.map(turn)))
        for (const other of bands.within(at - tooNear, at + tooNear, low + together, high - together))
          if (other.high - other.low > together) found.add(other.edge);
    }
  }
  return found;
}

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x * 2) / 2, y: Math.round(y * 2) / 2 });

/** One direction is enough to think about: for the other, x and y change places. */
function pass(routes: Routes, terrain: Terrain, direction: 'down' | 'across', how: How): Routes {
  if (direction === 'down')
    return apart(
      routes,
      wallsOf(terrain, (box) => box),
      how,
    );
  const flipped = new Map([...routes].map(([id, points]) => [id, points.map(flip)]));
  const moved = apart(flipped, wallsOf(terrain, flipBox), how);
  return new Map([...moved].map(([id, points]) => [id, points.map(flip)]));
}

interface How {
  readonly wanted: number;
  /** Also those whose order does not matter. */
  readonly all: boolean;
  readonly ends: EndsOf;
  readonly standing: Bands<Piece>;
}

function apart(routes: Routes, walls: Walls, how: How): Routes {
  const pieces = [...routes].flatMap(([edge, points]) => piecesOf(edge, points, walls, roomsOf(how.ends.get(edge)!)));
  for (const channel of channelsOf([...pieces, ...metBy(pieces, how.standing)])) place(channel, how);
  const points = new Map([...routes].map(([id, corners]) => [id, corners.map((corner) => ({ ...corner }))]));
  for (const { edge, index, at } of pieces) {
    const corners = points.get(edge)!;
    corners[index]!.x = at;
    corners[index + 1]!.x = at;
  }
  return points;
}

/** The pieces of edges that stay where they are. */
function bandsOf(standing: Iterable<readonly [string, readonly Point[]]>): Bands<Piece> {
  const bands = new Bands<Piece>();
  for (const [edge, points] of standing) for (const piece of fixedPiecesOf(edge, points)) bands.put(piece);
  return bands;
}

/** Those that stay and into whose way others may come. */
function metBy(pieces: readonly Piece[], standing: Bands<Piece>): ReadonlySet<Piece> {
  const near = ({ least, most, low, high }: Piece): Piece[] =>
    standing.within(least - reach, most + reach, low - touch, high + touch);
  return new Set(pieces.flatMap(near));
}

const roomsOf = ({ from, to }: Ends): Rooms => ({ from: from.room, to: to.room });

/** Ends that nearly touch run side by side as well: their corners are rounded. */
const touch = 6;
const besides = (a: Piece, b: Piece): boolean => a.low < b.high + touch && b.low < a.high + touch;
const mayMeet = (a: Piece, b: Piece): boolean => besides(a, b) && a.least < b.most + reach && b.least < a.most + reach;

const canMove = ({ least, most }: Piece): boolean => least < most;

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
    for (let k = i + 1; k < sorted.length && sorted[k]!.low < piece.high + touch; k += 1) {
      if (mayMeet(piece, sorted[k]!)) parent[root(k)] = root(i);
    }
  });
  return [...Map.groupBy(sorted, (_, i) => root(i)).values()].filter(
    (channel) => channel.some(canMove) && (channel.length > 1 || !channel[0]!.held),
  );
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

const near = (a: Piece, b: Piece): number => (a.held && b.held ? 12 : a.held || b.held ? 24 : 40);

/**
 * How much does it matter that `a` is left of `b`, which is not left of it now? Below 0 that it should be right of it; undefined
 * when they need not be told apart yet.
 */
function preference(a: Piece, b: Piece, all: boolean): number | undefined {
  const apart = b.at - a.at > 0.01;
  // An edge that changed the order of its own pieces would make a loop.
  if (a.edge === b.edge) return apart ? 50 : undefined;
  // Pieces change their order only with those near to them: who pushed others far away would close their passages.
  if (b.at - a.at > near(a, b)) return 20;
  const worse = crossings(a, b) - crossings(b, a);
  if (worse !== 0) return -worse;
  return apart || all ? (apart ? 0.1 : 0.01) : undefined;
}

/** Puts the pieces of one channel side by side. */
function place(channel: readonly Piece[], { wanted, all }: How): void {
  const pieces = channel.toSorted(
    (a, b) => a.at - b.at || (a.edge < b.edge ? -1 : a.edge > b.edge ? 1 : a.index - b.index),
  );
  const meeting: Meeting[] = [];
  const preferences: Preference[] = [];
  for (const [first, second] of overlapping(pieces)) {
    const [a, b] = [pieces[first]!, pieces[second]!];
    if (!mayMeet(a, b) || !(canMove(a) || canMove(b))) continue;
    const isFirm = a.most < b.least;
    const weight = isFirm ? undefined : preference(a, b, all);
    if (isFirm || weight !== undefined) meeting.push([first, second]);
    if (weight !== undefined) preferences.push({ first, second, weight });
  }
  // A third piece cannot be behind the one and before the other, so this holds of those too that never meet.
  const order = sifted(pieces.length, preferences, (a, b) => pieces[a]!.most < pieces[b]!.least);
  const places = new Map(order.map((piece, place) => [piece, place]));
  settle(
    order.map((piece) => pieces[piece]!),
    meeting.map(([first, second]) => [places.get(first)!, places.get(second)!]),
    wanted,
  );
}

/** Pairs of pieces that could come to run at one place: the first of a pair is the one that comes first. */
function* overlapping(pieces: readonly Piece[]): Iterable<Meeting> {
  const byLeast = pieces.map((_, i) => i).sort((a, b) => pieces[a]!.least - pieces[b]!.least || a - b);
  for (const [i, a] of byLeast.entries()) {
    for (let k = i + 1; k < byLeast.length && pieces[byLeast[k]!]!.least < pieces[a]!.most + reach; k += 1)
      yield a < byLeast[k]! ? [a, byLeast[k]!] : [byLeast[k]!, a];
  }
}
