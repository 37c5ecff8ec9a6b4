/** A queue whose ends are both cheap, however long it grows (`Array.shift` is linear on long arrays). */
export class Fifo<Item> {
  #head: Item[] = [];
  #tail: Item[] = [];

  get size(): number {
    return this.#head.length + this.#tail.length;
  }

  push(item: Item): void {
    this.#tail.push(item);
  }

  shift(): Item | undefined {
    if (this.#head.length === 0) {
      this.#head = this.#tail.reverse();
      this.#tail = [];
    }
    return this.#head.pop();
  }
}
