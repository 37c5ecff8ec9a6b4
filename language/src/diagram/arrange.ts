import { acyclic } from './acyclic.ts';
import type { Dot } from './dot.ts';
import { type Box, bottom, type Point, right, type Size } from './geometry.ts';

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

/**
 * The same in rows from top to bottom, for wide things: `dot` decides rows and order, what runs between two rows how far they
 * stand apart.
 */
export function arrangeDown(dot: Dot, items: readonly Item[], links: readonly Link[]): ReadonlyMap<string, Arranged> {
  const ids = items.map(({ id }) => id);
  const forward = acyclic(ids, links);
  const turned = items.map(({ id, width, height }) => ({ id, width: height, height: width }));
  const centres = dot(turned, [...forward, ...grid(ids, links)], { between: besideGap, ranks: bandGap });
  const byRow = Map.groupBy(items, ({ id }) => centres.get(id)!.x);
  const rows = [...byRow.keys()].sort((a, b) => a - b).map((x) => byRow.get(x)!);
  const rowOf = new Map(rows.flatMap((row, i) => row.map(({ id }) => [id, i] as const)));
  const placed = new Map<string, Arranged>();
  let y = 0;
  rows.forEach((row, i) => {
    let x = 0;
    for (const { id, width, height } of inOrder(row, centres)) {
      placed.set(id, { x, y, width, height, column: { x, width } });
      x += width + besideGap;
    }
    const through = forward.filter(({ from, to }) => rowOf.get(from)! <= i && rowOf.get(to)! > i).length;
    y += Math.max(...row.map(({ height }) => height)) + bandGap + tracksRoom(through);
  });
  return placed;
}

/** In the order of `dot`; single things behind groups, so that the groups stand below each other. */
function inOrder(row: readonly Item[], centres: ReadonlyMap<string, Point>): Item[] {
  const isSingle = ({ alike }: Item): number => (alike === undefined ? 0 : 1);
  return row.toSorted((a, b) => isSingle(a) - isSingle(b) || centres.get(a.id)!.y - centres.get(b.id)!.y);
}

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
