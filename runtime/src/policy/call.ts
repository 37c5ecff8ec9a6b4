import type { ClientPolicy, LimitKey } from '../definition.ts';
import type { CodeName, RefusedBy } from '../errors.ts';
import type { BreakerState } from './breaker.ts';
import type { Abortable } from './lazy-signal.ts';
import type { Outcome, RetryReason } from './outcome.ts';
import type { EjectionCause } from './outliers.ts';

/** What happens on an edge, as it happens. Latencies and delays are milliseconds. */
export type EdgeEvent =
  | { readonly kind: 'attempt-started'; readonly number: number; readonly endpoint: string; readonly hedge: boolean }
  | {
      readonly kind: 'attempt-ended';
      readonly number: number;
      readonly endpoint: string;
      readonly hedge: boolean;
      readonly latency: number;
      readonly outcome: Outcome;
      /** Absent on success. */
      readonly code?: CodeName;
    }
  | { readonly kind: 'retry'; readonly number: number; readonly delay: number; readonly cause: RetryReason }
  | { readonly kind: 'refused'; readonly by: RefusedBy | 'budget'; readonly endpoint?: string }
  | { readonly kind: 'hedge'; readonly number: number }
  | { readonly kind: 'cache'; readonly result: 'hit' | 'stale' | 'joined' | 'miss' }
  | { readonly kind: 'fallback'; readonly to: 'stale' | 'operation' | 'literal'; readonly error: unknown }
  | { readonly kind: 'ejected'; readonly endpoint: string; readonly time: number; readonly cause: EjectionCause }
  | { readonly kind: 'breaker'; readonly endpoint: string; readonly from: BreakerState; readonly to: BreakerState };

/** One try, as the transport sees it. */
export interface Attempt {
  readonly endpoint: string;
  /** From 1; hedges have numbers of their own. */
  readonly number: number;
  /** Made when first read; only a transport that reads it pays for it. */
  readonly signal: AbortSignal;
  /** The clock's instant at which nobody waits any longer: the earlier of timeout and deadline. */
  readonly deadlineAt: number | undefined;
}

/** What unary calls and streams have in common. */
export interface EdgeRequest {
  /** The callee's service name. */
  readonly destination: string;
  readonly operation: string;
  /** May be repeated after a failure that leaves open whether it was carried out. */
  readonly idempotent: boolean;
  /** Changes nothing, so that answers may be cached. */
  readonly reads: boolean;
  readonly request: unknown;
  /** Whom the answer is for, where the callee is told: it is cached for nobody else. */
  readonly whose?: string | undefined;
  readonly policy: ClientPolicy;
  /** Candidates: addresses. Give the same array as long as they stay the same. */
  readonly endpoints: readonly string[];
  readonly signal?: Abortable | undefined;
  /** The caller's own deadline, as an instant of the clock. */
  readonly deadlineAt?: number | undefined;
  readonly limitKey?: ((key: LimitKey) => string) | undefined;
  readonly observe?: ((event: EdgeEvent) => void) | undefined;
}

export interface EdgeCall<T> extends EdgeRequest {
  /** The transport; rejects with a ServiceError, and settles once its signal has aborted. */
  attempt(attempt: Attempt): Promise<T>;
  /** Frees what an answer holds that has come too late for the call. The permit is held until then. */
  readonly discard?: ((answer: T) => Promise<unknown>) | undefined;
  /** Another operation, for policies with `fallback { to: 'operation' }`; gets the error that it makes up for. */
  readonly fallbackOperation?: ((error: unknown) => Promise<T>) | undefined;
}

export interface EdgeStream<T> extends EdgeRequest {
  /** Opens the stream; errors surface as it is read. */
  attempt(attempt: Attempt): AsyncIterable<T>;
}
