/** A binary heap of numbers with costs; of two with one cost the one that was put in last comes out first. */
export class Queue {
  // Side by side, as an object for each entry would be made and collected for each step of a search.
  readonly #values: number[] = [];
  readonly #costs: number[] = [];
  readonly #turns: number[] = [];
  #turn = 0;

  put(value: number, cost: number): void {
    const turn = this.#turn++;
    let at = this.#values.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isAfter(parent, cost, turn)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, value, cost, turn);
  }

  /** The value of least cost, undefined when there is none. */
  take(): number | undefined {
    const top = this.#values[0];
    const [value, cost, turn] = [this.#values.pop(), this.#costs.pop(), this.#turns.pop()];
    const count = this.#values.length;
    if (value === undefined || cost === undefined || turn === undefined || count === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      if (child + 1 < count && this.#isAfter(child, this.#costs[child + 1]!, this.#turns[child + 1]!)) child += 1;
      if (this.#isAfter(child, cost, turn)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, value, cost, turn);
    return top;
  }

  /** Does the entry there come out after one with this cost and turn? */
  #isAfter(at: number, cost: number, turn: number): boolean {
    const own = this.#costs[at]!;
    return own > cost || (own === cost && this.#turns[at]! < turn);
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#values[from]!, this.#costs[from]!, this.#turns[from]!);
  }

  #set(at: number, value: number, cost: number, turn: number): void {
    this.#values[at] = value;
    this.#costs[at] = cost;
    this.#turns[at] = turn;
  }
}
