/** The gRPC health protocol. https://github.com/grpc/grpc/blob/master/doc/health-checking.md */

import {
  type Server,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { createProtobuf } from '../codec/protobuf.ts';
import type { Readiness } from '../server/readiness.ts';

const SERVICE = 'grpc.health.v1.Health';
const REQUEST = 'grpc.health.v1.HealthCheckRequest';
const RESPONSE = 'grpc.health.v1.HealthCheckResponse';

const wire = createProtobuf({
  [REQUEST]: { fields: { service: { number: 1, type: 'string' } } },
  [RESPONSE]: { fields: { status: { number: 1, type: 'grpc.health.v1.ServingStatus' } } },
  'grpc.health.v1.ServingStatus': {
    enum: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 },
    prefix: '',
  },
});

type ServingStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

/** Asked by this name, the process answers for itself alone: a restart mends nothing of what it needs. */
const LIVENESS = 'liveness';

interface HealthRequest {
  readonly service: string;
}

interface HealthResponse {
  readonly status: ServingStatus;
}

/**
 * Adds the health service: `Check` asks all needs each time, `Watch` tells of start and stop. It answers for the whole
 * server (the empty name) and for `service`; `liveness` is always served.
 */
export function addHealthService(server: Server, service: string, readiness: Readiness): void {
  const method = (name: string, responseStream: boolean) => ({
    path: `/${SERVICE}/${name}`,
    requestStream: false,
    responseStream,
    requestSerialize: (request: HealthRequest) => wire.serialize(REQUEST, request),
    requestDeserialize: (bytes: Buffer) => wire.deserialize(REQUEST, bytes) as HealthRequest,
    responseSerialize: (response: HealthResponse) => wire.serialize(RESPONSE, response),
    responseDeserialize: (bytes: Buffer) => wire.deserialize(RESPONSE, bytes) as HealthResponse,
  });
  const knows = (name: string) => name === '' || name === service;
  const serving = async (): Promise<ServingStatus> =>
    (await readiness.check()).status === 'ready' ? 'SERVING' : 'NOT_SERVING';

  server.addService(
    { Check: method('Check', false), Watch: method('Watch', true) },
    {
      async Check(call: ServerUnaryCall<HealthRequest, HealthResponse>, done: sendUnaryData<HealthResponse>) {
        if (call.request.service === LIVENESS) done(null, { status: 'SERVING' });
        else if (knows(call.request.service)) done(null, { status: await serving() });
        else done({ code: status.NOT_FOUND, details: `There is no service "${call.request.service}" here.` });
      },
      async Watch(call: ServerWritableStream<HealthRequest, HealthResponse>) {
        if (!knows(call.request.service)) {
          call.write({ status: 'SERVICE_UNKNOWN' });
          return;
        }
        let last: ServingStatus | undefined;
        const tell = async () => {
          const now = await serving();
          if (now !== last) call.write({ status: now });
          last = now;
        };
        const unwatch = readiness.watch(async (stage) => {
          await tell();
          if (stage === 'stopping') call.end();
        });
        call.once('cancelled', unwatch);
        await tell();
      },
    },
  );
}
