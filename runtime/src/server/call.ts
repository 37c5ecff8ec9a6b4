/** A call as it arrives, before anybody has looked at it. */

import { randomUUID } from 'node:crypto';
import type { Transport } from '../observe/observe.ts';
import { type ServerSpan, serverSpan } from '../observe/span.ts';
import { parseTraceparent, type TraceContext } from '../observe/trace.ts';
import type { HeaderReader } from './auth.ts';

/** A call as a transport hands it over. */
export interface IncomingCall {
  readonly transport: Transport;
  readonly header: HeaderReader;
  /** Address of the caller. */
  readonly ip: string;
  /** Milliseconds that the caller waits, from now. */
  readonly timeLeft: number | undefined;
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
  /** The request in TypeScript form, or the stream of them. Throws `invalid-argument` with all violations. */
  request(): unknown;
}

/** What identifies a call to who answers it. */
export interface CallIdentity {
  readonly requestId: string;
  readonly trace: TraceContext;
  readonly span: ServerSpan;
}

/** Ids that are safe in logs and headers; any other is replaced. */
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/** The caller's request id, and a child of the caller's span; new ones where the caller sent none. */
export function identify(operation: string, transport: Transport, header: HeaderReader): CallIdentity {
  const requestId = header('x-request-id');
  const span = serverSpan(operation, transport, parseTraceparent(header('traceparent'), header('tracestate')));
  return {
    requestId: requestId !== undefined && REQUEST_ID.test(requestId) ? requestId : randomUUID(),
    trace: span.trace,
    span,
  };
}
