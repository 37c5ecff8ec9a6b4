/** The broker of a test: what was published can be looked at, and deliveries can be held back. */

import type { Broker, DeadLetter, Delivery, EventMessage } from '../events/broker.ts';
import { Undeliverable } from '../events/broker.ts';
import { memoryBroker } from '../events/memory.ts';
import type { Clock } from '../policy/clock.ts';
import type { Random } from '../policy/random.ts';
import type { Faults } from './faults.ts';

/** An event that was published. */
export interface Published extends EventMessage {
  /** The service that published it; `test` for the test itself. */
  readonly from: string;
  /** Instant of the test's clock. */
  readonly at: number;
}

export class TestEvents {
  readonly published: Published[] = [];
  readonly #broker: Broker;
  readonly #clock: Clock;
  readonly #faults: Faults;
  /** Deliveries that are not done yet: those that wait, run, or are to come again. */
  #open = 0;
  readonly #groups = new Map<string, Set<string>>();
  #held = false;
  #waiting: (() => void)[] = [];

  constructor({ clock, random, faults }: { readonly clock: Clock; readonly random: Random; readonly faults: Faults }) {
    this.#broker = memoryBroker({ clock, random });
    this.#clock = clock;
    this.#faults = faults;
  }

  /** Whether every delivery is done, or has been given up. */
  get settled(): boolean {
    return this.#open === 0;
  }

  /** The broker as one service sees it. */
  of(from: string): Broker {
    const broker = this.#broker;
    return {
      publish: (message) => this.publish(from, message),
      subscribe: (subscriber, handle) => {
        const groups = this.#groups.get(subscriber.event) ?? new Set();
        this.#groups.set(subscriber.event, groups.add(subscriber.group));
        return broker.subscribe(subscriber, (delivery) => this.#deliver(delivery, subscriber.attempts, handle));
      },
      deadLetters: (which) => broker.deadLetters(which),
      redeliver: (which) => this.#redeliver(which),
      ping: () => broker.ping(),
      // It is the test's, and outlives its services.
      close: async () => {},
    };
  }

  async publish(from: string, message: EventMessage): Promise<void> {
    const passage = this.#faults.cross({ from, to: ['publish'], operation: shortName(message.event) });
    await passage.there();
    this.published.push({ ...message, from, at: this.#clock.now() });
    this.#open += this.#groups.get(message.event)?.size ?? 0;
    await this.#broker.publish(message);
    await passage.back();
  }

  /** From now on what is published waits; what is being handled goes on. */
  hold(): void {
    this.#held = true;
  }

  /** Delivers what waits, and again at once from now on. */
  release(): void {
    this.#held = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  deadLetters(): Promise<readonly DeadLetter[]> {
    return this.#broker.deadLetters();
  }

  /** Puts all dead letters back into their queues; gives how many. */
  async redeliver(): Promise<number> {
    const groups = new Set((await this.#broker.deadLetters()).map(({ group }) => group));
    let count = 0;
    for (const group of groups) count += await this.#redeliver({ group });
    return count;
  }

  async #redeliver(of: { readonly event?: string; readonly group: string }): Promise<number> {
    // Counted before they are delivered, so that nobody thinks in between that all is done.
    this.#open += (await this.#broker.deadLetters(of)).length;
    return this.#broker.redeliver(of);
  }

  async #deliver(delivery: Delivery, attempts: number, handle: (delivery: Delivery) => Promise<void>): Promise<void> {
    if (this.#held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      await handle(delivery);
      this.#open -= 1;
    } catch (error) {
      if (delivery.attempt >= attempts || error instanceof Undeliverable) this.#open -= 1;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.release();
    await this.#broker.close();
  }
}

/** `shop.orders.OrderPlaced` → `OrderPlaced`. */
export function shortName(event: string): string {
  return event.slice(event.lastIndexOf('.') + 1);
}
