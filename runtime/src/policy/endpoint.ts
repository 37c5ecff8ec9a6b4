import type { BreakerPolicy } from '../definition.ts';
import { Breaker, type BreakerState } from './breaker.ts';
import { hashOf } from './hash.ts';
import { PeakEwma } from './latency.ts';
import { Standing } from './outliers.ts';

/** What is known about one address of a destination. */
export class Endpoint {
  readonly address: string;
  /** For consistent hashing. */
  readonly hash: number;
  readonly latency = new PeakEwma();
  readonly standing = new Standing();
  inFlight = 0;
  /** It has throttled us, and asked to be left alone until then. */
  restsUntil = 0;
  usedAt = 0;
  readonly #breakers = new Map<string, Breaker>();

  constructor(address: string) {
    this.address = address;
    this.hash = hashOf(address);
  }

  /** The breaker of all edges whose breakers are set alike: health is the endpoint's, not the edge's. */
  breaker(policy: BreakerPolicy, settings: string): Breaker {
    let breaker = this.#breakers.get(settings);
    if (!breaker) {
      breaker = new Breaker(policy);
      this.#breakers.set(settings, breaker);
    }
    return breaker;
  }

  /** A breaker of new settings goes on where the one of the old settings is. */
  inheritBreaker(from: string, policy: BreakerPolicy, settings: string): void {
    const old = this.#breakers.get(from);
    if (old !== undefined && !this.#breakers.has(settings)) this.#breakers.set(settings, old.successor(policy));
  }

  breakerStates(): BreakerState[] {
    return [...this.#breakers.values()].map((breaker) => breaker.state);
  }
}
