import type {
  INetworkPolicy,
  INetworkPolicyEgressRule,
  INetworkPolicyIngressRule,
  INetworkPolicyPeer,
  INetworkPolicyPort,
} from 'kubernetes-models/networking.k8s.io/v1';
import type { Model, Service } from '../../model/model.ts';
import { labels, selectorLabels } from './labels.ts';
import { controlPlaneRules, proxyPorts } from './mesh/sidecar.ts';
import { objectName } from './names.ts';
import { edgesFrom, edgesTo, gatewaysOf, outsidePortsOf } from './peers.ts';
import type { Workload } from './workload.ts';

/** Where Prometheus is by custom, and where the cluster's DNS is. */
const monitoringNamespace = 'monitoring';
const dnsNamespace = 'kube-system';

/** Both directions are listed, so what no rule lets through is refused. Each declared edge opens here and at its other end. */
export function networkPolicyOf(model: Model, workload: Workload): INetworkPolicy {
  const ingress = ingressRules(model, workload);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: workload.name, labels: labels(workload) },
    spec: {
      podSelector: { matchLabels: selectorLabels(workload) },
      policyTypes: ['Ingress', 'Egress'],
      ...(ingress.length === 0 ? {} : { ingress }),
      egress: egressRules(model, workload),
    },
  };
}

function ingressRules(model: Model, workload: Workload): INetworkPolicyIngressRule[] {
  const { service, ports, ours } = workload;
  const callers = edgesTo(model, service);
  const gateways = gatewaysOf(model, service);
  const routed = ports.http ?? ports.grpc;
  const metrics = ports.metrics ?? ports.http;
  const met = proxyPorts(workload.choices);
  return [
    ...callers.map(({ from, ports: open }) => ({ from: [pods(workload, from)], ports: [...open, ...met].map(tcp) })),
    ...(gateways.length > 0 && routed !== undefined
      ? [{ from: gateways.flatMap(({ name }) => gatewayPods(workload, name)), ports: [tcp(routed)] }]
      : []),
    ...(ours && metrics !== undefined
      ? [{ from: [{ namespaceSelector: namespace(monitoringNamespace) }], ports: [tcp(metrics)] }]
      : []),
  ];
}

function egressRules(model: Model, workload: Workload): INetworkPolicyEgressRule[] {
  const { service } = workload;
  const callees = edgesFrom(model, service);
  const outside = outsidePortsOf(model, service);
  const met = proxyPorts(workload.choices);
  return [
    {
      to: [{ namespaceSelector: namespace(dnsNamespace) }],
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
    ...controlPlaneRules(workload.choices),
    ...callees.map(({ to, ports }) => ({ to: [pods(workload, to)], ports: [...ports, ...met].map(tcp) })),
    ...(outside.length > 0 ? [{ ports: outside.map(tcp) }] : []),
  ];
}

const pods = ({ system }: Workload, service: Service): INetworkPolicyPeer => ({
  podSelector: { matchLabels: selectorLabels({ name: objectName(service.name), system }) },
});

/** Pods of a Gateway, in whichever namespace its controller runs them: the label is the Gateway API's (GEP-1762), or Envoy Gateway's own. */
function gatewayPods({ choices }: Workload, gateway: string): INetworkPolicyPeer[] {
  const label = 'gateway.networking.k8s.io/gateway-name';
  const keys = choices.gateways === 'envoy' ? [label, 'gateway.envoyproxy.io/owning-gateway-name'] : [label];
  return keys.map((key) => ({
    namespaceSelector: {},
    podSelector: { matchLabels: { [key]: objectName(gateway) } },
  }));
}

const namespace = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });

const tcp = (port: number): INetworkPolicyPort => ({ protocol: 'TCP', port });
