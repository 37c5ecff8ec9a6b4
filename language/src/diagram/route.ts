import { type Box, bottom, type Point, right } from './geometry.ts';
import { ascending, type Density, findPath, gridOf, type Path } from './grid.ts';
import { Lines } from './lines.ts';
import type { Ends, Port } from './ports.ts';
import type { Terrain } from './terrain.ts';
import { Tiles, tiled } from './tiles.ts';

/** By id of the edge, the corners that it runs through. */
export type Routes = ReadonlyMap<string, readonly Point[]>;

export interface Request {
  readonly id: string;
  /** The cheapest of these is taken. */
  readonly ways: readonly Ends[];
  /** Where the edge gets clear of what its ends stand on: the outline, or the column that it stands in. */
  readonly clear: { readonly from: Box; readonly to: Box };
  /** Frames that the edge may enter freely. */
  readonly home: ReadonlySet<string>;
}

export interface Route {
  readonly points: readonly Point[];
  readonly ends: Ends;
}

/** With more edges than this the search is in haste. */
const crowd = 200;

/** Distance that edges keep from what they go round. */
export const margin = 14;

/**
 * Routes all edges with horizontal and vertical lines only: for each the cheapest path by length, bends and crossings with
 * those routed before, found by A* on the lines that run beside obstacles (after Wybrow, Marriott, Stuckey: Orthogonal
 * connector routing, 2009). Edges may still lie on each other: `nudged` draws them apart.
 *
 * @param standing edges that run already
 */
export function routeAll(
  terrain: Terrain,
  requests: readonly Request[],
  standing: Routes = new Map(),
): ReadonlyMap<string, Route> {
  const survey = surveyOf(terrain);
  for (const points of standing.values()) survey.routed.put(points);
  const routed = new Map<string, Route>();
  const length = ({ ways: [ends] }: Request): number =>
    Math.abs(ends!.from.x - ends!.to.x) + Math.abs(ends!.from.y - ends!.to.y);
  // Those with a choice last, for they can go round the others; short edges first, for they have the fewest ways to go.
  const order = requests.toSorted(
    (a, b) => a.ways.length - b.ways.length || length(a) - length(b) || (a.id < b.id ? -1 : 1),
  );
  for (const request of order) {
    const found = request.ways.map((ends) => ({ ends, ...pathFor(survey, request, ends, routed.size) }));
    const { ends, points } = found.reduce((best, other) => (other.cost < best.cost ? other : best));
    routed.set(request.id, { ends, points });
    survey.routed.put(points);
  }
  return routed;
}

function pathFor(survey: Survey, request: Request, { from, to }: Ends, routed: number): Path {
  const [start, end] = [stub(from, request.clear.from), stub(to, request.clear.to)];
  const haste = routed > 5 * crowd ? 2.5 : routed > crowd ? 1.5 : 1;
  const path = (density: Density): Path =>
    findPath(gridOf(survey, request.home, [start, end], density), start, end, { from, to }, haste);
  let { points, cost } = path('thin');
  for (const density of ['whole', 'tight'] as const)
    if (cost === Number.POSITIVE_INFINITY) ({ points, cost } = path(density));
  return { cost, points: simplified([from, ...points, to].map(({ x, y }) => ({ x, y }))) };
}

/** The terrain with what is needed to find quickly what is near: an edge looks only at its surroundings. */
export interface Survey {
  /** Lines that edges may run on, ascending. */
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** Those that run beside frames. */
  readonly frameXs: readonly number[];
  readonly frameYs: readonly number[];
  /** Those of `xs` that run in front of a box. */
  readonly late: ReadonlySet<number>;
  readonly obstacles: Tiles<Box>;
  readonly frames: Tiles<readonly [id: string, frame: Box]>;
  /** The pieces of edges that were routed before. */
  readonly routed: Lines;
}

function surveyOf({ obstacles, frames }: Terrain): Survey {
  const boxes = [...obstacles.values(), ...frames.values()];
  const besideX = (box: Box): number[] => [box.x - margin, right(box) + margin];
  const besideY = (box: Box): number[] => [box.y - margin, bottom(box) + margin];
  const framed: Survey['frames'] = new Tiles();
  for (const [id, frame] of frames) framed.put(frame, [id, frame]);
  return {
    xs: ascending(boxes.flatMap(besideX)),
    ys: ascending(boxes.flatMap(besideY)),
    frameXs: ascending([...frames.values()].flatMap(besideX)),
    frameYs: ascending([...frames.values()].flatMap(besideY)),
    late: new Set(boxes.map((box) => box.x - margin)),
    obstacles: tiled(obstacles.values()),
    frames: framed,
    routed: new Lines(),
  };
}

/** The point where an edge has left its end far enough to turn. */
function stub(port: Port, clear: Box): Point {
  switch (port.side) {
    case 'left':
      return { x: clear.x - margin, y: port.y };
    case 'right':
      return { x: right(clear) + margin, y: port.y };
    case 'top':
      return { x: port.x, y: clear.y - margin };
    case 'bottom':
      return { x: port.x, y: bottom(clear) + margin };
  }
}

/** Leaves out points on the way from one corner to the next. */
export function simplified(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const [before, last] = [kept.at(-2), kept.at(-1)];
    if (last && last.x === point.x && last.y === point.y) continue;
    const inLine =
      before && last && ((before.x === last.x && last.x === point.x) || (before.y === last.y && last.y === point.y));
    if (inLine) kept.pop();
    kept.push(point);
  }
  return kept;
}
