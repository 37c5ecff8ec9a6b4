/** The order of those who wait for one of `count` workers: first come, first served. */
export class Workers {
  readonly #queue: (() => void)[] = [];
  /** Where the queue begins: taking from the front of a long array is dear. */
  #first = 0;
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Runs `begin` when a worker is free. */
  take(begin: () => void): void {
    if (this.#free === 0) {
      this.#queue.push(begin);
      return;
    }
    this.#free--;
    begin();
  }

  /** A worker has done its work, or found that there is none to do. */
  release(): void {
    const next = this.#queue[this.#first];
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#first++;
    if (this.#first > 1000 && this.#first * 2 > this.#queue.length) {
      this.#queue.splice(0, this.#first);
      this.#first = 0;
    }
    next();
  }
}
