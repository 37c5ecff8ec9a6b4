/** A stream from one side to the other that takes an item only when the last one was read. */
export class Pipe<Item> implements AsyncIterable<Item> {
  #waiting: { readonly item: Item; readonly taken: () => void } | undefined;
  #over: { readonly error?: unknown } | undefined;
  #left = false;
  #wake = () => {};

  /** Resolves when the reader has come for the item, or has left. */
  send(item: Item): Promise<void> {
    if (this.#left) return Promise.resolve();
    return new Promise((taken) => {
      this.#waiting = { item, taken };
      this.#wake();
    });
  }

  end(): void {
    this.#over ??= {};
    this.#wake();
  }

  fail(error: unknown): void {
    this.#over ??= { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    try {
      for (;;) {
        const waiting = this.#waiting;
        if (waiting !== undefined) {
          this.#waiting = undefined;
          waiting.taken();
          yield waiting.item;
        } else if (this.#over !== undefined) {
          if ('error' in this.#over) throw this.#over.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.#left = true;
      this.#waiting?.taken();
    }
  }
}
