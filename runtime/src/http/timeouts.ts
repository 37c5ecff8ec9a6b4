/** How long an HTTP server waits for its clients. */

import type { ServerOptions } from 'node:https';

/** In milliseconds. Handlers are not meant here: those have deadlines. */
export interface HttpTimeouts {
  /** For a request's headers to arrive, from its first byte; of a new connection, from when it was opened. */
  readonly headers: number;
  /** For a whole request to arrive. */
  readonly request: number;
  /** For a next request on a connection. Longer than the 60 s of most load balancers, which must be the first to close. */
  readonly keepAlive: number;
  /** For a client to read on: one that takes nothing of its answer for so long loses its connection. */
  readonly stalled: number;
}

export const HTTP_TIMEOUTS: HttpTimeouts = { headers: 10_000, request: 30_000, keepAlive: 72_000, stalled: 60_000 };

/** The timeouts as options of Fastify, and of a server that speaks TLS where that is asked for. */
export function serverOptions({ headers, request, keepAlive }: HttpTimeouts, tls: ServerOptions | undefined) {
  // Node looks for late requests every so often only: every 30 s, if one does not say.
  const late = { headersTimeout: headers, connectionsCheckingInterval: Math.min(1000, headers, request) };
  return {
    requestTimeout: request,
    keepAliveTimeout: keepAlive,
    ...(tls === undefined ? { http: late } : { https: { ...tls, ...late } }),
  };
}
