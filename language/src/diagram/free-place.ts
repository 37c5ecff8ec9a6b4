import { around, type Box, bottom, overlap, type Point, right, type Size } from './geometry.ts';
import { tiled } from './tiles.ts';

/** Where something new may stand. */
export interface Region {
  /** Nothing stands left of or above this corner. What reaches beyond the right or the bottom makes the region larger. */
  readonly area: Box;
  /** How much larger it may get before others have to make room. */
  readonly spare?: { readonly right: number; readonly bottom: number };
  /** Nothing at all stands lower. */
  readonly floor?: number | undefined;
  readonly taken: readonly Box[];
  /** Least distances to what stands there already. */
  readonly gap: Point;
}

/** So many of the boxes around the wish are looked at for places beside them. */
const nearest = 16;
/** A place that makes the region larger is so much worse, for each pixel. */
const growth = 2;
/** What it costs when others have to make room, however little. */
const pushing = 500;

/** A free place for a box as near to its wish as there is, in line with what stands around it. */
export function freePlace(size: Size, wish: Point, { area, spare, floor, taken, gap }: Region): Box {
  const tiles = tiled(taken);
  const whole = around([...taken, { x: area.x, y: area.y, width: 0, height: 0 }]);
  const cost = ({ x, y }: Point): number =>
    Math.abs(x - wish.x) +
    1.5 * Math.abs(y - wish.y) +
    growing(x + size.width - right(area), spare?.right) +
    growing(y + size.height - bottom(area), spare?.bottom);
  const near = taken.toSorted((a, b) => away(a, size, wish) - away(b, size, wish)).slice(0, nearest);
  const xs = near.flatMap((box) => [
    box.x,
    box.x + (box.width - size.width) / 2,
    right(box) + gap.x,
    box.x - gap.x - size.width,
  ]);
  const ys = near.flatMap((box) => [
    box.y,
    box.y + (box.height - size.height) / 2,
    bottom(box) + gap.y,
    box.y - gap.y - size.height,
  ]);
  const low = (y: number): boolean => floor !== undefined && y + size.height + gap.y > floor;
  const places = [area.x, wish.x, ...xs]
    .flatMap((x) => [area.y, wish.y, ...ys].map((y) => ({ x: Math.round(x), y: Math.round(y) })))
    .filter(({ x, y }) => x >= area.x && y >= area.y && !low(y))
    .map((point) => ({ ...point, cost: cost(point) }))
    .sort((a, b) => a.cost - b.cost || a.x - b.x || a.y - b.y);
  const free = places.find(({ x, y }) => {
    const room = { x: x - gap.x, y: y - gap.y, width: size.width + 2 * gap.x, height: size.height + 2 * gap.y };
    return !tiles.near(room).some((box) => overlap(box, room));
  });
  // Beside everything there is always room, and below everything where there is no floor.
  const y = Math.max(area.y, Math.round(wish.y));
  const beside = { x: Math.round(taken.length === 0 ? area.x : right(whole) + gap.x), y: low(y) ? area.y : y };
  const below = { x: area.x, y: Math.round(bottom(whole) + gap.y) };
  const last = floor === undefined && cost(below) < cost(beside) ? below : beside;
  const { x, y: top } = free ?? last;
  return { x, y: top, width: size.width, height: size.height };
}

const growing = (by: number, spare = Number.POSITIVE_INFINITY): number =>
  growth * Math.max(0, by) + (by > Math.max(0, spare) ? pushing : 0);

const away = (box: Box, size: Size, wish: Point): number =>
  Math.abs(box.x + box.width / 2 - wish.x - size.width / 2) +
  Math.abs(box.y + box.height / 2 - wish.y - size.height / 2);
