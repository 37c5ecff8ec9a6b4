/** What is observed of a service, and by whom. */

import type { EdgeEvent } from '../policy/edge.ts';
import type { TraceContext } from './trace.ts';

export type Transport = 'grpc' | 'http';

/** One attempt of a call between two parts of the system, or one delivery of an event, after it has ended. */
export interface Hop {
  /** The calling service or gateway; the event's full name for a delivery. */
  readonly from: string;
  /** The called service. */
  readonly to: string;
  /** Who reports the hop: the caller; of an event, who handles it. */
  readonly service: string;
  /** The called operation, as in the `.svc`; the method and path for a gateway; the handler of an event. */
  readonly operation: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly transport: Transport | 'event';
  /** Milliseconds. */
  readonly latency: number;
  /** `ok`, or the name of the error's code. */
  readonly outcome: string;
  readonly traceId: string;
}

export type HopListener = (hop: Hop) => void;

/** An operation of another service, as its callers here know it. */
export interface EdgeSubject {
  /** The called service, as in the `.svc`. */
  readonly to: string;
  /** The called operation, as in the `.svc`. */
  readonly operation: string;
  readonly transport: Transport;
}

/** On whose behalf a call is made. */
export interface CallSubject {
  readonly requestId: string;
  readonly trace: TraceContext;
  /** Whether its spans go anywhere. */
  readonly traced: boolean;
}

/** Gives, for an edge, and then for each call on it, the listener of its policy's events. */
export type EdgeObserver = (edge: EdgeSubject) => (call: CallSubject) => (event: EdgeEvent) => void;
