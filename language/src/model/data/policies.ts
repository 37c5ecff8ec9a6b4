/** Policies: the parts, their values, and how they are named and used. */

import type { Declared, Place, Ref } from './places.ts';
import type { Literal } from './types.ts';

export const retryCauses = ['connect', 'unavailable', 'timeout', 'throttled', '502', '503', '504', 'internal'] as const;
export type RetryCause = (typeof retryCauses)[number];

export interface Timeout {
  readonly ms: number;
}
/** Parts left out have the defaults of `runtime.md`, filled in by the builder. */
export interface Retry {
  readonly attempts: number;
  /** The number; absent when not written. */
  readonly attemptsAt?: Place;
  readonly backoff: { readonly min: number; readonly max: number };
  readonly jitter: 'full' | 'equal' | 'none';
  readonly on: readonly RetryCause[];
  /** Percent of the calls to the destination; absent when not written. */
  readonly budget?: number;
}
export interface Breaker {
  readonly failures: number;
  readonly of: number;
  readonly within?: number;
  readonly open: number;
  readonly probes: number;
  readonly slow?: { readonly percent: number; readonly over: number };
}
export interface Bulkhead {
  readonly concurrent: number;
  readonly queue: number;
}
export type LimitKey =
  | { readonly by: 'client.ip' }
  | { readonly by: 'principal' }
  | { readonly by: 'header'; readonly name: string }
  | { readonly by: 'field'; readonly name: string };
export interface Limit {
  readonly rate: number;
  readonly burst: number;
  readonly key?: LimitKey;
  readonly scope: 'replica' | 'global';
  readonly fail: 'open' | 'closed';
}
export interface Hedge {
  readonly after: { readonly ms: number } | { readonly percentile: number };
  readonly extra: number;
}
export interface Cache {
  readonly ttl: number;
  readonly stale?: number;
  readonly key?: readonly string[];
}
export type Fallback =
  | { readonly to: 'stale' }
  /** `operation` refers to an operation by `service id.Operation`. */
  | { readonly to: 'operation'; readonly operation: Ref }
  | { readonly to: 'literal'; readonly value: Literal };
export interface Balance {
  readonly by: 'round-robin' | 'least-request' | 'p2c' | 'consistent-hash';
  readonly key?: string;
}
export interface Shed {
  readonly lag?: number;
  readonly gradient: boolean;
}

/** The value of each part, by its keyword. */
export interface PartValues {
  readonly timeout: Timeout;
  readonly deadline: Timeout;
  readonly retry: Retry;
  readonly breaker: Breaker;
  readonly bulkhead: Bulkhead;
  readonly limit: Limit;
  readonly hedge: Hedge;
  readonly cache: Cache;
  readonly fallback: Fallback;
  readonly balance: Balance;
  readonly shed: Shed;
}
export type PartName = keyof PartValues;
export const partNames = [
  'timeout',
  'deadline',
  'retry',
  'breaker',
  'bulkhead',
  'limit',
  'hedge',
  'cache',
  'fallback',
  'balance',
  'shed',
] as const satisfies readonly PartName[];

/** A part as written somewhere. `none` removes what would be inherited. `at` is the whole part. */
export type Part<N extends PartName> = { readonly at: Place } & (
  | { readonly none: true; readonly value?: never }
  | { readonly none?: never; readonly value: PartValues[N] }
);

export type Parts = { readonly [N in PartName]?: Part<N> };

export interface Policy extends Declared {
  readonly kind: 'policy';
  readonly extends?: Ref;
  readonly parts: Parts;
}

/** `with standard { timeout 300ms }`: a policy, parts, or both. */
export interface PolicyUse {
  readonly policy?: Ref;
  readonly parts: Parts;
  readonly at: Place;
}
