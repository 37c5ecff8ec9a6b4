import { type Box, bottom, right } from './geometry.ts';

const size = 256;
/** Tiles in a column: one number names a tile, as strings would be made anew for each question. */
const rows = 2 ** 24;

/** First and last column, first and last row. */
interface Span {
  readonly left: number;
  readonly last: number;
  readonly top: number;
  readonly end: number;
}

/** A thing, and the tiles that it is on. */
interface Entry<T> extends Span {
  readonly thing: T;
}

/** Things with a box, found by where they are: the plane is cut into square tiles. */
export class Tiles<T> {
  readonly #tiles = new Map<number, Entry<T>[]>();
  readonly #all: Entry<T>[] = [];

  put(box: Box, thing: T): void {
    const entry = { thing, ...span(box) };
    this.#all.push(entry);
    for (let column = entry.left; column <= entry.last; column += 1) {
      for (let row = entry.top; row <= entry.end; row += 1) {
        const entries = this.#tiles.get(column * rows + row);
        if (entries) entries.push(entry);
        else this.#tiles.set(column * rows + row, [entry]);
      }
    }
  }

  /** Everything that may overlap the box, each once, in an order that follows from the box and the order of putting. */
  near(box: Box): T[] {
    const asked = span(box);
    const { left, last, top, end } = asked;
    // Rather all things than more tiles than there are things.
    if ((last - left + 1) * (end - top + 1) > this.#all.length)
      return this.#all.filter((entry) => meet(entry, asked)).map(({ thing }) => thing);
    const found: T[] = [];
    for (let column = left; column <= last; column += 1) {
      for (let row = top; row <= end; row += 1) {
        for (const entry of this.#tiles.get(column * rows + row) ?? []) {
          // Of the tiles that both are on, the first tells of it.
          const isFirst = column === Math.max(left, entry.left) && row === Math.max(top, entry.top);
          if (isFirst) found.push(entry.thing);
        }
      }
    }
    return found;
  }
}

const meet = (a: Span, b: Span): boolean => a.left <= b.last && b.left <= a.last && a.top <= b.end && b.top <= a.end;

/** The boxes, found by where they are. */
export function tiled(boxes: Iterable<Box>): Tiles<Box> {
  const tiles = new Tiles<Box>();
  for (const box of boxes) tiles.put(box, box);
  return tiles;
}

const span = (box: Box): Span => ({
  left: Math.floor(box.x / size),
  last: Math.floor(right(box) / size),
  top: Math.floor(box.y / size),
  end: Math.floor(bottom(box) / size),
});
