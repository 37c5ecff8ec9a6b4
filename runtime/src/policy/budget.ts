/** Retries in flight that are allowed however few calls there are (Envoy's `min_retry_concurrency`), as long as there is credit. */
const FLOOR = 3;

/**
 * What the floor gives beyond the share at most, and once to a process that begins (gRPC A6's `maxTokens`). Each call gives its share
 * back: were the floor free, a fleet of processes with few calls each would retry without any bound.
 */
const CREDIT = 10;

/** Share of the calls in flight that may be retries, unless the policy says otherwise (Envoy's `budget_percent`). */
export const DEFAULT_SHARE = 0.2;

/**
 * Keeps retries and hedges to one destination from becoming the outage: those in flight, waiting ones included, are at most a
 * share of the calls in flight, or the floor. What only the floor admits is paid for, so that over time it is the share of the
 * calls as well.
 */
export class Budget {
  #calls = 0;
  #extras = 0;
  #credit = CREDIT;

  get calls(): number {
    return this.#calls;
  }

  /** Retries and hedges in flight. */
  get extras(): number {
    return this.#extras;
  }

  /** @param share of calls by the policy of this one */
  begin(share: number): void {
    this.#calls++;
    if (this.#credit < CREDIT) this.#credit = Math.min(CREDIT, this.#credit + share);
  }

  end(): void {
    this.#calls--;
  }

  /**
   * Takes a place for a retry or hedge, or answers false: then there is none, now.
   *
   * @param asks whether it only asks for the answer of an attempt that still runs: that makes no work, and costs no credit
   */
  tryTake(share: number, asks = false): boolean {
    if (this.#extras + 1 > share * this.#calls) {
      if (this.#extras >= FLOOR || (!asks && this.#credit < 1)) return false;
      if (!asks) this.#credit--;
    }
    this.#extras++;
    return true;
  }

  giveBack(): void {
    this.#extras--;
  }
}
