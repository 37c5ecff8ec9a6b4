import type { Model, Service } from '../../model/model.ts';
import { hasCertificates } from './certificates.ts';

/** Where the container of a service listens. */
export interface WorkloadPorts {
  readonly http?: number;
  readonly grpc?: number;
  /** Probes and metrics alone, without TLS: where there is no HTTP port, or it lets in only callers who show who they are. */
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
    ...(ours && (http === undefined || asksCallers(model)) ? { metrics: freePort(http, grpc) } : {}),
  };
}

/** Whether who calls has to show who it is: Prometheus and kubelets show nothing. */
const asksCallers = (model: Model): boolean => hasCertificates(model) || model.systems[0]?.mesh !== undefined;

function freePort(...taken: readonly (number | undefined)[]): number {
  let port = usualMetrics;
  while (taken.includes(port)) port++;
  return port;
}
