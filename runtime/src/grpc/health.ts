/** The gRPC health protocol. https://github.com/grpc/grpc/blob/master/doc/health-checking.md */

import { createProtobuf } from '../codec/protobuf.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { Readiness } from '../server/readiness.ts';
import { NOT_FOUND } from './codes.ts';
import type { DescribedService } from './descriptors.ts';
import type { GrpcMethod, ServerCall } from './server-call.ts';

export const HEALTH = 'grpc.health.v1.Health';
const REQUEST = 'grpc.health.v1.HealthCheckRequest';
const RESPONSE = 'grpc.health.v1.HealthCheckResponse';

export const HEALTH_TYPES: ServiceDefinition['types'] = {
  [REQUEST]: { fields: { service: { number: 1, type: 'string' } } },
  [RESPONSE]: { fields: { status: { number: 1, type: 'grpc.health.v1.HealthCheckResponse.ServingStatus' } } },
  'grpc.health.v1.HealthCheckResponse.ServingStatus': {
    enum: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 },
    prefix: '',
  },
};

/** The contract of the service itself. */
export const healthService: DescribedService = {
  name: HEALTH,
  methods: [
    { name: 'Check', request: REQUEST, response: RESPONSE, kind: 'write' },
    { name: 'Watch', request: REQUEST, response: RESPONSE, stream: 'server', kind: 'write' },
  ],
};

const wire = createProtobuf(HEALTH_TYPES);

type ServingStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

/** Asked by this name, the process answers for itself alone: a restart mends nothing of what it needs. */
const LIVENESS = 'liveness';

/**
 * The methods of the health service: `Check` asks all needs each time, `Watch` tells of start and stop. It answers for the
 * whole server (the empty name) and for `services`; `liveness` is always served.
 */
export function healthMethods(services: () => readonly string[], readiness: Readiness): Record<string, GrpcMethod> {
  const knows = (name: string) => name === '' || services().includes(name);
  const serving = async (): Promise<ServingStatus> =>
    (await readiness.check()).status === 'ready' ? 'SERVING' : 'NOT_SERVING';
  const check = async (call: ServerCall) => {
    const service = asked(call);
    if (service === LIVENESS) call.answer(told('SERVING'));
    else if (knows(service)) call.answer(told(await serving()));
    else call.end({ code: NOT_FOUND, message: `There is no service "${service}" here.` });
  };
  const watch = async (call: ServerCall) => {
    const isKnown = knows(asked(call));
    let last: ServingStatus | undefined;
    const tell = async () => {
      const now = isKnown ? await serving() : 'SERVICE_UNKNOWN';
      if (now !== last) call.send(told(now));
      last = now;
    };
    call.gone = readiness.watch(async (stage) => {
      await tell();
      if (stage === 'stopping') call.end();
    });
    await tell();
  };
  return {
    Check: { requestStream: false, responseStream: false, answer: (call) => void check(call) },
    Watch: { requestStream: false, responseStream: true, answer: (call) => void watch(call) },
  };
}

/** Bytes that are no request ask for the whole server, as no bytes do. */
function asked(call: ServerCall): string {
  try {
    return (wire.deserialize(REQUEST, call.message) as { service: string }).service;
  } catch {
    return '';
  }
}

function told(status: ServingStatus): Buffer {
  return wire.serialize(RESPONSE, { status });
}
