import type { IContainer, IProbe } from 'kubernetes-models/v1';
import { defaultProbes } from '../../model/deploy-defaults.ts';
import type { Probe } from '../../model/model.ts';
import { seconds } from './quantities.ts';
import type { Workload } from './workload.ts';

type Handler = Pick<IProbe, 'httpGet' | 'grpc' | 'tcpSocket'>;
type Probes = Pick<IContainer, 'startupProbe' | 'readinessProbe' | 'livenessProbe'>;

/**
 * Startup waits for the process for a minute; readiness asks for what the service needs; liveness asks for the process
 * alone, seldom and patiently, so that an outage elsewhere restarts nothing. Without a port there is nothing to ask; and
 * where only a connection could be asked for, liveness would say nothing that readiness does not.
 */
export function probesOf(workload: Workload): Probes {
  const { live, ready, startup } = workload.service.health;
  const alive = handlerOf(workload, live?.path ?? (workload.ours ? '/healthz' : undefined), 'liveness');
  const readiness = handlerOf(workload, ready?.path ?? (workload.ours ? '/readyz' : undefined));
  if (!alive || !readiness) return {};
  const started = startup?.path === undefined ? alive : (handlerOf(workload, startup.path) ?? alive);
  return {
    startupProbe: { ...started, ...timing(startup, defaultProbes.startup) },
    readinessProbe: { ...readiness, ...timing(ready, defaultProbes.ready) },
    ...(alive.tcpSocket && readiness.tcpSocket
      ? {}
      : { livenessProbe: { ...alive, ...timing(live, defaultProbes.live) } }),
  };
}

/**
 * HTTP by a path where one is known, on the port that is there for it; gRPC's health service where only that is spoken,
 * `service` being what our runtime knows.
 */
function handlerOf(workload: Workload, path: string | undefined, service?: 'liveness'): Handler | undefined {
  const { ports, ours, certified } = workload;
  const onlyGrpc = ports.http === undefined && ports.grpc !== undefined;
  // A kubelet's gRPC probes know no TLS.
  if (onlyGrpc && ours && !certified) return { grpc: { port: ports.grpc, ...(service ? { service } : {}) } };
  if (path !== undefined && ports.metrics !== undefined) return { httpGet: { path, port: 'metrics' } };
  if (path !== undefined && ports.http !== undefined) return { httpGet: { path, port: 'http' } };
  // An image of one's own has the health service if it says something of its health, and knows no names of ours.
  const hasHealth = Object.keys(workload.service.health).length > 0;
  if (onlyGrpc && hasHealth && service === undefined) return { grpc: { port: ports.grpc } };
  return tcp(ports);
}

function tcp({ http, grpc }: Workload['ports']): Handler | undefined {
  if (http === undefined && grpc === undefined) return undefined;
  return { tcpSocket: { port: http === undefined ? 'grpc' : 'http' } };
}

function timing(
  probe: Probe | undefined,
  defaults: (typeof defaultProbes)['live'],
): Pick<IProbe, 'periodSeconds' | 'timeoutSeconds' | 'failureThreshold'> {
  const given = { period: probe?.period?.value, timeout: probe?.timeout?.value };
  const timeout = given.timeout === undefined ? defaults.timeout : seconds(given.timeout);
  const period = given.period === undefined ? Math.max(defaults.period, timeout + 1) : seconds(given.period);
  return {
    periodSeconds: period,
    timeoutSeconds: Math.min(timeout, period),
    failureThreshold: probe?.failures ?? defaults.failures,
  };
}
