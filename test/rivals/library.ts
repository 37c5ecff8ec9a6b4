import type { Clock } from '@weir/runtime/policy';

/** What a library must have for a case to say anything about it. */
export type Feature =
  | 'timeout'
  | 'retry'
  | 'breaker'
  | 'bulkhead'
  /** The caller may end its call. */
  | 'abort'
  /** The work is told when nobody waits for it any longer. */
  | 'cancellation'
  /** Knows which calls may be repeated. */
  | 'safe retries'
  | 'retry budget'
  | 'retry-after'
  | 'coalescing'
  /** The time that is left goes along to whom the work calls. */
  | 'deadlines that travel'
  /** Events that are delivered until they have been handled. */
  | 'events'
  | 'idempotency keys';

/** How a case wants its calls guarded. Times in milliseconds; what is left out is not wanted. */
export interface Parts {
  readonly timeout?: number;
  readonly deadline?: number;
  /** `attempts` counts the first; between them always the same wait. */
  readonly retry?: { readonly attempts: number; readonly backoff: number };
  /** Opens when half of at least `of` calls within `within` have failed. */
  readonly breaker?: { readonly of: number; readonly within: number; readonly open: number; readonly probes: number };
  /** As many as that, and none waits, where the library can do so. */
  readonly bulkhead?: { readonly concurrent: number };
  readonly coalesce?: true;
}

export type Work<T> = (signal: AbortSignal | undefined) => Promise<T>;

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly key?: string;
  /** A write must not be repeated blindly. */
  readonly write?: true;
}

/** Remembers what its library remembers between calls. */
export interface Guard {
  call<T>(work: Work<T>, options?: CallOptions): Promise<T>;
  close(): Promise<void> | void;
}

export interface Library {
  readonly name: string;
  readonly version: string;
  readonly has: ReadonlySet<Feature>;
  /** Calls that a breaker lets through half open, at most. */
  readonly probes: number;
  /** The clock is for those who take one; the others go by the globals, which are as virtual as it is. */
  guard(parts: Parts, clock: Clock): Promise<Guard> | Guard;
  /** For `deadlines that travel`: someone who has so long asks for work that takes longer, and then asks another. */
  chain?(deadline: number, takes: number, other: () => void): Promise<void>;
  /** For `events`: hands one event to `handle` until it has been handled, then stops; gives what happened, in order. */
  deliver?(handle: (attempt: number) => Promise<void>): Promise<void>;
  /** For `idempotency keys`: sends requests to an operation, and gives the status and the text of the answer. */
  pay?(work: (text: string) => Promise<string>): Promise<Payments>;
}

export interface Payments {
  send(text: string, key: string): Promise<{ readonly status: number; readonly text: string | undefined }>;
  close(): Promise<void>;
}

/** The callee is down: a failure by any count. */
export class Failure extends Error {
  readonly status: number = 503;
}

/** The callee has answered, and properly: there is no such thing. */
export class NotFound extends Error {
  readonly status = 404;
}

/** The callee asks to be left alone for so long, in milliseconds. */
export class Busy extends Failure {
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super(`busy for ${retryAfter} ms`);
    this.retryAfter = retryAfter;
  }
}

/** No byte of the request has left. */
export class NeverSent extends Error {
  readonly code = 'ECONNREFUSED';
}

/** What each library is told about errors where it asks: a 4xx, a refusal of its own and an abort say nothing about the callee. */
export function isFailure(error: unknown, ...ownRefusals: string[]): boolean {
  const { status, name, code } = error as { status?: number; name: string; code?: unknown };
  if (name === 'AbortError' || ownRefusals.includes(name) || ownRefusals.includes(String(code))) return false;
  return status === undefined || status >= 500;
}
