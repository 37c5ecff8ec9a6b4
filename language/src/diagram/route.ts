import { type Box, bottom, type Point, right } from './geometry.ts';
import { findPath, gridOf } from './grid.ts';
import type { Ends, Port } from './ports.ts';

/** What edges run through: they go round obstacles, and rather not through frames that are none of theirs. */
export interface Terrain {
  /** By id of the node or group that stands there. */
  readonly obstacles: ReadonlyMap<string, Box>;
  readonly frames: ReadonlyMap<string, Box>;
}

export interface Request extends Ends {
  readonly id: string;
  /** Where the edge gets clear of what its ends stand on: the outline, or the column that it stands in. */
  readonly clear: { readonly from: Box; readonly to: Box };
  /** Frames that the edge may enter freely. */
  readonly home: ReadonlySet<string>;
}

/** Distance that edges keep from what they go round. */
export const margin = 14;

/**
 * Routes all edges with horizontal and vertical lines only: for each the cheapest path by length, bends and crossings with
 * those routed before, found by A* on the lines that run beside obstacles (after Wybrow, Marriott, Stuckey: Orthogonal
 * connector routing, 2009). Edges may still lie on each other: `nudged` draws them apart.
 */
export function routeAll(terrain: Terrain, requests: readonly Request[]): ReadonlyMap<string, readonly Point[]> {
  const lines = linesOf(terrain);
  const routed = new Map<string, readonly Point[]>();
  const length = ({ from, to }: Request): number => Math.abs(from.x - to.x) + Math.abs(from.y - to.y);
  // Short edges first: they have the fewest ways to go.
  for (const request of requests.toSorted((a, b) => length(a) - length(b) || (a.id < b.id ? -1 : 1))) {
    const [start, end] = [stub(request.from, request.clear.from), stub(request.to, request.clear.to)];
    const path = findPath(gridOf(terrain, lines, request, [start, end], routed.values()), start, end, request);
    routed.set(request.id, simplified([request.from, ...path, request.to].map(({ x, y }) => ({ x, y }))));
  }
  return routed;
}

export interface Lines {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

function linesOf({ obstacles, frames }: Terrain): Lines {
  const boxes = [...obstacles.values(), ...frames.values()];
  return {
    xs: boxes.flatMap((box) => [box.x - margin, right(box) + margin]),
    ys: boxes.flatMap((box) => [box.y - margin, bottom(box) + margin]),
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
