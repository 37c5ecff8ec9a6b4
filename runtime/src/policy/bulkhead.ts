import type { BulkheadPolicy } from '../definition.ts';

/** What runs when a queued call's turn comes; it then holds a permit, unless it answers that it has no use for one any more. */
export type Waiter = () => boolean;

/** So many at a time, and so many waiting. Whoever enters must leave, once, when its work has settled. */
export class Bulkhead {
  readonly #concurrent: number;
  readonly #queue: number;
  readonly #waiting = new Set<Waiter>();
  #running = 0;

  constructor(policy: BulkheadPolicy) {
    this.#concurrent = policy.concurrent;
    this.#queue = policy.queue;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes a permit if one is free. */
  tryEnter(): boolean {
    if (this.#running >= this.#concurrent) return false;
    this.#running++;
    return true;
  }

  /** Queues for a permit, first come, first served; false when the queue is full. */
  wait(waiter: Waiter): boolean {
    if (this.#waiting.size >= this.#queue) return false;
    this.#waiting.add(waiter);
    return true;
  }

  /** Leaves the queue. */
  giveUp(waiter: Waiter): void {
    this.#waiting.delete(waiter);
  }

  /** Returns a permit, to the first in the queue that has a use for it if there is one. */
  leave(): void {
    for (const first of this.#waiting) {
      this.#waiting.delete(first);
      if (first()) return;
    }
    this.#running--;
  }
}
