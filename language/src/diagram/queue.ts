/** A binary heap of numbers with costs; of two with one cost the one that was put in last comes out first. */
export class Queue {
  readonly #heap: { readonly cost: number; readonly turn: number; readonly value: number }[] = [];
  #turn = 0;

  put(value: number, cost: number): void {
    const heap = this.#heap;
    const entry = { cost, turn: this.#turn++, value };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  /** The value of least cost, undefined when there is none. */
  take(): number | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top?.value;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top.value;
  }
}

type Entry = { readonly cost: number; readonly turn: number };
const before = (a: Entry, b: Entry): boolean => a.cost < b.cost || (a.cost === b.cost && a.turn > b.turn);
