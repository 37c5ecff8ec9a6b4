import { type Box, bottom, right } from './geometry.ts';

const size = 256;
/** Tiles in a column: one number names a tile, as strings would be made anew for each question. */
const rows = 2 ** 24;

/** Things with a box, found by where they are: the plane is cut into square tiles. */
export class Tiles<T> {
  readonly #tiles = new Map<number, T[]>();

  put(box: Box, thing: T): void {
    const [left, last, top, end] = span(box);
    for (let column = left; column <= last; column += 1) {
      for (let row = top; row <= end; row += 1) {
        const things = this.#tiles.get(column * rows + row);
        if (things) things.push(thing);
        else this.#tiles.set(column * rows + row, [thing]);
      }
    }
  }

  /** Everything that may overlap the box, each once, in the order of tiles and of putting. */
  near(box: Box): ReadonlySet<T> {
    const found = new Set<T>();
    const [left, last, top, end] = span(box);
    for (let column = left; column <= last; column += 1) {
      for (let row = top; row <= end; row += 1) {
        for (const thing of this.#tiles.get(column * rows + row) ?? []) found.add(thing);
      }
    }
    return found;
  }
}

/** The boxes, found by where they are. */
export function tiled(boxes: Iterable<Box>): Tiles<Box> {
  const tiles = new Tiles<Box>();
  for (const box of boxes) tiles.put(box, box);
  return tiles;
}

/** The first and last column, the first and last row. */
const span = (box: Box): readonly [number, number, number, number] => [
  Math.floor(box.x / size),
  Math.floor(right(box) / size),
  Math.floor(box.y / size),
  Math.floor(bottom(box) / size),
];
