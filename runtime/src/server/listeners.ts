/** The ports of a service while they are open. */

import type { FastifyInstance } from 'fastify';
import type { GrpcServer } from '../grpc/server.ts';
import { listening, type Ports } from './ports.ts';

/** Milliseconds between looks for connections that have become idle while a server closes. */
const SWEEP = 20;

export interface Listener {
  readonly kind: keyof Ports;
  readonly port: number;
  /** Takes no new connections and resolves when the calls on the old ones have been answered. */
  close(): Promise<void>;
  /** Cuts all connections. */
  destroy(): void;
}

export async function listenHttp(
  app: FastifyInstance,
  name: string,
  host: string,
  wanted: number,
  kind: 'http' | 'admin' = 'http',
): Promise<Listener> {
  await listening(`${name} (${kind === 'http' ? 'HTTP' : 'probes and metrics'})`, wanted, () =>
    app.listen({ host, port: wanted }),
  );
  const address = app.server.address();
  return {
    kind,
    port: typeof address === 'object' && address !== null ? address.port : wanted,
    async close() {
      // What has arrived already is read first: connections that look idle until then would be closed on their request.
      await new Promise((resolve) => setImmediate(resolve));
      // Node closes connections that are idle when a server closes, and leaves those that become idle later to time out.
      const sweeping = setInterval(() => app.server.closeIdleConnections(), SWEEP);
      try {
        await app.close();
      } finally {
        clearInterval(sweeping);
      }
    },
    destroy: () => app.server.closeAllConnections(),
  };
}

export async function listenGrpc(server: GrpcServer, name: string, host: string, wanted: number): Promise<Listener> {
  return {
    kind: 'grpc',
    port: await listening(`${name} (gRPC)`, wanted, () => server.listen(host, wanted)),
    close: () => server.close(),
    destroy: () => server.destroy(),
  };
}
