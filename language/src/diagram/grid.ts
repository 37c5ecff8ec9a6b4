import { around, type Box, bottom, grown, type Point, right } from './geometry.ts';
import type { Lines } from './lines.ts';
import type { Ends, Port, Range } from './ports.ts';
import { Queue } from './queue.ts';
import type { Survey } from './route.ts';

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
  readonly crossedAcross: Int32Array;
  readonly crossedDown: Int32Array;
  /** Columns right in front of a box: edges turn sooner, so that their labels find room there. */
  readonly late: ReadonlySet<number>;
}

/** An edge may leave the box around its ends by so much to get round what is in its way. */
const detour = 260;

/** A thin grid has about so many lines each way at most, and all those that are so near to an end of its edge. */
const thinFrom = 50;
const nearEnds = 100;

/**
 * Which lines make a grid. A thin one leaves out lines far from both ends where there are very many; on a tight one edges may touch
 * what they run beside, where they have no other way.
 */
export type Density = 'thin' | 'whole' | 'tight';

/** The grid for one request, with what was routed before it. */
export function gridOf(survey: Survey, home: ReadonlySet<string>, extra: readonly Point[], density: Density): Grid {
  const window = grown(around(extra.map(({ x, y }) => ({ x, y, width: 0, height: 0 }))), detour);
  const xs = linesIn(
    survey.xs,
    survey.frameXs,
    [window.x, right(window)],
    extra.map(({ x }) => x),
    density,
  );
  const ys = linesIn(
    survey.ys,
    survey.frameYs,
    [window.y, bottom(window)],
    extra.map(({ y }) => y),
    density,
  );
  const count = xs.length * ys.length;
  const grid: Grid = {
    xs,
    ys,
    across: new Uint8Array(count).fill(1),
    down: new Uint8Array(count).fill(1),
    crossedAcross: new Int32Array(count),
    crossedDown: new Int32Array(count),
    late: survey.late,
  };
  for (const [id, frame] of survey.frames.near(window)) if (!home.has(id)) price(grid, frame, cost.foreign);
  const distance = density === 'tight' ? 0 : clearance;
  for (const obstacle of survey.obstacles.near(grown(window, distance))) price(grid, grown(obstacle, distance), 0);
  countCrossings(grid, survey.routed, window);
  return grid;
}

/** The lines between two coordinates, and those of both ends. */
function linesIn(
  all: readonly number[],
  frames: readonly number[],
  [low, high]: Range,
  ends: readonly number[],
  density: Density,
): readonly number[] {
  const inside = between(all, low, high);
  if (density !== 'thin' || inside.length <= thinFrom) return ascending([...inside, ...ends]);
  const nearEach = ends.flatMap((end) => between(all, Math.max(low, end - nearEnds), Math.min(high, end + nearEnds)));
  return ascending([
    ...some(inside, thinFrom / 2),
    ...some(between(frames, low, high), thinFrom),
    ...nearEach,
    ...ends,
  ]);
}

/** About so many of the values, evenly. */
function some(values: readonly number[], count: number): number[] {
  const found: number[] = [];
  const step = Math.ceil(values.length / count);
  for (let i = 0; i < values.length; i += step) found.push(values[i]!);
  return found;
}

/** Those of an ascending list that lie between two values. */
const between = (values: readonly number[], low: number, high: number): readonly number[] =>
  values.slice(indexAt(values, low + 1e-6), indexAt(values, high));

/** The values from low to high, each once. */
export const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

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

/** Sets the price of every step that touches the inside of the box. */
function price({ xs, ys, across, down }: Grid, box: Box, value: number): void {
  const [firstX, endX] = [indexAt(xs, box.x + 0.01), indexAt(xs, right(box))];
  const [firstY, endY] = [indexAt(ys, box.y + 0.01), indexAt(ys, bottom(box))];
  for (let j = firstY; j < endY; j += 1) {
    for (let i = Math.max(0, firstX - 1); i < Math.min(endX, xs.length - 1); i += 1) across[j * xs.length + i] = value;
  }
  for (let i = firstX; i < endX; i += 1) {
    for (let j = Math.max(0, firstY - 1); j < Math.min(endY, ys.length - 1); j += 1) down[j * xs.length + i] = value;
  }
}

/** Marks where each line begins and ends to be crossed; sums along the grid then say how many are crossed at each step. */
function countCrossings({ xs, ys, crossedAcross, crossedDown }: Grid, routed: Lines, window: Box): void {
  const nx = xs.length;
  for (const { at, low, high } of routed.down(window)) {
    const i = indexAt(xs, at + 0.01) - 1;
    const [first, end] = [indexAt(ys, low + 0.01), indexAt(ys, high)];
    if (i < 0 || first >= end) continue;
    crossedAcross[first * nx + i]! += 1;
    if (end < ys.length) crossedAcross[end * nx + i]! -= 1;
  }
  for (const { at, low, high } of routed.across(window)) {
    const j = indexAt(ys, at + 0.01) - 1;
    const [first, end] = [indexAt(xs, low + 0.01), indexAt(xs, high)];
    if (j < 0 || first >= end) continue;
    crossedDown[j * nx + first]! += 1;
    if (end < nx) crossedDown[j * nx + end]! -= 1;
  }
  for (let vertex = nx; vertex < crossedAcross.length; vertex += 1)
    crossedAcross[vertex]! += crossedAcross[vertex - nx]!;
  for (let row = 0; row < crossedDown.length; row += nx) {
    for (let vertex = row + 1; vertex < row + nx; vertex += 1) crossedDown[vertex]! += crossedDown[vertex - 1]!;
  }
}

export interface Path {
  readonly points: readonly Point[];
  readonly cost: number;
}

const across = (port: Port): boolean => port.side === 'left' || port.side === 'right';

/**
 * The cheapest path from start to end by A*, or with `haste` above 1 one that costs at most so many times as much: a state is a crossing and whether it was reached across or down. When there is
 * none, which takes boxes that overlap, the path is a plain bend: an edge is never left out.
 */
export function findPath(grid: Grid, start: Point, end: Point, { from, to }: Ends, haste: number): Path {
  const { xs, ys } = grid;
  const nx = xs.length;
  const [startAt, endAt] = [start, end].map(({ x, y }) => indexAt(ys, y) * nx + indexAt(xs, x)) as [number, number];
  const best = new Float64Array(2 * nx * ys.length).fill(Number.POSITIVE_INFINITY);
  const cameFrom = new Int32Array(2 * nx * ys.length).fill(-1);
  const queue = new Queue();
  const first = 2 * startAt + (across(from) ? 0 : 1);
  const last = 2 * endAt + (across(to) ? 0 : 1);
  const done = new Uint8Array(best.length);
  best[first] = 0;
  queue.put(first, 0);
  for (let state = queue.take(); state !== undefined; state = queue.take()) {
    if (state === last) return { points: walkBack(grid, cameFrom, state), cost: best[state]! };
    if (done[state]) continue;
    done[state] = 1;
    for (let direction = 0; direction < 5; direction += 1) {
      const target = targetOf(grid, state, direction, endAt);
      if (target < 0 || done[target]) continue;
      const total = best[state]! + stepCost(grid, state, target);
      if (total >= best[target]!) continue;
      best[target] = total;
      cameFrom[target] = state;
      queue.put(target, total + haste * estimate(grid, target, end, last));
    }
  }
  return { points: [start, { x: start.x, y: end.y }, end], cost: Number.POSITIVE_INFINITY };
}

/** The state after a step to the right, left, down or up, or a turn on the spot at the end; -1 where something is in the way. */
function targetOf({ xs, ys, across, down }: Grid, state: number, direction: number, endAt: number): number {
  const nx = xs.length;
  const vertex = state >> 1;
  const i = vertex % nx;
  switch (direction) {
    case 0:
      return i + 1 < nx && across[vertex]! > 0 ? 2 * (vertex + 1) : -1;
    case 1:
      return i > 0 && across[vertex - 1]! > 0 ? 2 * (vertex - 1) : -1;
    case 2:
      return vertex + nx < nx * ys.length && down[vertex]! > 0 ? 2 * (vertex + nx) + 1 : -1;
    case 3:
      return vertex >= nx && down[vertex - nx]! > 0 ? 2 * (vertex - nx) + 1 : -1;
    default:
      return vertex === endAt ? state ^ 1 : -1;
  }
}

function stepCost(
  { xs, ys, across, down, crossedAcross, crossedDown, late }: Grid,
  state: number,
  target: number,
): number {
  const nx = xs.length;
  const [from, to] = [state >> 1, target >> 1];
  const x = xs[from % nx]!;
  const turn =
    (state & 1) === (target & 1) ? 0 : cost.bend + (x - xs[0]!) * cost.waiting + (late.has(x) ? cost.late : 0);
  const least = Math.min(from, to);
  if (target & 1) {
    const length = Math.abs(ys[Math.floor(to / nx)]! - ys[Math.floor(from / nx)]!);
    return turn + (length === 0 ? 0 : length * down[least]! + crossedDown[least]! * cost.crossing);
  }
  const length = Math.abs(xs[to % nx]! - x);
  return turn + (length === 0 ? 0 : length * across[least]! + crossedAcross[least]! * cost.crossing);
}

/** What at least is still to pay: the distance, and the bends without which nobody comes to the end in its direction. */
function estimate({ xs, ys }: Grid, state: number, end: Point, last: number): number {
  const vertex = state >> 1;
  const dx = Math.abs(xs[vertex % xs.length]! - end.x);
  const dy = Math.abs(ys[Math.floor(vertex / xs.length)]! - end.y);
  const aside = state & 1 ? dx : dy;
  const bends = (state & 1) !== (last & 1) ? 1 : aside > 0 ? 2 : 0;
  return dx + dy + bends * cost.bend;
}

function walkBack({ xs, ys }: Grid, cameFrom: Int32Array, last: number): Point[] {
  const points: Point[] = [];
  for (let state = last; state !== -1; state = cameFrom[state]!) {
    const vertex = state >> 1;
    points.push({ x: xs[vertex % xs.length]!, y: ys[Math.floor(vertex / xs.length)]! });
  }
  return points.reverse();
}
