import type { Box, Point } from './geometry.ts';

/** A straight piece of an edge: it runs at one coordinate, from low to high along the other. */
export interface Line {
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

const width = 256;

/** Lines of one direction, found by where they run: in bands, however long they are. */
export class Bands<T extends Line = Line> {
  readonly #bands = new Map<number, T[]>();

  put(line: T): void {
    const band = Math.floor(line.at / width);
    const lines = this.#bands.get(band);
    if (lines) lines.push(line);
    else this.#bands.set(band, [line]);
  }

  /** Those that run between two coordinates, and along there are somewhere between two others. */
  within(from: number, to: number, low: number, high: number): T[] {
    const found: T[] = [];
    for (let band = Math.floor(from / width); band <= Math.floor(to / width); band += 1) {
      for (const line of this.#bands.get(band) ?? []) {
        if (line.at >= from && line.at <= to && line.low < high && line.high > low) found.push(line);
      }
    }
    return found;
  }
}

/** What edges that are routed leave on the plane for those that are not. */
export class Lines {
  readonly #down = new Bands();
  readonly #across = new Bands();

  /** All pieces of an edge. */
  put(points: readonly Point[]): void {
    for (let i = 1; i < points.length; i += 1) {
      const [a, b] = [points[i - 1]!, points[i]!];
      if (a.x === b.x) this.#down.put({ at: a.x, low: Math.min(a.y, b.y), high: Math.max(a.y, b.y) });
      else this.#across.put({ at: a.y, low: Math.min(a.x, b.x), high: Math.max(a.x, b.x) });
    }
  }

  /** Those that run up or down somewhere in the box. */
  down({ x, y, width, height }: Box): Line[] {
    return this.#down.within(x, x + width, y, y + height);
  }

  /** Those that run left or right somewhere in the box. */
  across({ x, y, width, height }: Box): Line[] {
    return this.#across.within(y, y + height, x, x + width);
  }
}
