import type { Clock } from '../policy/clock.ts';
import type { Random } from '../policy/random.ts';
import { type DeadLetter, type Delivery, type EventMessage, type Subscriber, Undeliverable } from './broker.ts';
import { Fifo } from './fifo.ts';

interface Item {
  readonly message: EventMessage;
  attempts: number;
}

interface Member {
  readonly subscriber: Subscriber;
  readonly handle: (delivery: Delivery) => Promise<void>;
  running: number;
  stopped: boolean;
  /** Called when the last running delivery of a stopped member has settled. */
  drained: () => void;
}

/**
 * The queue of one group for one event. An item is in `ready`, in the lane of its key behind another of that key, with a
 * member, or waiting out its backoff; a key has a lane exactly while one of its items is in one of the other places.
 */
export class Group {
  readonly name: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ready = new Fifo<Item>();
  readonly #lanes = new Map<string, Fifo<Item>>();
  readonly #backingOff = new Set<() => void>();
  readonly #dead: { readonly message: EventMessage; readonly letter: DeadLetter }[] = [];
  #members: readonly Member[] = [];
  #turn = 0;
  #waiting = 0;

  constructor(name: string, clock: Clock, random: Random) {
    this.name = name;
    this.#clock = clock;
    this.#random = random;
  }

  /** What takes up memory: items that are not done yet, and dead letters. */
  get size(): number {
    return this.#waiting + this.#dead.length;
  }

  add(message: EventMessage): void {
    this.#enqueue({ message, attempts: 0 });
  }

  join(subscriber: Subscriber, handle: (delivery: Delivery) => Promise<void>): { stop(): Promise<void> } {
    const member: Member = { subscriber, handle, running: 0, stopped: false, drained: () => {} };
    this.#members = [...this.#members, member];
    this.#dispatch();
    let stopping: Promise<void> | undefined;
    return {
      stop: () => {
        stopping ??= this.#leave(member);
        return stopping;
      },
    };
  }

  deadLetters(): DeadLetter[] {
    return this.#dead.map(({ letter }) => letter);
  }

  redeliver(): number {
    const letters = this.#dead.splice(0);
    for (const { message } of letters) this.add(message);
    return letters.length;
  }

  /** Forgets the redeliveries that are due, so that no timer outlives the broker. */
  close(): void {
    for (const cancel of this.#backingOff) cancel();
    this.#backingOff.clear();
  }

  #leave(member: Member): Promise<void> {
    member.stopped = true;
    this.#members = this.#members.filter((other) => other !== member);
    if (member.running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      member.drained = resolve;
    });
  }

  #enqueue(item: Item): void {
    this.#waiting += 1;
    const { key } = item.message;
    const lane = key === undefined ? undefined : this.#lanes.get(key);
    if (lane !== undefined) {
      lane.push(item);
      return;
    }
    if (key !== undefined) this.#lanes.set(key, new Fifo());
    this.#ready.push(item);
    this.#dispatch();
  }

  #dispatch(): void {
    while (this.#ready.size > 0) {
      const member = this.#nextFree();
      if (member === undefined) return;
      void this.#deliver(this.#ready.shift()!, member);
    }
  }

  /** Members take turns, so that one with many slots does not starve the others. */
  #nextFree(): Member | undefined {
    for (let i = 0; i < this.#members.length; i++) {
      const member = this.#members[(this.#turn + i) % this.#members.length]!;
      if (member.running >= member.subscriber.concurrent) continue;
      this.#turn = (this.#turn + i + 1) % this.#members.length;
      return member;
    }
    return undefined;
  }

  async #deliver(item: Item, member: Member): Promise<void> {
    member.running += 1;
    item.attempts += 1;
    const delivery: Delivery = { ...item.message, attempt: item.attempts };
    // The publisher's own turn ends before anyone handles its event, as with a broker on the network.
    await Promise.resolve();
    try {
      await member.handle(delivery);
      this.#done(item);
    } catch (error) {
      this.#failed(item, member.subscriber, error);
    }
    member.running -= 1;
    if (member.stopped && member.running === 0) member.drained();
    this.#dispatch();
  }

  #failed(item: Item, { attempts, backoff, deadLetter }: Subscriber, error: unknown): void {
    if (item.attempts >= attempts || error instanceof Undeliverable) {
      if (deadLetter) this.#bury(item, error);
      this.#done(item);
      return;
    }
    const cancel = this.#clock.after(this.#delay(item.attempts, backoff), () => {
      this.#backingOff.delete(cancel);
      this.#ready.push(item);
      this.#dispatch();
    });
    this.#backingOff.add(cancel);
  }

  /** Doubles from `min` to `max`, with half of it random so that what failed together does not come back together. */
  #delay(failures: number, [min, max]: readonly [number, number]): number {
    const full = Math.min(max, min * 2 ** (failures - 1));
    return Math.max(min, full / 2 + (full / 2) * this.#random());
  }

  #bury(item: Item, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const letter = { ...item.message, group: this.name, attempts: item.attempts, reason };
    this.#dead.push({ message: item.message, letter });
  }

  /** The item is done with, well or badly; the next of its key may go. */
  #done(item: Item): void {
    this.#waiting -= 1;
    const { key } = item.message;
    if (key === undefined) return;
    const next = this.#lanes.get(key)?.shift();
    if (next === undefined) this.#lanes.delete(key);
    else this.#ready.push(next);
  }
}
