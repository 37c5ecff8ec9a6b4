import type { Model, Service } from '../../model/model.ts';
import { hasCertificates } from './certificates.ts';

/** Where the container of a service listens. */
export interface WorkloadPorts {
  readonly http?: number;
  readonly grpc?: number;
  /** Probes and metrics alone, without TLS: where there is no HTTP port, or the HTTP port wants certificates of its callers. */
  readonly metrics?: number;
}

/** Where exporters of OpenTelemetry and many others listen. */
const usualMetrics = 9464;

export function portsOf(model: Model, service: Service): WorkloadPorts {
  const [http, grpc] = [service.http?.value, service.grpc?.value];
  const ours = service.image === undefined;
  return {
    ...(http === undefined ? {} : { http }),
    ...(grpc === undefined ? {} : { grpc }),
    ...(ours && (http === undefined || hasCertificates(model)) ? { metrics: freePort(http, grpc) } : {}),
  };
}

function freePort(...taken: readonly (number | undefined)[]): number {
  let port = usualMetrics;
  while (taken.includes(port)) port++;
  return port;
}
