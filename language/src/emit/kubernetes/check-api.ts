import { minorOf } from './version.ts';

/** From which minor version on a cluster serves something, unless it needs no saying, and the first that does no longer. */
interface Served {
  readonly from: number;
  readonly until?: number;
}

/** Kinds of Kubernetes itself, by API (https://kubernetes.io/docs/reference/using-api/deprecation-guide/). */
const kinds: Readonly<Record<string, Served>> = {
  'v1/ConfigMap': { from: 2 },
  'v1/Namespace': { from: 0 },
  'v1/Secret': { from: 0 },
  'v1/Service': { from: 0 },
  'v1/ServiceAccount': { from: 0 },
  'apps/v1/Deployment': { from: 9 },
  'apps/v1beta1/Deployment': { from: 6, until: 16 },
  'apps/v1beta2/Deployment': { from: 8, until: 16 },
  'extensions/v1beta1/Deployment': { from: 2, until: 16 },
  'autoscaling/v1/HorizontalPodAutoscaler': { from: 2 },
  'autoscaling/v2/HorizontalPodAutoscaler': { from: 23 },
  'autoscaling/v2beta1/HorizontalPodAutoscaler': { from: 6, until: 25 },
  'autoscaling/v2beta2/HorizontalPodAutoscaler': { from: 12, until: 26 },
  'batch/v1/CronJob': { from: 21 },
  'batch/v1/Job': { from: 5 },
  'batch/v1beta1/CronJob': { from: 8, until: 25 },
  'networking.k8s.io/v1/Ingress': { from: 19 },
  'networking.k8s.io/v1/NetworkPolicy': { from: 7 },
  'networking.k8s.io/v1beta1/Ingress': { from: 14, until: 22 },
  'extensions/v1beta1/NetworkPolicy': { from: 3, until: 16 },
  'policy/v1/PodDisruptionBudget': { from: 21 },
  'policy/v1beta1/PodDisruptionBudget': { from: 5, until: 25 },
};

/** Fields that came later than their kinds: from when on every cluster has them, by default. */
const fields: readonly {
  readonly kind: string;
  readonly path: RegExp;
  readonly name: string;
  readonly from: number;
}[] = [
  { kind: 'Deployment', path: /\.preStop\.sleep$/, name: 'lifecycle.preStop.sleep', from: 30 },
  { kind: 'Deployment', path: /\.grpc$/, name: 'probes by gRPC', from: 24 },
  { kind: 'Deployment', path: /\.matchLabelKeys$/, name: 'topologySpreadConstraints.matchLabelKeys', from: 27 },
  { kind: 'PodDisruptionBudget', path: /\.unhealthyPodEvictionPolicy$/, name: 'unhealthyPodEvictionPolicy', from: 27 },
  { kind: 'Service', path: /\.trafficDistribution$/, name: 'trafficDistribution', from: 31 },
];

interface Identified {
  readonly apiVersion?: string;
  readonly kind?: string;
}

/** What a cluster of a version does not serve any more, or not yet. Kinds that others define are as their controllers are. */
export function apiFaults(object: Identified, version: string): string[] {
  const minor = minorOf(version);
  const api = `${object.apiVersion}/${object.kind}`;
  if (!isOfKubernetes(object.apiVersion ?? '')) return [];
  const served = Object.hasOwn(kinds, api) ? kinds[api] : undefined;
  if (!served) return [`${api} is no API that Weir knows of Kubernetes`];
  if (served.until !== undefined && minor >= served.until) {
    return [`${api} is gone since Kubernetes 1.${served.until}; the cluster has 1.${minor}`];
  }
  if (minor < served.from) return [`${api} comes with Kubernetes 1.${served.from}; the cluster has 1.${minor}`];
  const later = fields.filter(({ kind, from }) => kind === object.kind && minor < from);
  const paths = later.length === 0 ? [] : pathsOf(object);
  return later
    .filter(({ path }) => paths.some((each) => path.test(each)))
    .map(({ name, from }) => `${name} comes with Kubernetes 1.${from}; the cluster has 1.${minor}`);
}

/** Groups without a dot, and those below `k8s.io` that are not extensions of it. */
const isOfKubernetes = (apiVersion: string): boolean =>
  !/\./.test(apiVersion.split('/')[0] ?? '') || apiVersion.startsWith('networking.k8s.io/');

function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, path));
  return Object.entries(value).flatMap(([key, item]) => [`${path}.${key}`, ...pathsOf(item, `${path}.${key}`)]);
}
