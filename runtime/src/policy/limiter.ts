import type { LimitPolicy } from '../definition.ts';
import type { Clock } from './clock.ts';

export type LimitAnswer =
  | { readonly ok: true }
  | { readonly ok: false /** Milliseconds. */; readonly retryAfter: number };

export interface Limiter {
  /** One call by `key`, now (which who has just read the clock may give). */
  take(key: string, now?: number): LimitAnswer;
  /** Keys that are remembered. */
  readonly size: number;
  /** A limiter of other numbers that knows the calls so far: who is early by so many calls stays so. */
  successor(policy: LimitPolicy): Limiter;
}

const ADMITTED: LimitAnswer = { ok: true };

/** Keys that are at rest are swept out when there are more than this many, and again at each doubling. */
const SWEEP_AT = 1024;

/** Far below what matters and far above the rounding of sums, in milliseconds. */
const ROUNDING = 1e-6;

/**
 * The generic cell rate algorithm (ITU-T I.371): for each key one instant, at which the calls so far would have been
 * through at an even pace. In any t seconds it admits at most `burst + rate * t` calls of a key.
 */
export function createLimiter(policy: LimitPolicy, clock: Clock): Limiter {
  return limiterOf(policy, clock, new Map());
}

function limiterOf(policy: LimitPolicy, clock: Clock, throughAt: Map<string, number>): Limiter {
  const interval = 1000 / policy.rate;
  const tolerance = Math.max(1, policy.burst) * interval;
  let sweepAt = SWEEP_AT;

  const sweep = (now: number) => {
    for (const [key, at] of throughAt) if (at <= now) throughAt.delete(key);
    sweepAt = Math.max(SWEEP_AT, throughAt.size * 2);
  };

  return {
    take(key, now = clock.now()) {
      const next = Math.max(throughAt.get(key) ?? now, now) + interval;
      const early = next - now - tolerance;
      if (early > ROUNDING) return { ok: false, retryAfter: early };
      throughAt.set(key, next);
      if (throughAt.size > sweepAt) sweep(now);
      return ADMITTED;
    },
    get size() {
      return throughAt.size;
    },
    successor(next) {
      const now = clock.now();
      const perCall = 1000 / next.rate / interval;
      return limiterOf(next, clock, new Map([...throughAt].map(([key, at]) => [key, now + (at - now) * perCall])));
    },
  };
}
