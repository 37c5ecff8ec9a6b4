/** A call as it arrives, before anybody has looked at it. */

import { randomBytes } from 'node:crypto';
import type { Reply } from '../headers.ts';
import { grpcSubject, type SpanSubject } from '../observe/conventions.ts';
import type { Transport } from '../observe/observe.ts';
import { isTraced, type ServerSpan, serverSpan, untraced } from '../observe/span.ts';
import type { TraceContext } from '../observe/trace.ts';
import type { LazySignal } from '../policy/lazy-signal.ts';
import type { Peer } from '../tls/peer.ts';

/** A call as a transport hands it over. */
export interface IncomingCall {
  readonly transport: Transport;
  /** A header of the request, or its gRPC metadata, by lower-case name. */
  header(name: string): string | undefined;
  /** Address of the caller. */
  readonly ip: string;
  /** Who the connection belongs to, where its other end showed a certificate that was verified. */
  readonly peer: Peer | undefined;
  /** Milliseconds that the caller waits, from now. */
  readonly timeLeft: number | undefined;
  /** Aborts when the caller goes away. */
  readonly caller: LazySignal;
  /** The request in TypeScript form, or the stream of them. Throws `invalid-argument` with all violations. */
  request(): unknown;
  /** Whether the headers of the answer are on their way. */
  readonly hasBegun: boolean;
  /** What the handler adds to the answer; made when it asks. */
  reply: Reply | undefined;
  /** What its span says of it; asked only where spans go somewhere. */
  subject?(): SpanSubject;
}

/** Ids that are safe in logs and headers; any other is replaced. */
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/**
 * What identifies a call to who answers it: the caller's request id, and a child of the caller's span; new ones where the
 * caller sent none. Most of it is made when somebody asks.
 */
export class CallIdentity {
  readonly #call: IncomingCall;
  #requestId: string | undefined;
  #trace: TraceContext | undefined;
  /** Only where spans go somewhere; it begins when the call arrives. */
  readonly span: ServerSpan | undefined;

  constructor(operation: string, call: IncomingCall) {
    this.#call = call;
    this.span = isTraced() ? spanOf(operation, call) : undefined;
    this.#trace = this.span?.trace;
  }

  get requestId(): string {
    if (this.#requestId === undefined) {
      this.#requestId = requestIdOf(this.#call.header('x-request-id'));
    }
    return this.#requestId;
  }

  get trace(): TraceContext {
    this.#trace ??= untraced((name) => this.#call.header(name));
    return this.#trace;
  }
}

const thisProcess = randomBytes(9).toString('base64url');
let requests = 0;

/** The id that the caller gave, if it is one, else a new one. */
export function requestIdOf(given: string | undefined): string {
  return given !== undefined && REQUEST_ID.test(given) ? given : newRequestId();
}

/** Unlike any other, of this process or another; no secret. */
function newRequestId(): string {
  requests += 1;
  return `${thisProcess}.${requests.toString(36)}`;
}

function spanOf(operation: string, call: IncomingCall): ServerSpan | undefined {
  const { name, attributes } = call.subject?.() ?? grpcSubject(operation);
  const subject = { name, attributes: { ...attributes, 'client.address': call.ip } };
  return serverSpan(subject, (header) => call.header(header));
}
