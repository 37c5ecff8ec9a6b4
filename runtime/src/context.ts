/** What a handler is given, and the shapes of handlers and calls: the types that generated code is written against. */

import type { Logger } from 'pino';
import type { TraceContext } from './observe/trace.ts';

/** Who calls, once authenticated. */
export interface Principal {
  /** The name of the `auth` declaration that admitted the caller. */
  readonly auth: string;
  /** The `sub` of a token, or the name of a key. */
  readonly subject: string;
  readonly scopes: readonly string[];
  /** All claims of a token; empty for keys. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A header's value: text of printable ASCII, or, under a name that ends in `-bin`, bytes. */
export type HeaderValue = string | Uint8Array;

/** Headers of HTTP, or metadata of gRPC. Names in any case. */
export interface CallHeaders {
  /** As it travelled; several of one name are joined by commas. */
  get(name: string): string | undefined;
  /** The bytes of a name that ends in `-bin`, of the first where there are several. Throws a `TypeError` for other names. */
  bytes(name: string): Uint8Array | undefined;
}

/** What a handler adds to its answer, also to one that is an error. */
export interface CallReply {
  /**
   * A header of the answer, in place of what was said of it before. Throws once the answer has begun: once a stream has
   * given its first item.
   */
  header(name: string, ...values: readonly HeaderValue[]): void;
  /** What is known only at the end: trailing metadata of gRPC, trailer fields of a stream over HTTP, a header otherwise. */
  trailer(name: string, ...values: readonly HeaderValue[]): void;
}

/**
 * The part of a handler's context that every handler has. Generated code adds the clients that `calls` declares, the
 * resources of the service and `publish` with the declared events.
 */
export interface EventContext<Config = Readonly<Record<string, unknown>>> {
  /** Logs with the request's id and trace. */
  readonly log: Logger;
  /** Aborts when the caller goes away or the deadline passes. */
  readonly signal: AbortSignal;
  /** Milliseconds left until the deadline; undefined when there is none. */
  remaining(): number | undefined;
  readonly requestId: string;
  readonly trace: TraceContext;
  readonly principal: Principal | undefined;
  readonly config: Config;
}

/** What the handler of an operation has beside: what came with the call, and what goes with the answer. */
export interface CallContext<Config = Readonly<Record<string, unknown>>> extends EventContext<Config> {
  readonly headers: CallHeaders;
  readonly reply: CallReply;
}

export type UnaryHandler<Request, Response, Context> = (
  request: Request,
  context: Context,
) => Promise<Response> | Response;

export type ServerStreamHandler<Request, Response, Context> = (
  request: Request,
  context: Context,
) => AsyncIterable<Response>;

export type ClientStreamHandler<Request, Response, Context> = (
  requests: AsyncIterable<Request>,
  context: Context,
) => Promise<Response> | Response;

export type BidiStreamHandler<Request, Response, Context> = (
  requests: AsyncIterable<Request>,
  context: Context,
) => AsyncIterable<Response>;

export type EventHandler<Event, Context> = (event: Event, context: Context) => Promise<void> | void;

/** What came with an answer beside its message. */
export interface AnswerHeaders {
  readonly headers: CallHeaders;
  /** Those of a stream are there once it was read to its end. */
  readonly trailers: CallHeaders;
}

export interface CallOptions {
  /** Ends the call early; the deadline and the cancellation of the handler's own caller hold besides. */
  readonly signal?: AbortSignal;
  /** Sent along, in place of what the runtime would send by these names. Throws a `TypeError` for what no header can hold. */
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  /**
   * Told what came with the answer, before the call gives it; of a stream when it begins. With retries it is told of each
   * attempt that was answered, the last one last; of an answer from a cache, or a fallback, nothing.
   */
  readonly onAnswer?: (answer: AnswerHeaders) => void;
}

export type UnaryCall<Request, Response> = (request: Request, options?: CallOptions) => Promise<Response>;
export type ServerStreamCall<Request, Response> = (request: Request, options?: CallOptions) => AsyncIterable<Response>;
export type ClientStreamCall<Request, Response> = (
  requests: AsyncIterable<Request>,
  options?: CallOptions,
) => Promise<Response>;
export type BidiStreamCall<Request, Response> = (
  requests: AsyncIterable<Request>,
  options?: CallOptions,
) => AsyncIterable<Response>;
