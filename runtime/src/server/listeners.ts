/** The ports of a service while they are open. */

import { type Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import type { FastifyInstance } from 'fastify';
import { grpcServerCredentials, type ServerTls } from '../tls/server.ts';
import { listening } from './ports.ts';

/** Milliseconds between looks for connections that have become idle while a server closes. */
const SWEEP = 20;

export interface Listener {
  readonly kind: 'http' | 'grpc';
  readonly port: number;
  /** Takes no new connections and resolves when the calls on the old ones have been answered. */
  close(): Promise<void>;
  /** Cuts all connections. */
  destroy(): void;
}

export async function listenHttp(app: FastifyInstance, name: string, host: string, wanted: number): Promise<Listener> {
  await listening(`${name} (HTTP)`, wanted, () => app.listen({ host, port: wanted }));
  const address = app.server.address();
  return {
    kind: 'http',
    port: typeof address === 'object' && address !== null ? address.port : wanted,
    async close() {
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

export async function listenGrpc(
  server: GrpcServer,
  name: string,
  host: string,
  wanted: number,
  tls: ServerTls | undefined,
): Promise<Listener> {
  const credentials = tls === undefined ? ServerCredentials.createInsecure() : grpcServerCredentials(tls);
  const address = `${host.includes(':') ? `[${host}]` : host}:${wanted}`;
  const bind = () =>
    new Promise<number>((resolve, reject) => {
      server.bindAsync(address, credentials, (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
  return {
    kind: 'grpc',
    port: await listening(`${name} (gRPC)`, wanted, bind),
    close: () => new Promise((resolve) => server.tryShutdown(() => resolve())),
    destroy: () => server.forceShutdown(),
  };
}
