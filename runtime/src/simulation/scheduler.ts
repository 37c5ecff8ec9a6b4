import type { Random } from '../policy/random.ts';
import type { VirtualClock } from '../policy/virtual-clock.ts';

/** Virtual time, and the order of everything that happens in it: the same seed gives the same order. */
export interface Scheduler extends VirtualClock {
  /** Runs what falls due until nothing waits any more; false if `steps` events were not enough. */
  rest(steps: number): Promise<boolean>;
}

/** Share of events after which the next of the same instant follows before promises have settled, as in one read of a socket. */
const TOGETHER = 0.25;

/** One event. Cancelled ones stay in the heap until their time. */
interface Due {
  readonly at: number;
  /** Decides among those of one instant. */
  readonly tie: number;
  readonly order: number;
  fn: (() => void) | undefined;
}

/**
 * A scheduler at 0 ms. What falls due in the same instant runs in an order that `random` shuffles, some of it before promises
 * settle, some after.
 */
export function createScheduler(random: Random): Scheduler {
  const heap: Due[] = [];
  let now = 0;
  let order = 0;
  let pending = 0;

  /** The next event that still is to happen. */
  const soonest = (): Due | undefined => {
    while (heap[0] && heap[0].fn === undefined) pop(heap);
    return heap[0];
  };

  const step = (due: Due): void => {
    pop(heap);
    now = due.at;
    const fn = due.fn!;
    due.fn = undefined;
    pending--;
    fn();
  };

  /** Runs events up to `end`; false if there were more than `steps`. */
  const run = async (end: number, steps: number): Promise<boolean> => {
    let left = steps;
    await settle();
    for (let due = soonest(); due && due.at <= end; due = soonest()) {
      if (left-- === 0) return false;
      step(due);
      if (soonest()?.at !== now || random() >= TOGETHER) await settle();
    }
    return true;
  };

  return {
    now: () => now,
    after(ms, fn) {
      const due: Due = { at: now + Math.max(0, ms), tie: random(), order: order++, fn };
      push(heap, due);
      pending++;
      return () => {
        if (due.fn === undefined) return;
        due.fn = undefined;
        pending--;
      };
    },
    async advance(ms) {
      const end = now + ms;
      await run(end, Number.POSITIVE_INFINITY);
      now = end;
    },
    rest: (steps) => run(Number.POSITIVE_INFINITY, steps),
    get pending() {
      return pending;
    },
    get next() {
      return soonest()?.at;
    },
  };
}

/** Lets promises settle: all of their reactions run before the next turn of the event loop. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function before(a: Due, b: Due): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return a.tie !== b.tie ? a.tie < b.tie : a.order < b.order;
}

function push(heap: Due[], due: Due): void {
  let place = heap.length;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (!before(due, heap[parent]!)) break;
    heap[place] = heap[parent]!;
    place = parent;
  }
  heap[place] = due;
}

function pop(heap: Due[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, last)) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = last;
}
