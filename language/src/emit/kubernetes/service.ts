import type { IService, IServiceAccount, IServicePort } from 'kubernetes-models/v1';
import { annotations, labels, selectorLabels } from './labels.ts';
import type { Workload } from './workload.ts';

/** The name under which others reach a service; nothing when it listens nowhere. */
export function serviceOf(workload: Workload): IService[] {
  const { http, grpc } = workload.ports;
  const ports: IServicePort[] = [
    ...(http === undefined ? [] : [port('http', http, 'http')]),
    ...(grpc === undefined ? [] : [port('grpc', grpc, 'kubernetes.io/h2c')]),
  ];
  if (ports.length === 0) return [];
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: workload.name, labels: labels(workload), ...annotations(workload) },
      spec: { type: 'ClusterIP', selector: selectorLabels(workload), ports },
    },
  ];
}

const port = (name: 'http' | 'grpc', number: number, appProtocol: string): IServicePort => ({
  name,
  port: number,
  targetPort: name,
  protocol: 'TCP',
  appProtocol,
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
