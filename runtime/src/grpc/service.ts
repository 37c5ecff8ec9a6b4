/** The gRPC side of a service: its operations, its health, and what it tells of itself. */

import type { Types } from '../codec/codec.ts';
import type { Readiness } from '../server/readiness.ts';
import type { ServerTls } from '../tls/server.ts';
import { HEALTH, HEALTH_TYPES, healthMethods, healthService } from './health.ts';
import { MOST_ANSWERED } from './limits.ts';
import { type OperationMethodOptions, operationMethods } from './operations.ts';
import { type Reflected, reflectionMethods, reflectionName, reflectionService, reflectionTypes } from './reflection.ts';
import { GRPC_TIMEOUTS, GrpcServer, type GrpcTimeouts } from './server.ts';

/** How gRPC is served. */
export interface GrpcOptions {
  /** Bytes of a message of an answer at most; 4 MiB. */
  readonly answerLimit?: number;
  /** Compress messages of so many bytes and more, where the other side takes gzip; never, unless said. */
  readonly compressAbove?: number;
  /** How long the server waits for its clients; `GRPC_TIMEOUTS` where it is not said. */
  readonly timeouts?: Partial<GrpcTimeouts>;
  /** Whether the server tells everybody its contracts; true unless said otherwise. */
  readonly reflection?: boolean;
}

export interface GrpcServiceOptions extends OperationMethodOptions {
  readonly types: Types;
  readonly readiness: Readiness;
  readonly tls: ServerTls | undefined;
  /** Bytes of a request message at most. */
  readonly bodyLimit: number;
  readonly grpc: GrpcOptions | undefined;
}

/** A server with all operations of a service; not listening yet, so that other services can be added. */
export function createGrpcServer(options: GrpcServiceOptions): GrpcServer {
  const { service, types, operations, readiness, tls, bodyLimit, grpc = {} } = options;
  const server = new GrpcServer({
    receive: bodyLimit,
    sending: { limit: grpc.answerLimit ?? MOST_ANSWERED, compressAbove: grpc.compressAbove },
    timeouts: { ...GRPC_TIMEOUTS, ...grpc.timeouts },
    tls,
  });
  server.add(service, operationMethods(options));
  server.add(
    HEALTH,
    healthMethods(() => server.services, readiness),
  );
  if (grpc.reflection === false) return server;
  const own = { name: service, methods: operations.map(({ definition }) => definition) };
  const reflected: Reflected = {
    types: { ...types, ...HEALTH_TYPES, ...reflectionTypes('v1'), ...reflectionTypes('v1alpha') },
    services: [own, healthService, reflectionService('v1'), reflectionService('v1alpha')],
    names: () => server.services,
  };
  for (const version of ['v1', 'v1alpha'] as const) {
    server.add(reflectionName(version), reflectionMethods(version, reflected));
  }
  return server;
}
