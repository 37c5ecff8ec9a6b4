/** Time in which an old measurement loses all but a third of its weight, in milliseconds (Finagle's and Linkerd's). */
const DECAY = 10_000;

/** A moving average that jumps to a peak at once and forgets it slowly (Finagle's peak EWMA). */
export class PeakEwma {
  /** Whether there was anything to average yet. */
  measured = false;
  #value = 0;
  #at = 0;

  add(latency: number, now: number): void {
    const kept = this.#kept(now);
    this.#value = latency > this.#value ? latency : this.#value * kept + latency * (1 - kept);
    this.#at = now;
    this.measured = true;
  }

  /** Milliseconds; falls towards 0 while nothing is measured, so that a slow endpoint is tried again. */
  read(now: number): number {
    return this.#value * this.#kept(now);
  }

  #kept(now: number): number {
    return Math.exp(-Math.max(0, now - this.#at) / DECAY);
  }
}

const SAMPLES = 256;
const FEWEST = 20;
const RECOMPUTE_EVERY = 16;

/** Percentiles of the last 256 latencies, recomputed at every 16th. */
export class Percentiles {
  readonly #samples = new Float64Array(SAMPLES);
  #count = 0;
  #sorted: Float64Array | undefined;

  add(latency: number): void {
    this.#samples[this.#count % SAMPLES] = latency;
    this.#count++;
    if (this.#count % RECOMPUTE_EVERY === 0) this.#sorted = undefined;
  }

  /** The latency that `percentile` % of the calls stay within; undefined before 20 calls. */
  read(percentile: number): number | undefined {
    if (this.#count < FEWEST) return undefined;
    this.#sorted ??= this.#samples.slice(0, Math.min(this.#count, SAMPLES)).sort();
    const rank = Math.ceil((percentile / 100) * this.#sorted.length) - 1;
    return this.#sorted[Math.max(0, Math.min(rank, this.#sorted.length - 1))];
  }
}
