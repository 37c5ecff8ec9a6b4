import { type Box, clamp, type Point } from './geometry.ts';
import { flip, flipBox, type Piece, piecesOf, type Rooms, type Walls } from './pieces.ts';
import type { Ends } from './ports.ts';
import { type Routes, simplified } from './route.ts';
import type { Terrain } from './terrain.ts';
import { tiled } from './tiles.ts';

/** A step sideways that is no longer than this looks like a mistake. */
const jog = 26;

/** Takes small steps out of edges where both pieces can run on one line. */
export function straightened(routes: Routes, terrain: Terrain, ends: ReadonlyMap<string, Ends>): Routes {
  const down = wallsOf(terrain, (box) => box);
  const across = wallsOf(terrain, flipBox);
  return new Map(
    [...routes].map(([id, points]) => {
      const { from, to } = ends.get(id)!;
      const rooms = { from: from.ownRoom, to: to.ownRoom };
      const once = withoutJogs(id, points, down, rooms);
      return [id, withoutJogs(id, once.map(flip), across, rooms).map(flip)];
    }),
  );
}

/** Obstacles and frames as they are, or turned. */
export const wallsOf = ({ obstacles, frames }: Terrain, turn: (box: Box) => Box): Walls => ({
  obstacles: tiled([...obstacles.values()].map(turn)),
  frames: tiled([...frames.values()].map(turn)),
});

const headingOf = (points: readonly Point[], { index }: Piece): number =>
  Math.sign(points[index + 1]!.y - points[index]!.y);

/** Looks at two vertical pieces with a short horizontal one between them. */
function withoutJogs(id: string, points: readonly Point[], walls: Walls, rooms: Rooms): readonly Point[] {
  const pieces = piecesOf(id, points, walls, rooms);
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
