import type { Clock } from './clock.ts';

/** A clock that stands still until it is moved. */
export interface VirtualClock extends Clock {
  /** Moves time by `ms`, running what falls due in order, and letting promises settle after each step. */
  advance(ms: number): Promise<void>;
  /** How many timers are waiting: a test's look for leaks. */
  readonly pending: number;
  /** When the next of them is due; undefined when none waits. */
  readonly next: number | undefined;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

/** Turns of the event loop in which promise chains settle; work that does real I/O needs a real clock. */
const TURNS = 2;

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/**
 * A clock that starts at `start` ms and moves only by `advance`.
 *
 * @param settled resolves when what a step has set going has come as far as it can without time
 */
export function virtualClock(start = 0, settled: () => Promise<void> = settle): VirtualClock {
  let now = start;
  let order = 0;
  const timers = new Set<Timer>();

  const nextDue = (end: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.at > end) continue;
      if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    }
    return next;
  };

  return {
    now: () => now,
    after(ms, fn) {
      const timer: Timer = { at: now + Math.max(0, ms), order: order++, fn };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = now + ms;
      await settled();
      for (let timer = nextDue(end); timer; timer = nextDue(end)) {
        timers.delete(timer);
        now = timer.at;
        timer.fn();
        await settled();
      }
      now = end;
      await settled();
    },
    get pending() {
      return timers.size;
    },
    get next() {
      return nextDue(Number.POSITIVE_INFINITY)?.at;
    },
  };
}
