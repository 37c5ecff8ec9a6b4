/** The clock of a test: one that it moves, or the process's own. */

import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { type Clock, systemClock } from '../policy/clock.ts';
import { virtualClock } from '../policy/virtual-clock.ts';
import { type Duration, milliseconds } from './duration.ts';

/** Work outside of the clock that is known to end by itself, such as a query of an embedded database. */
export interface Activity {
  /** Something begins; call what it gives when it has ended. */
  begin(): () => void;
  /** Resolves at once when nothing goes on, else when something of it has ended. */
  pause(): Promise<void>;
  readonly running: number;
}

export function createActivity(): Activity {
  let running = 0;
  let wake: (() => void)[] = [];
  return {
    begin() {
      running += 1;
      return () => {
        running -= 1;
        const waiting = wake;
        wake = [];
        for (const go of waiting) go();
      };
    },
    pause: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => wake.push(resolve))),
    get running() {
      return running;
    },
  };
}

export interface TestClock {
  readonly clock: Clock;
  /** Lets time pass: a virtual clock is moved, of the process's own it is waited for. */
  advance(duration: Duration): Promise<void>;
  /**
   * Lets time pass until a promise has settled, or a condition holds: a virtual clock jumps from one timer to the next.
   * Rejects when that takes longer than `within`: an hour of virtual time, ten seconds of real time; and when a virtual
   * clock has had nothing to do for ten seconds of real time.
   */
  until<T>(what: PromiseLike<T> | (() => boolean), within?: Duration): Promise<T>;
  /** Tells who waits, after a while of real time, that nobody moves the clock. Gives the same promise. */
  guarded<T>(what: string, promise: Promise<T>): Promise<T>;
}

const HOUR = 3_600_000;
const TEN_SECONDS = 10_000;
/** Real time in which nothing happens, after which a test has forgotten to move its clock. Below the 5 s of most runners. */
const FORGOTTEN = 4000;
/** Turns of the event loop in which chains of promises settle. */
const TURNS = 2;
/** Between two looks at a condition, in real time. */
const LOOK = 5;

/**
 * @param patience milliseconds of real time in which nobody moves the clock, after which who waits is told
 * @param idle milliseconds of real time in which no timer is set, after which `until` gives up
 */
export function virtualTestClock(activity: Activity, patience = FORGOTTEN, idle = TEN_SECONDS): TestClock {
  const settled = async () => {
    for (;;) {
      for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      if (activity.running === 0) return;
      await activity.pause();
    }
  };
  const clock = virtualClock(0, settled);
  let moved = 0;
  const advance = async (ms: number) => {
    moved += 1;
    await clock.advance(ms);
  };
  return {
    clock,
    advance: (duration) => advance(milliseconds(duration)),
    async until(what, within = HOUR) {
      const end = clock.now() + milliseconds(within);
      const watched = watch(what);
      let idleSince = systemClock.now();
      for (;;) {
        await settled();
        if (watched.over()) return watched.result();
        const { next } = clock;
        if (next !== undefined && next > end) throw tooLong(milliseconds(within), 'of virtual time');
        if (next !== undefined) {
          await advance(next - clock.now());
          idleSince = systemClock.now();
          continue;
        }
        // Without a timer it waits for something real, which takes its time.
        if (systemClock.now() - idleSince > idle) throw tooLong(idle, 'of real time, and no timer is set');
        await pause(LOOK);
      }
    },
    guarded: (what, promise) => guard(what, promise, clock, () => moved, patience),
  };
}

export function realTestClock(): TestClock {
  return {
    clock: systemClock,
    advance: (duration) => pause(milliseconds(duration)),
    async until(what, within = TEN_SECONDS) {
      const end = systemClock.now() + milliseconds(within);
      const watched = watch(what);
      while (!watched.over()) {
        if (systemClock.now() > end) throw tooLong(milliseconds(within), '');
        await pause(LOOK);
      }
      return watched.result();
    },
    guarded: (_what, promise) => promise,
  };
}

interface Watched<T> {
  over(): boolean;
  result(): Promise<T>;
}

function watch<T>(what: PromiseLike<T> | (() => boolean)): Watched<T> {
  if (typeof what === 'function') return { over: what, result: async () => undefined as T };
  let over = false;
  const end = () => {
    over = true;
  };
  what.then(end, end);
  return { over: () => over, result: async () => what };
}

function tooLong(within: number, kind: string): Error {
  return new Error(`what the test waits for has not come within ${`${within} ms ${kind}`.trim()}`);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A call that waits for virtual time while nobody moves the clock would wait until the runner gives up, without a word. */
function guard<T>(
  what: string,
  promise: Promise<T>,
  clock: { readonly next: number | undefined; now(): number },
  moved: () => number,
  patience: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let seen = moved();
    const look = () => {
      if (moved() === seen && clock.next !== undefined) {
        const next = `the next timer is due in ${Math.round(clock.next - clock.now())} ms`;
        reject(
          new Error(
            `${what} waits, and the clock of the test stands still (${next}): move it by advance(…), let it run by ` +
              `until(…), or start with { clock: 'real' }`,
          ),
        );
        return;
      }
      seen = moved();
      timer = setTimeout(look, patience);
    };
    let timer = setTimeout(look, patience);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
