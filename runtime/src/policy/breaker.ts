import type { BreakerPolicy } from '../definition.ts';
import { type CallWindow, CountWindow, TimeWindow } from './window.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** A call's ticket: the generation in which it began, or the lease of a probe. */
export type BreakerToken = number;

/** What `acquire` answers when the call may not pass. */
export const REFUSED: BreakerToken = -1;

/**
 * Stops calls to an endpoint that fails. Time is read by the callers, who need it anyway.
 *
 * Each change of state begins a generation; a result counts only in the generation in which its call began. Half open,
 * `probes` calls pass; a probe that has not ended after `open` ms loses its lease, and another may try in its place.
 */
export class Breaker {
  readonly #policy: BreakerPolicy;
  #state: BreakerState = 'closed';
  #window: CallWindow;
  /** Tokens above this one belong to the present generation; closed calls all carry the one just above it. */
  #before: BreakerToken = 0;
  #latest: BreakerToken = 0;
  #probesFrom = 0;
  /** Probes under way, with the instants at which their leases run out, oldest first. */
  readonly #leases = new Map<BreakerToken, number>();
  #passed = 0;

  constructor(policy: BreakerPolicy) {
    this.#policy = policy;
    this.#window = windowOf(policy);
  }

  /** As of the last call: an open breaker turns half open when somebody asks after its time. */
  get state(): BreakerState {
    return this.#state;
  }

  /** Whether `acquire` would let a call pass. */
  ready(now: number): boolean {
    switch (this.#state) {
      case 'closed':
        return true;
      case 'open':
        return now >= this.#probesFrom;
      case 'half-open':
        return this.#freeProbes(now) > 0;
    }
  }

  /** Lets a call pass, or answers `REFUSED`. Every token must come back by `record` or `release`. */
  acquire(now: number): BreakerToken {
    if (this.#state === 'closed') return this.#before + 1;
    if (this.#state === 'open') {
      if (now < this.#probesFrom) return REFUSED;
      this.#become('half-open');
    }
    if (this.#freeProbes(now) <= 0) return REFUSED;
    this.#latest++;
    this.#leases.set(this.#latest, now + this.#policy.open);
    return this.#latest;
  }

  /** The call ended, well or badly, after `latency` ms. */
  record(token: BreakerToken, failed: boolean, latency: number, now: number): void {
    if (token <= this.#before || this.#state === 'open') return;
    const slow = this.#policy.slow !== undefined && latency > this.#policy.slow.over;
    if (this.#state === 'half-open') {
      this.#judgeProbe(token, failed || slow, now);
      return;
    }
    this.#window.add(now, failed, slow);
    if (this.#tooBad()) this.#open(now);
  }

  /** The call ended without saying anything about the endpoint: it was cancelled, or never sent. */
  release(token: BreakerToken): void {
    this.#leases.delete(token);
  }

  /** Milliseconds until the next call may pass; 0 unless open. */
  retryAfter(now: number): number {
    return this.#state === 'open' ? Math.max(0, this.#probesFrom - now) : 0;
  }

  /**
   * A breaker of other settings that goes on from here: with its window where that has the same size, and open as long as
   * this one is. Calls that run count here alone.
   */
  successor(policy: BreakerPolicy): Breaker {
    const { within, of } = this.#policy;
    const next = new Breaker(policy);
    if (policy.within === within && (within !== undefined || policy.of === of)) next.#window = this.#window.copy();
    if (this.#state === 'closed') return next;
    // Half open, its probes are not the successor's: that one sends its own at once.
    next.#state = 'open';
    next.#probesFrom = this.#probesFrom;
    return next;
  }

  #freeProbes(now: number): number {
    for (const [token, end] of this.#leases) {
      if (end > now) break;
      this.#leases.delete(token);
    }
    return this.#policy.probes - this.#passed - this.#leases.size;
  }

  #judgeProbe(token: BreakerToken, failed: boolean, now: number): void {
    this.#leases.delete(token);
    if (failed) {
      this.#open(now);
      return;
    }
    this.#passed++;
    if (this.#passed < this.#policy.probes) return;
    this.#window = windowOf(this.#policy);
    this.#become('closed');
  }

  #tooBad(): boolean {
    const { total, failed, slow } = this.#window;
    if (total < this.#policy.of) return false;
    if (failed > 0 && failed >= this.#policy.failures * total) return true;
    return this.#policy.slow !== undefined && slow > 0 && slow >= this.#policy.slow.share * total;
  }

  #open(now: number): void {
    this.#become('open');
    this.#probesFrom = now + this.#policy.open;
  }

  #become(state: BreakerState): void {
    this.#state = state;
    // One above the latest probe is the token of all closed calls of the generation that ends here.
    this.#before = this.#latest + 1;
    this.#latest = this.#before;
    this.#leases.clear();
    this.#passed = 0;
  }
}

function windowOf(policy: BreakerPolicy): CallWindow {
  return policy.within === undefined ? new CountWindow(policy.of) : new TimeWindow(policy.within);
}
