import { type Box, bottom, type Point, right } from './geometry.ts';
import type { Range } from './ports.ts';
import type { Tiles } from './tiles.ts';

/** What stands in the way of pieces, seen as they are. */
export interface Walls {
  readonly obstacles: Tiles<Box>;
  readonly frames: Tiles<Box>;
}

/** How far the two ends of an edge may be moved along their sides. */
export interface Rooms {
  readonly from: Range;
  readonly to: Range;
}

/** A straight piece of an edge, seen so that it runs along and can be moved aside. */
export interface Piece {
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

/** Pieces keep this far from what is beside them. */
const clearance = 9;
/** And are never moved farther than this. */
const farthest = 200;

/** The vertical pieces of an edge with the room that each has. */
export function piecesOf(edge: string, points: readonly Point[], { obstacles, frames }: Walls, rooms: Rooms): Piece[] {
  const last = points.length - 2;
  return points.slice(1).flatMap((b, index) => {
    const a = points[index]!;
    if (a.x !== b.x) return [];
    const [low, high] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
    const reach = { x: a.x - farthest, y: low - 4, width: 2 * farthest, height: high - low + 8 };
    const walls = [
      ...obstacles.near(reach).filter((box) => box.y - 4 < high && bottom(box) + 4 > low),
      ...frames.near(reach).filter((box) => box.y < high && bottom(box) > low),
    ].flatMap((box) => [box.x, right(box)]);
    const ports = [...(index === 0 ? [rooms.from] : []), ...(index === last ? [rooms.to] : [])];
    const least = Math.max(
      a.x - farthest,
      ...walls.filter((wall) => wall <= a.x).map((wall) => wall + clearance),
      ...ports.map(([from]) => from),
    );
    const most = Math.min(
      a.x + farthest,
      ...walls.filter((wall) => wall > a.x).map((wall) => wall - clearance),
      ...ports.map(([, to]) => to),
    );
    return [
      {
        edge,
        index,
        held: ports.length > 0,
        at: a.x,
        low,
        high,
        ends: endsOf(points, index),
        least: Math.min(least, a.x),
        most: Math.max(most, a.x),
      },
    ];
  });
}

/** The vertical pieces of an edge that nobody moves. */
export function fixedPiecesOf(edge: string, points: readonly Point[]): Piece[] {
  return points.slice(1).flatMap((b, index) => {
    const a = points[index]!;
    if (a.x !== b.x) return [];
    const [low, high] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
    return [{ edge, index, held: true, at: a.x, low, high, ends: endsOf(points, index), least: a.x, most: a.x }];
  });
}

function endsOf(points: readonly Point[], index: number): Piece['ends'] {
  const [a, b] = [points[index]!, points[index + 1]!];
  const onward = (corner: Point, next: Point | undefined): number =>
    next === undefined ? 0 : Math.sign(next.x - corner.x);
  return [
    { along: a.y, onward: onward(a, points[index - 1]) },
    { along: b.y, onward: onward(b, points[index + 2]) },
  ];
}

/** The same with x and y in each other's place. */
export const flip = ({ x, y }: Point): Point => ({ x: y, y: x });
export const flipBox = (box: Box): Box => ({ x: box.y, y: box.x, width: box.height, height: box.width });
