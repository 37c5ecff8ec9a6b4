import { performance } from 'node:perf_hooks';

/** Time as an argument: policies read it and wait on it, so that tests and the simulator can move it. */
export interface Clock {
  /** Monotonic milliseconds; unrelated to the time of day, so a wall clock that jumps changes nothing. */
  now(): number;
  /** Runs `fn` once, `ms` from now (any size, above 2^31-1 too). Returns what cancels it. */
  after(ms: number, fn: () => void): () => void;
}

/** Longer delays make `setTimeout` fire at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

function after(ms: number, fn: () => void): () => void {
  let left = ms;
  let timer: NodeJS.Timeout;
  const arm = () => {
    const part = Math.min(left, LONGEST_TIMEOUT);
    left -= part;
    timer = setTimeout(left > 0 ? arm : fn, part);
  };
  arm();
  return () => clearTimeout(timer);
}

/** The process's own clock. */
export const systemClock: Clock = { now: () => performance.now(), after };
