/** Retries in flight that are always allowed, however few calls there are (Envoy's `min_retry_concurrency`). */
const FLOOR = 3;

/** Share of the calls in flight that may be retries, unless the policy says otherwise (Envoy's `budget_percent`). */
export const DEFAULT_SHARE = 0.2;

/**
 * Keeps retries and hedges to one destination from becoming the outage: those in flight, waiting ones included, are at
 * most a share of the calls in flight, or the floor.
 */
export class Budget {
  #calls = 0;
  #extras = 0;

  get calls(): number {
    return this.#calls;
  }

  /** Retries and hedges in flight. */
  get extras(): number {
    return this.#extras;
  }

  begin(): void {
    this.#calls++;
  }

  end(): void {
    this.#calls--;
  }

  /** Takes a place for a retry or hedge, or answers false: then there is none, now. */
  tryTake(share: number): boolean {
    if (this.#extras >= FLOOR && this.#extras + 1 > share * this.#calls) return false;
    this.#extras++;
    return true;
  }

  giveBack(): void {
    this.#extras--;
  }
}
