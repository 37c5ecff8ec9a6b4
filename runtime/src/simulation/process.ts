import type { Clock } from '../policy/clock.ts';
import type { Random } from '../policy/random.ts';
import type { Scheduler } from './scheduler.ts';
import type { TimerModel } from './system.ts';

/** No two processes began to count at the same instant. Milliseconds. */
const LONGEST_UP = 1e6;

/** Timers of Node are never set for less than 1 ms, so those are never early. */
const SHORTEST = 1;
/** Far below what matters, and far above the rounding of instants: time passes when a timer fires. */
const TICK = 1e-3;

/** Something that is going to happen in a process. */
interface Coming {
  /** By the process's clock. */
  readonly due: number;
  readonly fn: () => void;
  cancel: () => void;
}

/** One run of a program: its own clock, which nobody else can read, and its own fate. */
export class Process {
  readonly name: string;
  readonly clock: Clock;
  alive = true;
  /** The scheduler's instant of the latest leap, or of the end of the latest freeze (which may be to come). */
  disturbedAt = Number.NEGATIVE_INFINITY;
  readonly timing: TimerModel;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #timers = new Set<Coming>();
  readonly #alarms = new Set<Coming>();
  readonly #survivors = new Set<() => void>();
  #awakeAt = Number.NEGATIVE_INFINITY;
  #ahead: number;

  constructor(name: string, scheduler: Scheduler, timing: TimerModel, random: Random) {
    this.name = name;
    this.timing = timing;
    this.#scheduler = scheduler;
    this.#random = random;
    this.#ahead = random() * LONGEST_UP;
    this.clock = { now: () => scheduler.now() + this.#ahead, after: (ms, fn) => this.#setTimer(ms, fn) };
  }

  /** Timers of its clock that are set: those of policies, and nobody else's. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Runs `fn` in this process, in so many milliseconds by nobody's clock: a message, a piece of work. Gives what cancels it. */
  arrives(ms: number, fn: () => void): () => void {
    const coming: Coming = { due: 0, fn, cancel: () => {} };
    this.#await(coming, ms);
    return () => coming.cancel();
  }

  /** An exact timer for those who watch; `timers` does not count it. */
  alarm(ms: number, fn: () => void): () => void {
    return this.#set(this.#alarms, ms, ms, fn);
  }

  /** For so long nothing happens in it; then everything at once. */
  freeze(ms: number): void {
    this.#awakeAt = Math.max(this.#awakeAt, this.#scheduler.now() + ms);
    this.disturbedAt = this.#awakeAt;
  }

  /** The clock jumps, and all timers are as much nearer. */
  leap(ms: number): void {
    this.#ahead += ms;
    this.disturbedAt = Math.max(this.#awakeAt, this.#scheduler.now());
    for (const coming of [...this.#timers, ...this.#alarms]) {
      coming.cancel();
      this.#await(coming, coming.due - this.clock.now());
    }
  }

  /** Nothing more happens in it, and its connections break. */
  kill(): void {
    this.alive = false;
    for (const coming of [...this.#timers, ...this.#alarms]) coming.cancel();
    this.#timers.clear();
    this.#alarms.clear();
    const survivors = [...this.#survivors];
    this.#survivors.clear();
    for (const tell of survivors) tell();
  }

  /** Tells the other end of a connection when this process dies. Gives what ends that. */
  onDeath(tell: () => void): () => void {
    this.#survivors.add(tell);
    return () => this.#survivors.delete(tell);
  }

  #setTimer(ms: number, fn: () => void): () => void {
    const early = ms < SHORTEST ? 0 : this.timing.early;
    const late = this.timing.late;
    const after = Math.max(TICK, ms - early + (early + late) * this.#random());
    return this.#set(this.#timers, ms, after, fn);
  }

  #set(among: Set<Coming>, ms: number, after: number, fn: () => void): () => void {
    const coming: Coming = {
      due: this.clock.now() + ms,
      fn: () => {
        among.delete(coming);
        fn();
      },
      cancel: () => {},
    };
    among.add(coming);
    this.#await(coming, after);
    return () => {
      among.delete(coming);
      coming.cancel();
    };
  }

  #await(coming: Coming, ms: number): void {
    coming.cancel = this.#scheduler.after(ms, () => {
      if (!this.alive) return;
      const asleep = this.#awakeAt - this.#scheduler.now();
      if (asleep > 0) this.#await(coming, asleep);
      else coming.fn();
    });
  }
}
