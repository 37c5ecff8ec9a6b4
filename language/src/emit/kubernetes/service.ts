import type { IService, IServiceAccount, IServicePort } from 'kubernetes-models/v1';
import { annotations, labels, selectorLabels } from './labels.ts';
import { podsName } from './names.ts';
import type { Workload } from './workload.ts';

/**
 * The name under which others reach a service; nothing when it listens nowhere. Where callers choose among its pods by
 * themselves, a second one of which DNS gives all pods that are ready. Only the first is a `service` by its label.
 */
export function servicesOf(workload: Workload): IService[] {
  const { http, grpc, metrics } = workload.ports;
  const secured = workload.ours && workload.certified ? { appProtocol: 'https' } : {};
  const served = [
    ...(http === undefined ? [] : [{ ...port('http', http), ...secured }]),
    ...(grpc === undefined ? [] : [{ ...port('grpc', grpc), ...secured }]),
  ];
  const ports = [...served, ...(metrics === undefined ? [] : [port('metrics', metrics)])];
  if (ports.length === 0) return [];
  const selector = selectorLabels(workload);
  const first: IService = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: workload.name, labels: labels(workload), ...annotations(workload) },
    spec: { type: 'ClusterIP', selector, ports },
  };
  if (!workload.balanced) return [first];
  const metadata = {
    name: podsName(workload.service.name),
    labels: { ...labels(workload), 'app.kubernetes.io/component': 'pods' },
  };
  return [first, { ...first, metadata, spec: { type: 'ClusterIP', clusterIP: 'None', selector, ports: served } }];
}

const protocols = { http: 'http', grpc: 'kubernetes.io/h2c', metrics: 'http' } as const;

const port = (name: keyof typeof protocols, number: number): IServicePort => ({
  name,
  port: number,
  targetPort: name,
  protocol: 'TCP',
  appProtocol: protocols[name],
});

/** An identity of its own that can do nothing, and whose token nothing mounts. */
export function serviceAccountOf(workload: Workload): IServiceAccount {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: workload.name, labels: labels(workload) },
    automountServiceAccountToken: false,
  };
}
