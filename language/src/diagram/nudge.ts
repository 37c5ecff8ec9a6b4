import { greedyOrder, sifted } from './acyclic.ts';
import { type Box, bottom, clamp, type Point, right } from './geometry.ts';
import type { Ends, Range } from './ports.ts';
import { simplified, type Terrain } from './route.ts';

type Routes = ReadonlyMap<string, readonly Point[]>;

type EndsOf = ReadonlyMap<string, Ends>;

/** How far the two ends of an edge may be moved along their sides. */
interface Rooms {
  readonly from: Range;
  readonly to: Range;
}

/** A straight piece of an edge, seen so that it runs along and can be moved aside. */
interface Piece {
  readonly edge: string;
  /** It joins the corners `index` and `index + 1`. */
  readonly index: number;
  /** Pieces that end at a port rather stay where they are. */
  readonly held: boolean;
  at: number;
  readonly low: number;
  readonly high: number;
  /** Its two ends along its own direction, and where the edge goes on from each: 0 when it ends there. */
  readonly ends: readonly { readonly along: number; readonly onward: number }[];
  /** Between these two it can be moved. */
  readonly least: number;
  readonly most: number;
}

/** Distances between edges that run side by side where there is room: labels stand between those that run across. */
const distances = { down: 10, across: 18 } as const;
const reach = 18;
const clearance = 9;

/**
 * Draws edges apart that lie on each other, in an order that spares crossings. Directions take turns; pairs whose order does
 * not matter yet are left together until the others have said where they go.
 */
export function nudged(routes: Routes, terrain: Terrain, ends: EndsOf): Routes {
  let current = straightened(routes, terrain, ends);
  const passes = [
    ['down', false],
    ['across', false],
    ['down', true],
    ['across', true],
    ['down', true],
  ] as const;
  for (const [direction, all] of passes)
    current = pass(current, terrain, direction, { wanted: distances[direction], all, ends });
  return new Map([...current].map(([id, points]) => [id, simplified(points.map(rounded))]));
}

/** A step sideways that is no longer than this looks like a mistake. */
const jog = 26;

/** Takes small steps out of edges where both pieces can run on one line. */
function straightened(routes: Routes, terrain: Terrain, ends: EndsOf): Routes {
  const down = apartFrom(terrain, (box) => box);
  const across = apartFrom(terrain, flipBox);
  return new Map(
    [...routes].map(([id, points]) => {
      const { from, to } = ends.get(id)!;
      const rooms = { from: from.ownRoom, to: to.ownRoom };
      const once = withoutJogs(id, points, down, rooms);
      return [id, withoutJogs(id, once.map(flip), across, rooms).map(flip)];
    }),
  );
}

interface Walls {
  readonly obstacles: readonly Box[];
  readonly frames: readonly Box[];
}

const apartFrom = ({ obstacles, frames }: Terrain, turn: (box: Box) => Box): Walls => ({
  obstacles: [...obstacles.values()].map(turn),
  frames: [...frames.values()].map(turn),
});

const headingOf = (points: readonly Point[], { index }: Piece): number =>
  Math.sign(points[index + 1]!.y - points[index]!.y);

/** Looks at two vertical pieces with a short horizontal one between them. */
function withoutJogs(id: string, points: readonly Point[], walls: Walls, rooms: Rooms): readonly Point[] {
  const pieces = piecesOf(id, points, walls.obstacles, walls.frames, rooms);
  for (const a of pieces) {
    const b = pieces.find(({ index }) => index === a.index + 2);
    if (!b || Math.abs(a.at - b.at) > jog || headingOf(points, a) !== headingOf(points, b)) continue;
    const [least, most] = [Math.max(a.least, b.least), Math.min(a.most, b.most)];
    if (least > most) continue;
    const x = clamp(a.held === b.held ? (a.at + b.at) / 2 : a.held ? a.at : b.at, least, most);
    const moved = points.map((point, i) => (i >= a.index && i <= b.index + 1 ? { x, y: point.y } : point));
    return withoutJogs(id, simplified(moved), walls, rooms);
  }
  return points;
}

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x * 2) / 2, y: Math.round(y * 2) / 2 });

const flip = ({ x, y }: Point): Point => ({ x: y, y: x });
const flipBox = (box: Box): Box => ({ x: box.y, y: box.x, width: box.height, height: box.width });

/** One direction is enough to think about: for the other, x and y change places. */
function pass(routes: Routes, { obstacles, frames }: Terrain, direction: 'down' | 'across', how: How): Routes {
  if (direction === 'down') return apart(routes, [...obstacles.values()], [...frames.values()], how);
  const flipped = new Map([...routes].map(([id, points]) => [id, points.map(flip)]));
  const moved = apart(flipped, [...obstacles.values()].map(flipBox), [...frames.values()].map(flipBox), how);
  return new Map([...moved].map(([id, points]) => [id, points.map(flip)]));
}

interface How {
  readonly wanted: number;
  /** Also those whose order does not matter. */
  readonly all: boolean;
  readonly ends: EndsOf;
}

function apart(routes: Routes, obstacles: readonly Box[], frames: readonly Box[], how: How): Routes {
  const pieces = [...routes].flatMap(([edge, points]) =>
    piecesOf(edge, points, obstacles, frames, roomsOf(how.ends.get(edge)!)),
  );
  for (const channel of channelsOf(pieces)) place(channel, how);
  const points = new Map([...routes].map(([id, corners]) => [id, corners.map((corner) => ({ ...corner }))]));
  for (const { edge, index, at } of pieces) {
    const corners = points.get(edge)!;
    corners[index]!.x = at;
    corners[index + 1]!.x = at;
  }
  return points;
}

const roomsOf = ({ from, to }: Ends): Rooms => ({ from: from.room, to: to.room });

/** The vertical pieces of an edge with the room that each has. */
function piecesOf(
  edge: string,
  points: readonly Point[],
  obstacles: readonly Box[],
  frames: readonly Box[],
  rooms: Rooms,
): Piece[] {
  const last = points.length - 2;
  return points.slice(1).flatMap((b, index) => {
    const a = points[index]!;
    if (a.x !== b.x) return [];
    const [low, high] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
    const walls = [
      ...obstacles.filter((box) => box.y - 4 < high && bottom(box) + 4 > low).flatMap((box) => [box.x, right(box)]),
      ...frames.filter((box) => box.y < high && bottom(box) > low).flatMap((box) => [box.x, right(box)]),
    ];
    const ports = [...(index === 0 ? [rooms.from] : []), ...(index === last ? [rooms.to] : [])];
    const least = Math.max(
      a.x - 200,
      ...walls.filter((wall) => wall <= a.x).map((wall) => wall + clearance),
      ...ports.map(([from]) => from),
    );
    const most = Math.min(
      a.x + 200,
      ...walls.filter((wall) => wall > a.x).map((wall) => wall - clearance),
      ...ports.map(([, to]) => to),
    );
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
        held: ports.length > 0,
        at: a.x,
        low,
        high,
        ends,
        least: Math.min(least, a.x),
        most: Math.max(most, a.x),
      },
    ];
  });
}

/** Do two pieces run side by side somewhere? Ends that nearly touch count: their corners are rounded. */
const besides = (a: Piece, b: Piece): boolean => a.low < b.high + 6 && b.low < a.high + 6;
const mayMeet = (a: Piece, b: Piece): boolean => besides(a, b) && a.least < b.most + reach && b.least < a.most + reach;

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
  return [...Map.groupBy(sorted, (_, i) => root(i)).values()].filter(
    (channel) => channel.length > 1 || !channel[0]!.held,
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

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly weight: number;
}

const nameOf = (piece: Piece): string => `${piece.edge} ${piece.index}`;

const near = 40;

/**
 * Should `b`, which is not left of `a`, be put left of it, and how much does it matter? Undefined when they need not be
 * told apart yet.
 */
function preference(a: Piece, b: Piece, all: boolean): { readonly swap: boolean; readonly weight: number } | undefined {
  // Said of all, beside each other or not: a third piece cannot be behind the one and before the other.
  if (a.most < b.least || b.most < a.least) return { swap: b.most < a.least, weight: 100 };
  if (!mayMeet(a, b)) return undefined;
  const apart = b.at - a.at > 0.01;
  // An edge that changed the order of its own pieces would make a loop.
  if (a.edge === b.edge) return apart ? { swap: false, weight: 50 } : undefined;
  // Pieces change their order only with those near to them: who pushed others far away would close their passages.
  if (b.at - a.at > near) return { swap: false, weight: 20 };
  const worse = crossings(a, b) - crossings(b, a);
  if (worse !== 0) return { swap: worse > 0, weight: Math.abs(worse) };
  return apart || all ? { swap: false, weight: apart ? 0.1 : 0.01 } : undefined;
}

/** Puts the pieces of one channel side by side. */
function place(channel: readonly Piece[], { wanted, all }: How): void {
  const pairs: Pair[] = [];
  const neighbours = new Map<Piece, Set<Piece>>(channel.map((piece) => [piece, new Set()]));
  const sorted = channel.toSorted((a, b) => a.at - b.at || (nameOf(a) < nameOf(b) ? -1 : 1));
  sorted.forEach((a, i) => {
    for (const b of sorted.slice(i + 1)) {
      const preferred = preference(a, b, all);
      if (!preferred) continue;
      if (mayMeet(a, b)) {
        neighbours.get(a)!.add(b);
        neighbours.get(b)!.add(a);
      }
      const [from, to] = preferred.swap ? [b, a] : [a, b];
      pairs.push({ from: nameOf(from), to: nameOf(to), weight: preferred.weight });
    }
  });
  const byName = new Map(channel.map((piece) => [nameOf(piece), piece]));
  const names = sifted(greedyOrder(sorted.map(nameOf), pairs), pairs);
  const order = names.map((name) => byName.get(name)!);
  settle(order, neighbours, wanted);
}

/** Moves the pieces, in their order, as near to where they wish to be as distances allow. */
function settle(order: readonly Piece[], neighbours: ReadonlyMap<Piece, ReadonlySet<Piece>>, wanted: number): void {
  const turn = new Map(order.map((piece, i) => [piece, i]));
  const gaps = order.flatMap((piece, second) =>
    [...neighbours.get(piece)!]
      .map((other) => turn.get(other)!)
      .filter((first) => first < second)
      .map((first): Gap => ({ first, second, distance: distanceOf(order[first]!, piece, wanted) })),
  );
  let room = windows(order, gaps);
  for (let tries = 0; tries < 14 && tighten(gaps, room); tries += 1) room = windows(order, gaps);
  const within = (value: number, i: number): number =>
    clamp(value, room.least[i]!, Math.max(room.least[i]!, room.most[i]!));
  const at = order.map((piece, i) => within(wish(piece), i));
  relax(order, at, gaps, within);
  for (const { first, second, distance } of gaps)
    at[second] = within(Math.max(at[second]!, at[first]! + distance), second);
  order.forEach((piece, i) => {
    piece.at = clamp(at[i]!, piece.least, piece.most);
  });
}

/** Pieces that run side by side for a while need room for their labels; those that only meet need less. */
const distanceOf = (a: Piece, b: Piece, wanted: number): number =>
  Math.min(a.high, b.high) - Math.max(a.low, b.low) > 60 ? wanted : Math.min(wanted, distances.down);

/** Two pieces, by their places in the order, and how far apart they should run. Sorted by `second`. */
interface Gap {
  readonly first: number;
  readonly second: number;
  distance: number;
}

interface Windows {
  readonly least: readonly number[];
  readonly most: readonly number[];
}

/** Where each piece may be so that those before and behind it still find room. */
function windows(order: readonly Piece[], gaps: readonly Gap[]): Windows {
  const least = order.map((piece) => piece.least);
  const most = order.map((piece) => piece.most);
  for (const { first, second, distance } of gaps) least[second] = Math.max(least[second]!, least[first]! + distance);
  for (const { first, second, distance } of gaps.toReversed())
    most[first] = Math.min(most[first]!, most[second]! - distance);
  return { least, most };
}

/** Where there is not room enough, and only there, pieces come nearer to each other. Was anything too tight? */
function tighten(gaps: readonly Gap[], { least, most }: Windows): boolean {
  const crowded = gaps.filter(({ first, second, distance }) => least[first]! + distance > most[second]! + 0.01);
  for (const gap of crowded) gap.distance *= 0.8;
  return crowded.length > 0;
}

const rounds = 40;

/** Pushes pieces apart that are too near, each by its share: those at ports give way least. */
function relax(
  order: readonly Piece[],
  at: number[],
  gaps: readonly Gap[],
  within: (value: number, i: number) => number,
): void {
  const ease = order.map(({ held }) => (held ? 0.1 : 1));
  for (let round = 0; round < rounds; round += 1) {
    let moved = false;
    for (const { first, second, distance } of gaps) {
      const lacking = distance - (at[second]! - at[first]!);
      if (lacking < 0.05) continue;
      const share = lacking / (ease[first]! + ease[second]!);
      at[second] = within(at[second]! + share * ease[second]!, second);
      at[first] = within(at[first]! - share * ease[first]!, first);
      moved = true;
    }
    if (!moved) return;
  }
}

/** In a narrow passage the middle, else where it is. */
const wish = ({ held, least, most, at }: Piece): number => (!held && most - least < 60 ? (least + most) / 2 : at);
