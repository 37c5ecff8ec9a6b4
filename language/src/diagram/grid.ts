import { type Box, bottom, type Point, right } from './geometry.ts';
import type { Ends, Port } from './ports.ts';
import { Queue } from './queue.ts';
import type { Lines, Terrain } from './route.ts';

/**
 * What a path pays beside its length: in pixels, for a foreign frame as a multiple of the length within, for waiting with a
 * turn by the distance from the left.
 */
const cost = { bend: 45, crossing: 40, foreign: 4, late: 30, waiting: 0.03 } as const;

/** Where one edge may run: all crossings of lines, and what it costs to go from one to the next. */
interface Grid {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** Price of a pixel from column i to i + 1 in row j, at `j * xs.length + i`; 0 where something is in the way. */
  readonly across: Uint8Array;
  /** The same from row j to j + 1 in column i. */
  readonly down: Uint8Array;
  /** How many edges are crossed on the way across or down. */
  readonly crossedAcross: Uint16Array;
  readonly crossedDown: Uint16Array;
  /** Columns right in front of a box: edges turn sooner, so that their labels find room there. */
  readonly late: ReadonlySet<number>;
}

/** The grid for one request, with what was routed before it. */
export function gridOf(
  { obstacles, frames }: Terrain,
  lines: Lines,
  home: ReadonlySet<string>,
  extra: readonly Point[],
  routed: Iterable<readonly Point[]>,
): Grid {
  const xs = ascending([...lines.xs, ...extra.map(({ x }) => x)]);
  const ys = ascending([...lines.ys, ...extra.map(({ y }) => y)]);
  const count = xs.length * ys.length;
  const grid: Grid = {
    xs,
    ys,
    across: new Uint8Array(count).fill(1),
    down: new Uint8Array(count).fill(1),
    crossedAcross: new Uint16Array(count),
    crossedDown: new Uint16Array(count),
    late: new Set(lines.late),
  };
  for (const [id, frame] of frames) if (!home.has(id)) price(grid, frame, cost.foreign);
  for (const obstacle of obstacles.values()) price(grid, obstacle, 0);
  for (const points of routed) countCrossings(grid, points);
  return grid;
}

const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

/** The first index whose value is not below `value`. */
function indexAt(values: readonly number[], value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Obstacles keep lines off that come nearer than this, so that the lines beside them stay free. */
const clearance = 8;

/** Sets the price of every step that touches the inside of the box, or for obstacles comes too near it. */
function price({ xs, ys, across, down }: Grid, box: Box, value: number): void {
  const by = value === 0 ? clearance : 0;
  const [x0, x1, y0, y1] = [box.x - by, right(box) + by, box.y - by, bottom(box) + by];
  const [firstX, endX] = [indexAt(xs, x0 + 0.01), indexAt(xs, x1)];
  const [firstY, endY] = [indexAt(ys, y0 + 0.01), indexAt(ys, y1)];
  for (let j = firstY; j < endY; j += 1) {
    for (let i = Math.max(0, firstX - 1); i < Math.min(endX, xs.length - 1); i += 1) across[j * xs.length + i] = value;
  }
  for (let i = firstX; i < endX; i += 1) {
    for (let j = Math.max(0, firstY - 1); j < Math.min(endY, ys.length - 1); j += 1) down[j * xs.length + i] = value;
  }
}

function countCrossings({ xs, ys, crossedAcross, crossedDown }: Grid, points: readonly Point[]): void {
  for (let k = 1; k < points.length; k += 1) {
    const [a, b] = [points[k - 1]!, points[k]!];
    if (a.x === b.x) {
      const i = indexAt(xs, a.x + 0.01) - 1;
      const end = indexAt(ys, Math.max(a.y, b.y));
      for (let j = indexAt(ys, Math.min(a.y, b.y) + 0.01); i >= 0 && j < end; j += 1)
        crossedAcross[j * xs.length + i]! += 1;
    } else {
      const j = indexAt(ys, a.y + 0.01) - 1;
      const end = indexAt(xs, Math.max(a.x, b.x));
      for (let i = indexAt(xs, Math.min(a.x, b.x) + 0.01); j >= 0 && i < end; i += 1)
        crossedDown[j * xs.length + i]! += 1;
    }
  }
}

export interface Path {
  readonly points: readonly Point[];
  readonly cost: number;
}

const across = (port: Port): boolean => port.side === 'left' || port.side === 'right';

/**
 * The cheapest path from start to end by A*: a state is a crossing and whether it was reached across or down. When there is
 * none, which takes boxes that overlap, the path is a plain bend: an edge is never left out.
 */
export function findPath(grid: Grid, start: Point, end: Point, { from, to }: Ends): Path {
  const { xs, ys } = grid;
  const nx = xs.length;
  const [startAt, endAt] = [start, end].map(({ x, y }) => indexAt(ys, y) * nx + indexAt(xs, x)) as [number, number];
  const best = new Float64Array(2 * nx * ys.length).fill(Number.POSITIVE_INFINITY);
  const cameFrom = new Int32Array(2 * nx * ys.length).fill(-1);
  const queue = new Queue();
  const estimate = (vertex: number): number =>
    Math.abs(xs[vertex % nx]! - end.x) + Math.abs(ys[Math.floor(vertex / nx)]! - end.y);
  const first = 2 * startAt + (across(from) ? 0 : 1);
  best[first] = 0;
  queue.put(first, estimate(startAt));
  for (let state = queue.take(); state !== undefined; state = queue.take()) {
    const vertex = state >> 1;
    if (vertex === endAt && (state & 1) === (across(to) ? 0 : 1))
      return { points: walkBack(grid, cameFrom, state), cost: best[state]! };
    const [i, j] = [vertex % nx, Math.floor(vertex / nx)];
    const step = (next: number, direction: 0 | 1, price: number, length: number, crossed: number): void => {
      if (price === 0) return;
      const turn =
        (state & 1) === direction
          ? 0
          : cost.bend + (xs[i]! - xs[0]!) * cost.waiting + (grid.late.has(xs[i]!) ? cost.late : 0);
      const total = best[state]! + length * price + crossed * cost.crossing + turn;
      const target = 2 * next + direction;
      if (total >= best[target]! - 1e-9) return;
      best[target] = total;
      cameFrom[target] = state;
      queue.put(target, total + estimate(next));
    };
    if (i + 1 < nx) step(vertex + 1, 0, grid.across[vertex]!, xs[i + 1]! - xs[i]!, grid.crossedAcross[vertex]!);
    if (i > 0) step(vertex - 1, 0, grid.across[vertex - 1]!, xs[i]! - xs[i - 1]!, grid.crossedAcross[vertex - 1]!);
    if (j + 1 < ys.length) step(vertex + nx, 1, grid.down[vertex]!, ys[j + 1]! - ys[j]!, grid.crossedDown[vertex]!);
    if (j > 0) step(vertex - nx, 1, grid.down[vertex - nx]!, ys[j]! - ys[j - 1]!, grid.crossedDown[vertex - nx]!);
    // Turning on the spot, for an end that is reached from the other direction.
    if (vertex === endAt) step(vertex, state & 1 ? 0 : 1, 1, 0, 0);
  }
  return { points: [start, { x: start.x, y: end.y }, end], cost: Number.POSITIVE_INFINITY };
}

function walkBack({ xs, ys }: Grid, cameFrom: Int32Array, last: number): Point[] {
  const points: Point[] = [];
  for (let state = last; state !== -1; state = cameFrom[state]!) {
    const vertex = state >> 1;
    points.push({ x: xs[vertex % xs.length]!, y: ys[Math.floor(vertex / xs.length)]! });
  }
  return points.reverse();
}
