import type { BalancePolicy, BreakerPolicy, RetryPolicy } from '../definition.ts';
import type { Attempt, EdgeEvent } from './call.ts';
import { type Clock, systemClock } from './clock.ts';
import { partsOf } from './defaults.ts';
import { callEdge, mayFallBack } from './edge.ts';
import type { Random } from './random.ts';
import { type BreakerReport, type EjectionReport, PolicyState } from './state.ts';

/** A policy by hand. Times are milliseconds; a part left out is not applied, and what is left out of a part has its default. */
export interface PolicyOptions {
  /** How errors and `breakers()` name what is called. */
  readonly name?: string;
  /** For one attempt. */
  readonly timeout?: number;
  /** For the whole call: queueing, attempts and backoff together. */
  readonly deadline?: number;
  /** 3 attempts, 25..250 ms, full jitter, on connect and unavailable, with a budget of 20 %. */
  readonly retry?: Partial<RetryPolicy>;
  /** Opens at 50 % of at least 20 calls within 10 s, for 5 s, then lets 3 probes through. */
  readonly breaker?: Partial<BreakerPolicy>;
  /** `queue` is 0 unless given. */
  readonly bulkhead?: { readonly concurrent: number; readonly queue?: number };
  /** `rate` calls a second; `burst` is as much as `rate` unless given. */
  readonly limit?: { readonly rate: number; readonly burst?: number };
  /** `after` so long, or after a measured percentile of the latency, such as `'p95'`; `extra` 1. */
  readonly hedge?: { readonly after: number | `p${number}`; readonly extra?: number };
  /** Needs a `key` for each call. */
  readonly cache?: { readonly ttl: number; readonly stale?: number };
  /** Give the last cached answer, however old, when the call fails. */
  readonly fallback?: 'stale';
  /** Among `endpoints`; p2c unless given. */
  readonly balance?: BalancePolicy['by'];
  readonly endpoints?: readonly string[];
  /** Whether a call whose fate is unknown may be repeated. Only for writes that must not be, say `false`. */
  readonly idempotent?: boolean;
  readonly observe?: (event: EdgeEvent) => void;
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface CallOptions<T> {
  readonly signal?: AbortSignal;
  /** Milliseconds that the caller itself has left. */
  readonly deadline?: number;
  /** What is asked for: the key of the cache and of consistent hashing. */
  readonly key?: string;
  /** Who asks: limits count by it. */
  readonly limitKey?: string;
  /** Stands in when the call fails, but not for a 4xx, nor when the caller has gone. */
  readonly fallback?: (error: unknown) => T | Promise<T>;
}

export interface Policy {
  /** Calls `fn` under the policy: once for each attempt, with a signal of the attempt's own. */
  <T>(fn: (attempt: Attempt) => T | Promise<T>, options?: CallOptions<T>): Promise<T>;
  /** The breakers so far, by endpoint. */
  breakers(): readonly BreakerReport[];
  /** The endpoints that get no calls for now, because they did worse than the others. */
  ejections(): readonly EjectionReport[];
}

/** By hand there is one endpoint, without a name, unless the policy lists some. */
const ONE_ENDPOINT: readonly string[] = [''];

/**
 * Makes a policy that remembers: create it once, and call through it.
 *
 *     const users = policy({ timeout: 800, retry: { attempts: 3 }, breaker: {} });
 *     const response = await users(({ signal }) => fetch(url, { signal }));
 *
 * @throws RangeError naming the part that makes no sense
 */
export function policy(options: PolicyOptions): Policy {
  const parts = partsOf(options);
  const { name: destination = 'the call', idempotent = true, endpoints = ONE_ENDPOINT, observe } = options;
  const clock = options.clock ?? systemClock;
  const state = new PolicyState({ clock, random: options.random ?? Math.random });

  const call = <T>(fn: (attempt: Attempt) => T | Promise<T>, own: CallOptions<T> = {}): Promise<T> => {
    const { key, limitKey, fallback } = own;
    if (parts.cache && key === undefined) {
      return Promise.reject(
        new TypeError('a policy with a cache needs to know what is asked for: give the call a `key`'),
      );
    }
    // Each by name: copies of objects cost more than the rest of this.
    const answer = callEdge<T>(state, {
      destination,
      operation: '',
      idempotent,
      reads: true,
      policy: parts,
      endpoints,
      observe,
      request: key,
      signal: own.signal,
      deadlineAt: own.deadline === undefined ? undefined : clock.now() + own.deadline,
      limitKey: limitKey === undefined ? undefined : () => limitKey,
      attempt: fn as (attempt: Attempt) => Promise<T>,
    });
    if (!fallback) return answer;
    return answer.catch((error) => {
      if (!mayFallBack(error)) throw error;
      observe?.({ kind: 'fallback', to: 'operation', error });
      return fallback(error);
    });
  };
  return Object.assign(call, { breakers: () => state.breakers(), ejections: () => state.ejections() });
}
