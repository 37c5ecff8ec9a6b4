import type { ShedPolicy } from '../definition.ts';
import type { Clock } from './clock.ts';

/** How often the lag of the event loop is measured while somebody asks, in milliseconds. */
const SAMPLE_EVERY = 10;

/** How late the event loop runs its timers: work that waits for the processor. Measures only while it is asked. */
export class LoopLag {
  readonly #clock: Clock;
  #lag = 0;
  #dueAt: number | undefined;
  #asked = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds. */
  read(now: number): number {
    this.#asked = true;
    if (this.#dueAt === undefined) {
      this.#lag = 0;
      this.#arm(now);
    }
    return Math.max(this.#lag, now - this.#dueAt!);
  }

  #arm(now: number): void {
    this.#asked = false;
    this.#dueAt = now + SAMPLE_EVERY;
    this.#clock.after(SAMPLE_EVERY, () => {
      const fired = this.#clock.now();
      this.#lag = Math.max(0, fired - this.#dueAt!);
      this.#dueAt = undefined;
      if (this.#asked || this.#lag > SAMPLE_EVERY) this.#arm(fired);
    });
  }
}

const START = 20;
const FEWEST = 4;
const MOST = 1000;
/** Calls beyond the limit that may queue somewhere inside before it shrinks. */
const ALLOWED_QUEUE = 4;
/** How much slower than usual is still usual. */
const TOLERANCE = 1.5;
const SMOOTHING = 0.2;

/** Latencies are averaged over so many milliseconds (the least that `WindowedLimit` takes), and so many calls at least. */
const WINDOW = 100;
const FEWEST_CALLS = 10;
/** Windows over which "usual" is averaged, and how many of the first ones count alike. */
const USUAL_OVER = 600;
const WARM_UP = 10;

/**
 * How many calls may run at once, found by watching whether latency rises with load (Gradient2 and WindowedLimit of
 * Netflix's concurrency-limits, with their constants). Averages over windows: a mix of quick and slow calls is no rise.
 */
export class GradientLimit {
  #limit = START;
  #usual = 0;
  #windows = 0;
  #running = 0;
  /** The present window. */
  #endsAt = 0;
  #sum = 0;
  #calls = 0;
  #mostRunning = 0;

  get limit(): number {
    return Math.floor(this.#limit);
  }

  get running(): number {
    return this.#running;
  }

  tryEnter(): boolean {
    if (this.#running >= this.limit) return false;
    this.#running++;
    return true;
  }

  /** @param latency of the call that leaves, in milliseconds; undefined if it never ran */
  leave(latency: number | undefined, now: number): void {
    const running = this.#running--;
    if (latency === undefined) return;
    this.#sum += latency;
    this.#calls++;
    this.#mostRunning = Math.max(this.#mostRunning, running);
    if (now < this.#endsAt || this.#calls < FEWEST_CALLS) return;
    this.#adjust(this.#sum / this.#calls, this.#mostRunning);
    this.#endsAt = now + WINDOW;
    this.#sum = 0;
    this.#calls = 0;
    this.#mostRunning = 0;
  }

  #adjust(latency: number, running: number): void {
    this.#windows++;
    const weight = this.#windows <= WARM_UP ? 1 / this.#windows : 2 / (USUAL_OVER + 1);
    this.#usual += (latency - this.#usual) * weight;
    // Latencies that have come down again should not leave "usual" far above them for long.
    if (latency > 0 && this.#usual / latency > 2) this.#usual *= 0.95;
    // With half of it unused, the limit is not what makes latency what it is.
    if (running < this.#limit / 2) return;
    const gradient = latency > 0 ? Math.max(0.5, Math.min(1, (TOLERANCE * this.#usual) / latency)) : 1;
    const target = this.#limit * gradient + ALLOWED_QUEUE;
    this.#limit = Math.max(FEWEST, Math.min(MOST, this.#limit * (1 - SMOOTHING) + target * SMOOTHING));
  }
}

/** Decides, before any work is done for a call, whether to refuse it. */
export class Shedder {
  readonly #maxLag: number;
  readonly #lag: LoopLag | undefined;
  readonly #gradient: GradientLimit | undefined;

  constructor(policy: ShedPolicy, lag: LoopLag, gradient = new GradientLimit()) {
    this.#maxLag = policy.lag ?? Number.POSITIVE_INFINITY;
    this.#lag = policy.lag === undefined ? undefined : lag;
    this.#gradient = policy.gradient ? gradient : undefined;
  }

  /** One of another lag, with what was learnt of the latency. */
  successor(policy: ShedPolicy, lag: LoopLag): Shedder {
    return new Shedder(policy, lag, this.#gradient);
  }

  /** Whether calls that enter must also leave. */
  get counts(): boolean {
    return this.#gradient !== undefined;
  }

  tryEnter(now: number): boolean {
    if (this.#lag && this.#lag.read(now) > this.#maxLag) return false;
    return this.#gradient?.tryEnter() ?? true;
  }

  /** @param latency in milliseconds; undefined if the call never ran */
  leave(latency: number | undefined, now: number): void {
    this.#gradient?.leave(latency, now);
  }
}
