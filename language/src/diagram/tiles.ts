import { type Box, bottom, right } from './geometry.ts';

const size = 256;

/** Things with a box, found by where they are: the plane is cut into square tiles. */
export class Tiles<T> {
  readonly #tiles = new Map<string, Set<T>>();

  put(box: Box, thing: T): void {
    for (const tile of tilesOf(box)) {
      const things = this.#tiles.get(tile);
      if (things) things.add(thing);
      else this.#tiles.set(tile, new Set([thing]));
    }
  }

  /** Everything that may overlap the box, each once, in the order of tiles and of putting. */
  near(box: Box): ReadonlySet<T> {
    const found = new Set<T>();
    for (const tile of tilesOf(box)) for (const thing of this.#tiles.get(tile) ?? []) found.add(thing);
    return found;
  }
}

function* tilesOf(box: Box): Generator<string> {
  for (let column = Math.floor(box.x / size); column <= Math.floor(right(box) / size); column += 1) {
    for (let row = Math.floor(box.y / size); row <= Math.floor(bottom(box) / size); row += 1) yield `${column} ${row}`;
  }
}
