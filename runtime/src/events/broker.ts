/** What a message broker does for services, whichever one it is. */

/** An event on its way: the payload is protobuf, the headers carry trace and ids. */
export interface EventMessage {
  /** Full name: `shop.orders.OrderPlaced`. */
  readonly event: string;
  /** Events of one key reach a group in the order in which they were published. */
  readonly key?: string;
  readonly payload: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Delivery extends EventMessage {
  /** 1 for the first; grows with each redelivery to the same group. */
  readonly attempt: number;
}

/** Who reads, and how often: the part of a `ConsumerDefinition` that a broker needs. */
export interface Subscriber {
  readonly event: string;
  /** Each group gets every event; its members share them. */
  readonly group: string;
  /** Deliveries that this member handles at a time. */
  readonly concurrent: number;
  /** Deliveries of one event before it is given up, the first included. */
  readonly attempts: number;
  /** Milliseconds before the second and at most before the last delivery; doubles between. */
  readonly backoff: readonly [min: number, max: number];
  /** Keep what was given up; otherwise it is dropped. */
  readonly deadLetter: boolean;
}

export interface DeadLetter extends EventMessage {
  readonly group: string;
  /** Deliveries that failed. */
  readonly attempts: number;
  /** Message of the last failure. */
  readonly reason: string;
}

export interface Subscription {
  /** Takes no further deliveries and resolves when the running ones have settled. What waits stays for the group's other members, or its next. */
  stop(): Promise<void>;
}

/** At least once: a delivery is done when `handle` resolves, and comes again when it rejects. */
export interface Broker {
  /** Resolves when the broker has the event; rejects with a `ServiceError` when it cannot take it. */
  publish(message: EventMessage): Promise<void>;
  subscribe(subscriber: Subscriber, handle: (delivery: Delivery) => Promise<void>): Promise<Subscription>;
  /** What was given up, oldest first; of all groups and events unless one is named. */
  deadLetters(of?: { readonly event?: string; readonly group?: string }): Promise<readonly DeadLetter[]>;
  /** Puts dead letters back into their group's queue with their attempts forgotten; gives how many. */
  redeliver(of: { readonly event?: string; readonly group: string }): Promise<number>;
  /** Rejects when the broker cannot be reached. */
  ping(): Promise<void>;
  /** Stops all subscriptions; publishing fails from now on. */
  close(): Promise<void>;
}

/** A delivery that no repetition can mend, such as bytes that are no such message: it is given up at once. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}
