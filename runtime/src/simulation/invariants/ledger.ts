import type { BreakerPolicy, LimitPolicy } from '../../definition.ts';
import type { BreakerState } from '../../policy/breaker.ts';

/** Counts by an object (a part of a policy) and a name (where it applies). */
export class Tally {
  readonly #counts = new Map<object, Map<string, number>>();

  /** Gives the new count. */
  add(part: object, at: string, by: number): number {
    let places = this.#counts.get(part);
    if (!places) {
      places = new Map();
      this.#counts.set(part, places);
    }
    const count = (places.get(at) ?? 0) + by;
    places.set(at, count);
    return count;
  }
}

/** A token bucket: what a limit allows, told in another way than the limiter does it. */
export class Bucket {
  readonly #policy: LimitPolicy;
  #tokens: number;
  #at = 0;

  constructor(policy: LimitPolicy, now: number) {
    this.#policy = policy;
    this.#tokens = policy.burst;
    this.#at = now;
  }

  /** False if there was no token left. */
  take(now: number): boolean {
    const { rate, burst } = this.#policy;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1000) * rate);
    this.#at = now;
    this.#tokens -= 1;
    return this.#tokens > -1e-6;
  }
}

/** What is seen of one breaker from outside: its changes of state, and the attempts that it lets through. */
export class BreakerLog {
  readonly #policy: BreakerPolicy;
  #openUntil = Number.NEGATIVE_INFINITY;
  /** Instants at which probes began that have not ended; undefined unless half open. */
  #probes: Map<object, number> | undefined;

  constructor(policy: BreakerPolicy) {
    this.#policy = policy;
  }

  /** What is wrong with that, if anything. */
  changed(to: BreakerState, now: number): string | undefined {
    const early = this.#openUntil - now;
    this.#probes = to === 'half-open' ? new Map() : undefined;
    this.#openUntil = to === 'open' ? now + this.#policy.open : Number.NEGATIVE_INFINITY;
    return early > 0 ? `it is ${to} ${early} ms too early` : undefined;
  }

  /** What is wrong with this attempt, if anything. */
  attempted(token: object, now: number): string | undefined {
    if (now < this.#openUntil) return `a call passes ${this.#openUntil - now} ms too early`;
    if (!this.#probes) return undefined;
    for (const [probe, began] of this.#probes) if (began + this.#policy.open <= now) this.#probes.delete(probe);
    this.#probes.set(token, now);
    const { size } = this.#probes;
    return size > this.#policy.probes ? `${size} probes at a time, where ${this.#policy.probes} may be` : undefined;
  }

  ended(token: object): void {
    this.#probes?.delete(token);
  }
}
