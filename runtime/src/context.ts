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

/**
 * The part of a handler's context that every handler has. Generated code adds the clients that `calls` declares, the
 * resources of the service and `publish` with the declared events.
 */
export interface CallContext<Config = Readonly<Record<string, unknown>>> {
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

export interface CallOptions {
  /** Ends the call early; the deadline and the cancellation of the handler's own caller hold besides. */
  readonly signal?: AbortSignal;
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
