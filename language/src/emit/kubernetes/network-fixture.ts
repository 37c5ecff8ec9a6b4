import type { INetworkPolicy, INetworkPolicyPeer, INetworkPolicyPort } from 'kubernetes-models/networking.k8s.io/v1';
import type { KubernetesObject } from './objects.ts';

type Labels = Readonly<Record<string, string>>;

/** A pod, or without a namespace something outside the cluster. */
export interface Endpoint {
  readonly namespace?: string;
  readonly labels?: Labels;
}

/** For tests: the pods that objects make, by the name of their service, in a namespace. */
export function podsOf(objects: readonly KubernetesObject[], namespace: string): ReadonlyMap<string, Endpoint> {
  return new Map(
    objects.flatMap((object) => {
      const labels = object.kind === 'Deployment' ? object.spec?.template.metadata?.labels : undefined;
      return labels ? [[object.metadata?.name ?? '', { namespace, labels }] as const] : [];
    }),
  );
}

/**
 * For tests: whether NetworkPolicies, all of them in one namespace, let a connection through. As Kubernetes says it: a pod
 * that no policy selects for a direction takes all; else some rule of some policy that selects it has to fit.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function mayReach(
  policies: readonly INetworkPolicy[],
  namespace: string,
  from: Endpoint,
  to: Endpoint,
  port: number,
  protocol: 'TCP' | 'UDP' = 'TCP',
): boolean {
  const selecting = (type: 'Ingress' | 'Egress', pod: Endpoint) =>
    policies.filter(
      ({ spec }) =>
        pod.namespace === namespace && typesOf(spec).includes(type) && selects(spec?.podSelector, pod.labels ?? {}),
    );
  const out = selecting('Egress', from);
  const into = selecting('Ingress', to);
  const fits = (
    peers: readonly INetworkPolicyPeer[] | undefined,
    ports: readonly INetworkPolicyPort[] | undefined,
    other: Endpoint,
  ) =>
    (peers === undefined || peers.length === 0 || peers.some((peer) => isPeer(peer, other, namespace))) &&
    (ports === undefined || ports.length === 0 || ports.some((each) => isPort(each, port, protocol)));
  return (
    (out.length === 0 || out.some(({ spec }) => spec?.egress?.some((rule) => fits(rule.to, rule.ports, to)))) &&
    (into.length === 0 || into.some(({ spec }) => spec?.ingress?.some((rule) => fits(rule.from, rule.ports, from))))
  );
}

/** Without types a policy is for what comes in, and for what goes out if it has rules for that. */
const typesOf = (spec: INetworkPolicy['spec']): readonly string[] =>
  spec?.policyTypes ?? ['Ingress', ...(spec?.egress ? ['Egress'] : [])];

function isPeer(
  { ipBlock, namespaceSelector, podSelector }: INetworkPolicyPeer,
  other: Endpoint,
  own: string,
): boolean {
  if (ipBlock) throw new Error('no policy of ours speaks of addresses');
  if (other.namespace === undefined) return false;
  const inNamespace = namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': other.namespace })
    : other.namespace === own;
  return inNamespace && (podSelector === undefined || selects(podSelector, other.labels ?? {}));
}

function selects(selector: { matchLabels?: Labels; matchExpressions?: unknown } | undefined, labels: Labels): boolean {
  if (selector?.matchExpressions) throw new Error('no policy of ours selects by expressions');
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

const isPort = (rule: INetworkPolicyPort, port: number, protocol: 'TCP' | 'UDP'): boolean =>
  (rule.protocol ?? 'TCP') === protocol && (rule.port === undefined || rule.port === port);
