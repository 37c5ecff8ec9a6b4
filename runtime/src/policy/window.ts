/**
 * How many of the latest calls failed or were slow. Windows slide: what happened leaves them bit by bit, never all at once.
 */
export interface CallWindow {
  readonly total: number;
  readonly failed: number;
  readonly slow: number;
  add(now: number, failed: boolean, slow: boolean): void;
  /** Another one that has seen the same calls. */
  copy(): CallWindow;
}

/** The window moves on in steps of a twentieth of its length. */
const BUCKETS = 20;

/** The calls of the last `within` milliseconds, to a twentieth. */
export class TimeWindow implements CallWindow {
  total = 0;
  failed = 0;
  slow = 0;
  readonly #within: number;
  readonly #width: number;
  /** For each bucket: total, failed, slow. */
  readonly #counts = new Uint32Array(BUCKETS * 3);
  #newest = 0;

  constructor(within: number) {
    this.#within = within;
    this.#width = within / BUCKETS;
  }

  copy(): TimeWindow {
    const copy = new TimeWindow(this.#within);
    copy.#counts.set(this.#counts);
    copy.#newest = this.#newest;
    return sameCounts(copy, this);
  }

  add(now: number, failed: boolean, slow: boolean): void {
    const at = this.#slide(now);
    this.#counts[at]!++;
    this.total++;
    if (failed) {
      this.#counts[at + 1]!++;
      this.failed++;
    }
    if (slow) {
      this.#counts[at + 2]!++;
      this.slow++;
    }
  }

  /** Drops what is too old, and returns where the bucket of `now` begins. */
  #slide(now: number): number {
    const bucket = Math.floor(now / this.#width);
    const steps = Math.min(bucket - this.#newest, BUCKETS);
    for (let step = 1; step <= steps; step++) this.#drop(((bucket - steps + step) % BUCKETS) * 3);
    if (steps > 0) this.#newest = bucket;
    return (this.#newest % BUCKETS) * 3;
  }

  #drop(at: number): void {
    this.total -= this.#counts[at]!;
    this.failed -= this.#counts[at + 1]!;
    this.slow -= this.#counts[at + 2]!;
    this.#counts.fill(0, at, at + 3);
  }
}

const FAILED = 1;
const SLOW = 2;

/** The last `size` calls. */
export class CountWindow implements CallWindow {
  total = 0;
  failed = 0;
  slow = 0;
  readonly #calls: Uint8Array;
  #next = 0;

  constructor(size: number) {
    this.#calls = new Uint8Array(size);
  }

  copy(): CountWindow {
    const copy = new CountWindow(this.#calls.length);
    copy.#calls.set(this.#calls);
    copy.#next = this.#next;
    return sameCounts(copy, this);
  }

  add(_now: number, failed: boolean, slow: boolean): void {
    if (this.total === this.#calls.length) {
      const oldest = this.#calls[this.#next]!;
      if (oldest & FAILED) this.failed--;
      if (oldest & SLOW) this.slow--;
    } else {
      this.total++;
    }
    this.#calls[this.#next] = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    this.#next = (this.#next + 1) % this.#calls.length;
    if (failed) this.failed++;
    if (slow) this.slow++;
  }
}

function sameCounts<Window extends TimeWindow | CountWindow>(
  copy: Window,
  { total, failed, slow }: CallWindow,
): Window {
  return Object.assign(copy, { total, failed, slow });
}
