import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IConfigMap, IService } from 'kubernetes-models/v1';
import { apiFaults } from './check-api.ts';
import { customFaults, givenLabels } from './check-custom.ts';
import { formatFaults } from './check-formats.ts';
import { isPort, podFaults, repeated } from './check-pod.ts';
import { isCustom } from './custom-object.ts';
import type { KubernetesObject } from './objects.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * What a cluster of a version would refuse, or misunderstand, in the objects of a service though their schemas let it
 * through; each fault begins with its object.
 */
export function faultsOf(objects: readonly KubernetesObject[], version: string): string[] {
  const deployment = objects.find((object) => object.kind === 'Deployment');
  return objects.flatMap((object) =>
    [
      ...apiFaults(object, version),
      ...metadataFaults(object),
      ...formatFaults(object),
      ...ownFaults(object, objects, deployment),
    ].map((fault) => `${object.kind} ${object.metadata?.name}: ${fault}`),
  );
}

function ownFaults(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  deployment: IDeployment | undefined,
): string[] {
  const pods = deployment?.spec?.template.metadata?.labels ?? {};
  if (isCustom(object)) return customFaults(object, objects);
  switch (object.kind) {
    case 'Deployment':
      return deploymentFaults(object, objects);
    case 'Service':
      return [
        ...servicePortFaults(object, deployment),
        ...selectorFaults(object.spec?.selector, { ...pods, ...givenLabels(objects) }),
      ];
    case 'HorizontalPodAutoscaler':
      return autoscalerFaults(object, deployment);
    case 'PodDisruptionBudget':
      return [...selectorFaults(object.spec?.selector?.matchLabels, pods), ...budgetFaults(object)];
    case 'NetworkPolicy':
      return [...selectorFaults(object.spec?.podSelector?.matchLabels, pods), ...policyFaults(object)];
    case 'ConfigMap':
      return configMapFaults(object);
    case 'ServiceAccount':
      return [];
  }
}

function metadataFaults({ kind, metadata }: KubernetesObject): string[] {
  const { name = '', labels = {} } = metadata ?? {};
  // A Service's name is one label of a host's name; the others are as long, so that they may be its namesakes.
  const longest = kind === 'ConfigMap' ? 253 : 63;
  return [
    ...(name.length <= longest && /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(name)
      ? []
      : [`a name is 1 to ${longest} of a–z, 0–9 and inner hyphens, and begins with a letter`]),
    ...Object.entries(labels)
      .filter(([, value]) => !/^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value))
      .map(
        ([key, value]) =>
          `${JSON.stringify(value)} is no value for the label ${key}: at most 63 of A–Z, a–z, 0–9, -, _ and .`,
      ),
  ];
}

function deploymentFaults({ spec }: IDeployment, objects: readonly KubernetesObject[]): string[] {
  const pods = spec?.template.metadata?.labels ?? {};
  const configMaps = objects.flatMap(({ kind, metadata }) => (kind === 'ConfigMap' ? (metadata?.name ?? []) : []));
  const template = spec?.template.spec;
  const { maxUnavailable, maxSurge } = spec?.strategy?.rollingUpdate ?? {};
  const stuck = [maxUnavailable, maxSurge].every((share) => Number.parseFloat(`${share}`) === 0);
  return [
    ...(stuck ? ['a rollout may neither add a pod nor take one away'] : []),
    ...selectorFaults(spec?.selector.matchLabels, pods),
    ...(template ? podFaults(template, configMaps) : ['has no pod']),
  ];
}

function selectorFaults(selector: Labels | undefined, pods: Labels): string[] {
  const entries = Object.entries(selector ?? {});
  if (entries.length === 0) return ['selects nothing'];
  return entries
    .filter(([key, value]) => pods[key] !== value)
    .map(([key]) => `its selector misses its pods by the label ${key}`);
}

function servicePortFaults({ spec }: IService, deployment: IDeployment | undefined): string[] {
  const ports = spec?.ports ?? [];
  const targets = (deployment?.spec?.template.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  return [
    ...ports.filter(({ port }) => !isPort(port)).map(({ port }) => `${port} is no port: ports are 1 to 65535`),
    ...repeated(ports.map(({ port }) => port)).map((port) => `the port ${port} stands twice`),
    ...repeated(ports.map(({ name }) => name)).map((name) => `two ports are called ${name}`),
    ...ports
      .filter(
        ({ targetPort }) => !targets.some(({ name, containerPort }) => [name, containerPort].includes(targetPort)),
      )
      .map(({ targetPort }) => `leads to the port ${targetPort}, where no container listens`),
  ];
}

function autoscalerFaults({ spec }: IHorizontalPodAutoscaler, deployment: IDeployment | undefined): string[] {
  const { minReplicas = 1, maxReplicas = 0, scaleTargetRef, metrics = [] } = spec ?? {};
  const shares = metrics.flatMap(({ resource }) => resource?.target.averageUtilization ?? []);
  return [
    ...(metrics.length === 0 ? ['scales by nothing'] : []),
    ...shares.filter((share) => share < 1).map((share) => `scales at ${share} %`),
    ...(minReplicas < 1 ? [`at least ${minReplicas} replicas: an autoscaler keeps one or more`] : []),
    ...(minReplicas > maxReplicas ? [`at least ${minReplicas} replicas, at most ${maxReplicas}`] : []),
    ...(scaleTargetRef?.name === deployment?.metadata?.name
      ? []
      : [`scales ${scaleTargetRef?.name}, which is not there`]),
    ...(scaleTargetRef?.kind !== 'Deployment' || deployment?.spec?.replicas === undefined
      ? []
      : ['and its Deployment fixes the number of replicas too']),
  ];
}

/** A share of the replicas is rounded up, so that only none at all is nobody. */
function budgetFaults({ spec }: IPodDisruptionBudget): string[] {
  const allowed = spec?.maxUnavailable;
  return Number.parseFloat(`${allowed}`) === 0 ? [`no pod may ever go: at most ${allowed} are unavailable`] : [];
}

function policyFaults({ spec }: INetworkPolicy): string[] {
  const rules = [...(spec?.ingress ?? []), ...(spec?.egress ?? [])];
  const types: readonly string[] = spec?.policyTypes ?? [];
  return [
    ...(types.includes('Ingress') ? [] : ['lets every call in: Ingress is missing among its types']),
    ...(types.includes('Egress') ? [] : ['lets every call out: Egress is missing among its types']),
    ...rules
      .flatMap(({ ports }) => ports ?? [])
      .filter(({ port }) => !isPort(port))
      .map(({ port }) => `${port} is no port: ports are 1 to 65535`),
  ];
}

function configMapFaults({ data = {} }: IConfigMap): string[] {
  const size = Object.entries(data).reduce(
    (sum, [key, value]) => sum + key.length + new TextEncoder().encode(value).length,
    0,
  );
  return [
    ...Object.keys(data)
      .filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key))
      .map((key) => `${JSON.stringify(key)} is no key: letters, digits, -, _ and .`),
    ...(size > 2 ** 20 ? [`holds ${size} bytes, more than the 1 MiB that fit`] : []),
  ];
}
