import type { Clock } from './clock.ts';

/** Something that happens at an instant unless it is removed first. `place` belongs to `Alarms`. */
export interface Alarm {
  due: number;
  /** Index in the heap; -1 when not set. */
  place: number;
  ring(): void;
}

/** An alarm that runs a function. */
export function alarm(due: number, ring: () => void): Alarm {
  return { due, place: -1, ring };
}

/**
 * Many alarms over one timer of the clock. Almost all are removed before they ring, and a timer made and cleared for each
 * would cost more than the rest of a call: the timer stays set when its alarm goes, and finds out when it fires.
 */
export class Alarms {
  readonly #clock: Clock;
  /** A binary heap, soonest first. */
  readonly #heap: Alarm[] = [];
  #timer: (() => void) | undefined;
  #timerDue = Number.POSITIVE_INFINITY;
  #idleCheck = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(alarm: Alarm, now: number): void {
    this.#heap.push(alarm);
    this.#rise(alarm, this.#heap.length - 1);
    if (alarm.due < this.#timerDue) this.#setTimer(alarm.due, now);
  }

  /** Does nothing if the alarm is not set. */
  remove(alarm: Alarm): void {
    const place = alarm.place;
    if (place < 0) return;
    alarm.place = -1;
    const last = this.#heap.pop()!;
    if (last !== alarm) {
      this.#rise(last, place);
      this.#sink(last, last.place);
    }
    // A process with nothing left to do should not live on for a timer that has nothing to ring.
    if (this.#heap.length === 0 && !this.#idleCheck) {
      this.#idleCheck = true;
      this.#clock.after(0, this.#rest);
    }
  }

  readonly #rest = () => {
    this.#idleCheck = false;
    if (this.#heap.length > 0) return;
    this.#timer?.();
    this.#timer = undefined;
    this.#timerDue = Number.POSITIVE_INFINITY;
  };

  #setTimer(due: number, now: number): void {
    this.#timer?.();
    this.#timerDue = due;
    this.#timer = this.#clock.after(Math.max(0, due - now), this.#fired);
  }

  readonly #fired = () => {
    this.#timer = undefined;
    this.#timerDue = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let next = this.#heap[0]; next && next.due <= now; next = this.#heap[0]) {
      this.remove(next);
      next.ring();
    }
    const next = this.#heap[0];
    if (next && next.due < this.#timerDue) this.#setTimer(next.due, now);
  };

  #rise(alarm: Alarm, from: number): void {
    const heap = this.#heap;
    let place = from;
    while (place > 0) {
      const parent = heap[(place - 1) >> 1]!;
      if (parent.due <= alarm.due) break;
      heap[place] = parent;
      parent.place = place;
      place = (place - 1) >> 1;
    }
    heap[place] = alarm;
    alarm.place = place;
  }

  #sink(alarm: Alarm, from: number): void {
    const heap = this.#heap;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.due < heap[child]!.due) child++;
      const below = heap[child]!;
      if (below.due >= alarm.due) break;
      heap[place] = below;
      below.place = place;
      place = child;
    }
    heap[place] = alarm;
    alarm.place = place;
  }
}
