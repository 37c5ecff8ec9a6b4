import type { CachePolicy } from '../definition.ts';
import type { EdgeEvent } from './call.ts';
import { Flight, type Waits } from './flight.ts';
import type { PolicyState } from './state.ts';

/** Answers kept; the one that was used longest ago goes first. */
const CAPACITY = 10_000;

/** Answers that were stored together expire apart, by up to this share of their ttl either way. */
const TTL_SPREAD = 0.1;

interface Answer {
  readonly value: unknown;
  readonly freshUntil: number;
  readonly staleUntil: number;
}

/** Fetches an answer. The signal aborts when nobody waits any longer; `deadlineAt` is set where nobody waits at all. */
export type Fetch<T> = (signal: AbortSignal, deadlineAt: number | undefined) => Promise<T>;

/**
 * Answers by key, fetched once at a time for each key. Errors are not kept. The same object goes to everyone who asks:
 * treat it as read-only.
 */
export class AnswerCache {
  readonly #policy: CachePolicy;
  readonly #state: Pick<PolicyState, 'clock' | 'random' | 'alarms'>;
  readonly #answers = new Map<string, Answer>();
  readonly #flights = new Map<string, Flight<unknown>>();

  constructor(policy: CachePolicy, state: Pick<PolicyState, 'clock' | 'random' | 'alarms'>) {
    this.#policy = policy;
    this.#state = state;
  }

  /** The answer by `key`: fresh, or stale while it is fetched anew, or fetched. `waits` says how long this caller waits. */
  get<T>(key: string, waits: Waits, fetch: Fetch<T>, observe?: (event: EdgeEvent) => void): Promise<T> {
    const now = this.#state.clock.now();
    const answer = this.#touch(key);
    if (answer && now < answer.freshUntil) {
      observe?.({ kind: 'cache', result: 'hit' });
      return Promise.resolve(answer.value as T);
    }
    if (answer && now < answer.staleUntil) {
      observe?.({ kind: 'cache', result: 'stale' });
      this.#refresh(key, fetch, now);
      return Promise.resolve(answer.value as T);
    }
    const flying = this.#flights.get(key) as Flight<T> | undefined;
    observe?.({ kind: 'cache', result: flying ? 'joined' : 'miss' });
    return (flying ?? this.#fetch(key, fetch, undefined)).join(waits, this.#state);
  }

  /** The latest answer by `key`, however old: what `fallback stale` gives. */
  last(key: string): { readonly value: unknown } | undefined {
    return this.#touch(key);
  }

  /** A cache of other times with the same answers: they stay as fresh as they were to be. */
  successor(policy: CachePolicy): AnswerCache {
    const next = new AnswerCache(policy, this.#state);
    for (const [key, answer] of this.#answers) next.#answers.set(key, answer);
    return next;
  }

  #touch(key: string): Answer | undefined {
    const answer = this.#answers.get(key);
    if (answer) {
      this.#answers.delete(key);
      this.#answers.set(key, answer);
    }
    return answer;
  }

  #refresh<T>(key: string, fetch: Fetch<T>, now: number): void {
    if (this.#flights.has(key)) return;
    // Nobody waits, so nobody's deadline ends it; when the stale answer is of no use any more, neither is the fetch.
    this.#fetch(key, fetch, now + (this.#policy.stale ?? 0)).detach();
  }

  #fetch<T>(key: string, fetch: Fetch<T>, deadlineAt: number | undefined): Flight<T> {
    const flight = new Flight<T>(
      (signal) => fetch(signal, deadlineAt),
      (landed) => {
        if (this.#flights.get(key) === (flight as Flight<unknown>)) this.#flights.delete(key);
        if (landed) this.#store(key, landed.value);
      },
    );
    this.#flights.set(key, flight as Flight<unknown>);
    flight.start();
    return flight;
  }

  #store(key: string, value: unknown): void {
    const { ttl, stale = 0 } = this.#policy;
    const freshUntil = this.#state.clock.now() + ttl * (1 - TTL_SPREAD + 2 * TTL_SPREAD * this.#state.random());
    this.#answers.delete(key);
    this.#answers.set(key, { value, freshUntil, staleUntil: freshUntil + stale });
    if (this.#answers.size <= CAPACITY) return;
    for (const oldest of this.#answers.keys()) {
      this.#answers.delete(oldest);
      return;
    }
  }
}
