import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1';
import type { Choices } from '../choices.ts';
import type { Workload } from '../workload.ts';

/** What a container needs after the last of its calls. */
const margin = 5;

/** A Deployment whose pods get the proxy of the mesh, which is there before them and goes after them. */
export function withSidecar({ choices, graceSeconds }: Workload, deployment: IDeployment): IDeployment {
  const { spec } = deployment;
  if (!spec || choices.mesh === undefined) return deployment;
  const { metadata } = spec.template;
  const { labels, annotations } = injected(choices.mesh, graceSeconds - margin);
  return {
    ...deployment,
    spec: {
      ...spec,
      template: {
        ...spec.template,
        metadata: {
          ...metadata,
          labels: { ...metadata?.labels, ...labels },
          annotations: { ...metadata?.annotations, ...annotations },
        },
      },
    },
  };
}

function injected(mesh: NonNullable<Choices['mesh']>, seconds: number) {
  switch (mesh) {
    case 'istio': {
      const config = { holdApplicationUntilProxyStarts: true, terminationDrainDuration: `${seconds}s` };
      return {
        labels: { 'sidecar.istio.io/inject': 'true' },
        annotations: { 'proxy.istio.io/config': JSON.stringify(config) },
      };
    }
    case 'linkerd':
      return {
        labels: {},
        annotations: {
          'linkerd.io/inject': 'enabled',
          'config.alpha.linkerd.io/proxy-wait-before-exit-seconds': `${seconds}`,
        },
      };
  }
}

/** Where the proxies of a mesh ask for certificates and for what to do. */
const controlPlanes = {
  istio: { namespace: 'istio-system', ports: [15012] },
  linkerd: { namespace: 'linkerd', ports: [8080, 8086, 8090] },
} as const;

/** What a proxy may reach beside what its service may. */
export function controlPlaneRules({ mesh }: Choices): INetworkPolicyEgressRule[] {
  if (mesh === undefined) return [];
  const { namespace, ports } = controlPlanes[mesh];
  return [
    {
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }],
      ports: ports.map((port) => ({ protocol: 'TCP', port })),
    },
  ];
}

/** Ports at which the proxies of two pods may meet in place of those of their containers. */
export const proxyPorts = ({ mesh }: Choices): readonly number[] => (mesh === 'linkerd' ? [4143] : []);
