import type { Box, Size } from './geometry.ts';

/** The items in rows of at most `most`. */
export function inRows<T>(items: readonly T[], most: number): T[][] {
  const rows: T[][] = [];
  for (let i = 0; i < items.length; i += most) rows.push(items.slice(i, i + most));
  return rows;
}

/** A box that stands in a row. */
export interface Wish extends Size {
  readonly id: string;
  /** Where its middle would like to be. */
  readonly wish: number;
}

/** In rows from `top` downwards, each box as near to its wish as the others allow; as many rows as the width takes. */
export function rowsByWish(
  boxes: readonly Wish[],
  room: { readonly x: number; readonly width: number },
  top: number,
  gap: number,
): ReadonlyMap<string, Box> {
  const sorted = boxes.toSorted((a, b) => a.wish - b.wish || (a.id < b.id ? -1 : 1));
  const total = sorted.reduce((sum, { width }) => sum + width + gap, -gap);
  const rowCount = Math.max(1, Math.ceil(total / room.width));
  const placed = new Map<string, Box>();
  let y = top;
  for (let row = 0; row < rowCount; row += 1) {
    const members = sorted.filter((_, i) => i % rowCount === row);
    for (const [id, box] of inOneRow(members, room, y, gap)) placed.set(id, box);
    y = Math.max(y, ...members.map(({ height }) => y + height + 44));
  }
  return placed;
}

function inOneRow(
  boxes: readonly Wish[],
  room: { readonly x: number; readonly width: number },
  y: number,
  gap: number,
): Map<string, Box> {
  const placed = new Map<string, Box>();
  // From the left as wished, then back from the right as far as the room goes.
  const xs: number[] = [];
  boxes.forEach((box, i) => {
    const least = i === 0 ? room.x : xs[i - 1]! + boxes[i - 1]!.width + gap;
    xs.push(Math.max(least, box.wish - box.width / 2));
  });
  let limit = room.x + room.width;
  for (let i = boxes.length - 1; i >= 0; i -= 1) {
    xs[i] = Math.min(xs[i]!, limit - boxes[i]!.width);
    limit = xs[i]! - gap;
  }
  boxes.forEach(({ id, width, height }, i) => {
    placed.set(id, { x: Math.round(xs[i]!), y, width, height });
  });
  return placed;
}

/** The mean of the values, or something else where there are none. */
export const mean = (values: readonly number[], otherwise: number): number =>
  values.length === 0 ? otherwise : values.reduce((sum, value) => sum + value, 0) / values.length;
