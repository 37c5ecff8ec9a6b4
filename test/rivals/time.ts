import { mock } from 'node:test';
import type { Clock } from '@weir/runtime/policy';

/** Time that a case moves, for libraries that go by the globals and for those that take a clock. */
export interface Time {
  readonly clock: Clock;
  /** Moves time by `ms`, letting promises settle on the way. */
  advance(ms: number): Promise<void>;
  /** Moves time until something is done: starting and stopping take some libraries a while. */
  until<T>(done: Promise<T> | T): Promise<T>;
}

/** Timers are met to a five-hundredth of an advance, and to a millisecond at best. */
const STEPS = 500;

/** Runs a story while `setTimeout`, `setInterval` and `Date` stand still but for its own advances. */
export async function inVirtualTime(story: (time: Time) => Promise<void>): Promise<void> {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_700_000_000_000 });
  const advance = async (ms: number) => {
    const step = Math.max(1, Math.ceil(ms / STEPS));
    await settle();
    for (let left = ms; left > 0; left -= step) {
      mock.timers.tick(Math.min(step, left));
      await settle();
    }
  };
  try {
    await story({
      advance,
      async until(done) {
        const promise = Promise.resolve(done);
        const watched = watch(promise);
        for (let turn = 0; turn < 1000 && !watched.settled; turn++) await advance(10);
        return promise;
      },
      clock: {
        now: () => Date.now(),
        after(ms, fn) {
          const timer = setTimeout(fn, ms);
          return () => clearTimeout(timer);
        },
      },
    });
  } finally {
    mock.timers.reset();
  }
}

/** Turns of the event loop, in which chains of promises come to their end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** How a call stands. */
export interface Watched<T> {
  readonly settled: boolean;
  readonly value: T | undefined;
}

export function watch<T>(promise: Promise<T>): Watched<T> {
  const watched: { settled: boolean; value: T | undefined } = { settled: false, value: undefined };
  promise.then(
    (value) => Object.assign(watched, { settled: true, value }),
    () => Object.assign(watched, { settled: true }),
  );
  return watched;
}

export function later<T>(ms: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), ms));
}

export function failLater(ms: number, error: Error): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(error), ms));
}

/** Work that ignores its signal. */
export function hang(): Promise<never> {
  return new Promise(() => {});
}
