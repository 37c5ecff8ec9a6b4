import type { ServiceError } from '../errors.ts';
import type { Alarm } from './alarms.ts';
import { cancelledBy, deadlineError } from './ends.ts';
import type { Abortable } from './lazy-signal.ts';
import type { PolicyState } from './state.ts';

/** How long somebody waits, and for what (to say so in errors). */
export interface Waits {
  readonly target: string;
  readonly signal?: Abortable | undefined;
  readonly deadlineAt?: number | undefined;
}

/** One fetch that several may wait for. It is cancelled only when all of them have gone. */
export class Flight<T> {
  readonly #fetch: (signal: AbortSignal) => Promise<T>;
  readonly #landed: (answer: { readonly value: T } | undefined) => void;
  readonly #controller = new AbortController();
  readonly #waiters = new Set<Passenger<T>>();
  #detached = false;
  #over = false;

  /** @param landed is told once: the answer, or undefined if the fetch failed or was cancelled */
  constructor(fetch: (signal: AbortSignal) => Promise<T>, landed: (answer: { readonly value: T } | undefined) => void) {
    this.#fetch = fetch;
    this.#landed = landed;
  }

  start(): void {
    // Async, so that a fetch that throws outright is a failed flight like any other.
    const fetching = (async () => this.#fetch(this.#controller.signal))();
    fetching.then(
      (value) => this.#land({ value }, (waiter) => waiter.resolve(value)),
      (error) => this.#land(undefined, (waiter) => waiter.reject(error)),
    );
  }

  /** Lets it go on when nobody waits. */
  detach(): void {
    this.#detached = true;
  }

  join(waits: Waits, state: Pick<PolicyState, 'clock' | 'alarms'>): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter = new Passenger<T>(waits, state.alarms, resolve, reject, (gone) => this.#leave(gone));
      this.#waiters.add(waiter);
      waiter.board(state.clock.now());
    });
  }

  #leave(waiter: Passenger<T>): void {
    this.#waiters.delete(waiter);
    if (this.#waiters.size > 0 || this.#detached || this.#over) return;
    this.#over = true;
    this.#landed(undefined);
    this.#controller.abort();
  }

  #land(answer: { readonly value: T } | undefined, tell: (waiter: Passenger<T>) => void): void {
    if (this.#over) return;
    this.#over = true;
    this.#landed(answer);
    for (const waiter of this.#waiters) tell(waiter);
    this.#waiters.clear();
  }
}

/** One who waits for a flight, and may leave before it lands. */
class Passenger<T> implements Alarm {
  due: number;
  place = -1;
  readonly #waits: Waits;
  readonly #alarms: PolicyState['alarms'];
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #left: (self: Passenger<T>) => void;

  constructor(
    waits: Waits,
    alarms: PolicyState['alarms'],
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
    left: (self: Passenger<T>) => void,
  ) {
    this.due = waits.deadlineAt ?? Number.POSITIVE_INFINITY;
    this.#waits = waits;
    this.#alarms = alarms;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#left = left;
  }

  board(now: number): void {
    const { signal, target } = this.#waits;
    if (signal?.aborted) {
      this.#giveUp(cancelledBy(signal, target));
      return;
    }
    if (now >= this.due) {
      this.#giveUp(deadlineError(target));
      return;
    }
    signal?.addEventListener('abort', this);
    if (this.due !== Number.POSITIVE_INFINITY) this.#alarms.add(this, now);
  }

  resolve(value: T): void {
    this.#stopWaiting();
    this.#resolve(value);
  }

  reject(error: unknown): void {
    this.#stopWaiting();
    this.#reject(error);
  }

  ring(): void {
    this.#giveUp(deadlineError(this.#waits.target));
  }

  handleEvent(): void {
    this.#giveUp(cancelledBy(this.#waits.signal!, this.#waits.target));
  }

  #giveUp(error: ServiceError): void {
    this.reject(error);
    this.#left(this);
  }

  #stopWaiting(): void {
    this.#alarms.remove(this);
    this.#waits.signal?.removeEventListener('abort', this);
  }
}
