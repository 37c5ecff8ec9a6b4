import { acyclic } from './acyclic.ts';
import type { Dot } from './dot.ts';
import { around, type Box, bottom, right, type Size } from './geometry.ts';

/** Something to place: a node in a group, or a group among groups. */
export interface Item extends Size {
  readonly id: string;
  /** Items that stand in one column and are alike are drawn equally wide. */
  readonly alike?: string;
  /** How many edges to elsewhere leave it on the right and turn there. */
  readonly leaving?: number;
}

/** Something drawn between two items. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly weight: number;
  /** Room that its label needs, 0 without one. */
  readonly label: number;
}

/** Where an item stands, and the column that it stands in. */
export interface Arranged extends Box {
  readonly column: { readonly x: number; readonly width: number };
}

/** Least room between two items of a column; edges run through it. */
const rowGap = 40;
const narrowestGap = 64;
const widestGap = 380;
/** Room for one edge that runs up or down between two columns. */
const track = 9;
const mostTracks = 9;
/** As much of a large group as later columns always stay clear of. */
const overhang = 170;

/**
 * Places items in columns from left to right. `dot` decides columns and order; how far the columns stand apart follows
 * from what runs between them. The corner of the whole is at the origin.
 */
export function arrange(dot: Dot, items: readonly Item[], links: readonly Link[]): ReadonlyMap<string, Arranged> {
  const ids = items.map(({ id }) => id);
  const forward = acyclic(ids, links);
  const centres = dot(items, [...forward, ...grid(ids, links)], { between: rowGap, ranks: narrowestGap });
  const byX = Map.groupBy(items, ({ id }) => centres.get(id)!.x);
  const columns = [...byX.keys()].sort((a, b) => a - b).map((x) => byX.get(x)!);
  const columnOf = new Map(columns.flatMap((column, i) => column.map(({ id }) => [id, i] as const)));
  const top = Math.min(...items.map(({ id, height }) => centres.get(id)!.y - height / 2));
  const y = (item: Item): number => Math.round(centres.get(item.id)!.y - item.height / 2 - top);
  const placed = new Map<string, Arranged>();
  columns.forEach((column, i) => {
    const gap = i === 0 ? 0 : gapAfter(i - 1, columns[i - 1]!, forward, columnOf);
    const starts = column.map((item) => startOf({ ...item, y: y(item) }, [...placed.values()], gap));
    const width = Math.max(...column.map((item) => item.width));
    // Columns of like things stay columns; beside a large group, small things move up to what they follow.
    const mixed = width > 1.6 * Math.min(...column.map((item) => item.width));
    const start = Math.max(...starts);
    column.forEach((item, k) => {
      const own = item.alike === undefined ? item.width : widestLike(item, column);
      const x = mixed ? starts[k]! : Math.round(start + (width - own) / 2);
      const slot = mixed ? { x, width: own } : { x: start, width };
      placed.set(item.id, { x, y: y(item), width: own, height: item.height, column: slot });
    });
  });
  return placed;
}

/** Room between rows of large things, beside what edges need there. */
const bandGap = 56;
const besideGap = 72;
/** Width by height of what a picture is mostly looked at on. */
const screen = 1.6;
/** Rows are tried so many times as wide as would make a square picture of what stands close together. */
const widths = [1, 1.25, 1.6, 2, 2.5] as const;

/**
 * The same in rows like lines of a text, for wide things: `dot` says what comes after what, and rows are as wide as makes the
 * picture fit a screen. What runs between two rows decides how far they stand apart.
 */
export function arrangeInRows(dot: Dot, items: readonly Item[], links: readonly Link[]): ReadonlyMap<string, Arranged> {
  const ids = items.map(({ id }) => id);
  const forward = acyclic(ids, links);
  const turned = items.map(({ id, width, height }) => ({ id, width: height, height: width }));
  const centres = dot(turned, [...forward, ...grid(ids, links)], { between: besideGap, ranks: bandGap });
  const order = items.toSorted((a, b) => {
    const [one, other] = [centres.get(a.id)!, centres.get(b.id)!];
    return one.x - other.x || isSingle(a) - isSingle(b) || one.y - other.y;
  });
  const area = items.reduce((sum, { width, height }) => sum + (width + besideGap) * (height + bandGap), 0);
  const tried = widths.map((by) => placedInRows(rowsOf(order, by * Math.sqrt(area)), forward));
  return tried.reduce((best, one) => (farFromScreen(one) < farFromScreen(best) ? one : best));
}

/** Single things stand behind groups, so that the groups stand below each other. */
const isSingle = ({ alike }: Item): number => (alike === undefined ? 0 : 1);

function rowsOf(order: readonly Item[], width: number): Item[][] {
  const rows: Item[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const item of order) {
    if (used + item.width > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)!.push(item);
    used += item.width + besideGap;
  }
  return rows;
}

function placedInRows(rows: readonly (readonly Item[])[], links: readonly Link[]): ReadonlyMap<string, Arranged> {
  const rowOf = new Map(rows.flatMap((row, i) => row.map(({ id }) => [id, i] as const)));
  const placed = new Map<string, Arranged>();
  let y = 0;
  rows.forEach((row, i) => {
    let x = 0;
    for (const { id, width, height } of row) {
      placed.set(id, { x, y, width, height, column: { x, width } });
      x += width + besideGap;
    }
    const through = links.filter(({ from, to }) => rowOf.get(from)! <= i !== rowOf.get(to)! <= i).length;
    y += Math.max(...row.map(({ height }) => height)) + bandGap + tracksRoom(through);
  });
  return placed;
}

/** Width by height. */
export function shapeOf(placed: ReadonlyMap<string, Box>): number {
  const { width, height } = around([...placed.values()]);
  return width / Math.max(1, height);
}

/** How much a picture differs in shape from a screen: 0 for not at all. */
export const farFromScreen = (placed: ReadonlyMap<string, Box>): number => Math.abs(Math.log(shapeOf(placed) / screen));

/** Right of what stands before it on its own height; what stands higher or lower may reach over it. */
function startOf(item: Size & { readonly y: number }, before: readonly Box[], gap: number): number {
  const beside = before.filter((box) => box.y < item.y + item.height + rowGap && item.y < bottom(box) + rowGap);
  return Math.max(
    0,
    ...beside.map((box) => right(box) + gap),
    ...before.map((box) => box.x + Math.min(box.width, overhang) + gap),
  );
}

const widestLike = (item: Item, column: readonly Item[]): number =>
  Math.max(...column.filter(({ alike }) => alike === item.alike).map(({ width }) => width));

/** Room for so many edges to run side by side. */
export const tracksRoom = (edges: number): number => Math.min(mostTracks, edges) * track;

/** Edges turn in the left part of a gap and carry their labels in the right part, in front of the column that they reach. */
function gapAfter(
  column: number,
  items: readonly Item[],
  links: readonly Link[],
  columnOf: ReadonlyMap<string, number>,
): number {
  const through = links.filter(({ from, to }) => columnOf.get(from)! <= column && columnOf.get(to)! > column);
  const labels = through.filter(({ to }) => columnOf.get(to) === column + 1).map(({ label }) => label);
  const leaving = items.reduce((sum, item) => sum + (item.leaving ?? 0), 0);
  const wanted = 40 + tracksRoom(through.length + leaving) + Math.max(0, ...labels);
  return Math.min(widestGap, Math.max(narrowestGap, wanted));
}

/** Items with no links would make one endless column: hidden edges set them out as a grid. */
function grid(ids: readonly string[], links: readonly Link[]): (Link & { readonly hidden: true })[] {
  const linked = new Set(links.filter(({ from, to }) => from !== to).flatMap(({ from, to }) => [from, to]));
  const alone = ids.filter((id) => !linked.has(id));
  const height = alone.length <= 5 ? alone.length : Math.ceil(Math.sqrt(alone.length * 1.6));
  return alone.slice(height).map((to, i) => ({ from: alone[i]!, to, weight: 1, label: 0, hidden: true as const }));
}
