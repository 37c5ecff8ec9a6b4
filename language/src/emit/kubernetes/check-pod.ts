import type { IContainer, IPodSpec, IProbe } from 'kubernetes-models/v1';
import { quantityValue } from './quantities.ts';

/** What is wrong with a pod's specification, of what schemas let through. */
export function podFaults(pod: IPodSpec, configMaps: readonly string[]): string[] {
  return [
    ...pod.containers.flatMap((container) => [
      ...portFaults(container),
      ...resourceFaults(container),
      ...probeFaults(container),
      ...variableFaults(container, configMaps),
    ]),
    ...volumeFaults(pod, configMaps),
    ...graceFaults(pod),
  ];
}

function portFaults({ name, ports = [] }: IContainer): string[] {
  const numbers = ports.map(({ containerPort }) => containerPort);
  const names = ports.flatMap((port) => port.name ?? []);
  return [
    ...numbers.filter((port) => !isPort(port)).map((port) => `${name}: ${port} is no port: ports are 1 to 65535`),
    ...repeated(numbers).map((port) => `${name}: the port ${port} stands twice`),
    ...names.filter((port) => !isPortName(port)).map((port) => `${name}: ${port} is no name of a port`),
    ...repeated(names).map((port) => `${name}: two ports are called ${port}`),
  ];
}

function resourceFaults({ name, resources }: IContainer): string[] {
  const { requests = {}, limits = {} } = resources ?? {};
  const all = [...Object.entries(requests), ...Object.entries(limits)];
  return [
    ...all
      .filter(([, amount]) => quantityValue(`${amount}`) === undefined)
      .map(([resource, amount]) => `${name}: ${amount} is no quantity of ${resource}`),
    ...Object.keys(requests)
      .filter((resource) => amountOf(requests[resource]) > amountOf(limits[resource] ?? Number.POSITIVE_INFINITY))
      .map(
        (resource) => `${name}: asks for more ${resource} (${requests[resource]}) than its limit (${limits[resource]})`,
      ),
    ...Object.keys(limits)
      .filter((resource) => amountOf(limits[resource]) === 0)
      .map((resource) => `${name}: has a limit of no ${resource} at all`),
  ];
}

const amountOf = (amount: unknown): number => (typeof amount === 'number' ? amount : (quantityValue(`${amount}`) ?? 0));

const handlers = ['exec', 'grpc', 'httpGet', 'tcpSocket'] as const;

function probeFaults(container: IContainer): string[] {
  const { name, startupProbe, readinessProbe, livenessProbe } = container;
  const probes = { startup: startupProbe, readiness: readinessProbe, liveness: livenessProbe };
  return Object.entries(probes).flatMap(([kind, probe]) =>
    probe ? oneProbeFaults(container, probe).map((fault) => `${name}: the ${kind} probe ${fault}`) : [],
  );
}

function oneProbeFaults({ ports = [] }: IContainer, probe: IProbe): string[] {
  const given = handlers.filter((handler) => probe[handler] !== undefined);
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
  const known = ports.some((candidate) => candidate.name === port || candidate.containerPort === port);
  const { timeoutSeconds = 1, periodSeconds = 10 } = probe;
  return [
    ...(Number.isInteger(periodSeconds) && periodSeconds >= 1 ? [] : [`asks every ${periodSeconds} s`]),
    ...(given.length === 1 ? [] : [`has ${given.length} handlers; it takes one`]),
    ...(port === undefined || known ? [] : [`asks at ${port}, where the container does not listen`]),
    ...(probe.httpGet && !probe.httpGet.path?.startsWith('/') ? ['has a path that does not begin with /'] : []),
    ...(timeoutSeconds <= periodSeconds
      ? []
      : [`waits ${timeoutSeconds} s, longer than its period of ${periodSeconds} s`]),
  ];
}

function variableFaults({ name, env = [], envFrom = [] }: IContainer, configMaps: readonly string[]): string[] {
  const names = env.map((variable) => variable.name);
  const keys = env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? []);
  const maps = envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []);
  return [
    ...names
      .filter((key) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key))
      .map((key) => `${name}: ${key} is no name of a variable`),
    ...repeated(names).map((key) => `${name}: the variable ${key} stands twice`),
    ...env
      .filter(({ value, valueFrom }) => value !== undefined && valueFrom !== undefined)
      .map((variable) => `${name}: ${variable.name} has a value and comes from elsewhere`),
    ...keys
      .filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key))
      .map((key) => `${name}: ${key} is no key of a Secret: letters, digits, -, _ and .`),
    ...maps
      .filter((map) => !configMaps.includes(map))
      .map((map) => `${name}: reads the ConfigMap ${map}, which is not there`),
  ];
}

function volumeFaults({ containers, volumes = [] }: IPodSpec, configMaps: readonly string[]): string[] {
  const names = volumes.map(({ name }) => name);
  const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
  const maps = volumes.flatMap(({ configMap }) => configMap?.name ?? []);
  const sizes = volumes.flatMap(({ emptyDir }) => emptyDir?.sizeLimit ?? []);
  return [
    ...mounts.filter(({ name }) => !names.includes(name)).map(({ name }) => `mounts ${name}, which is no volume`),
    ...names
      .filter((name) => !mounts.some((mount) => mount.name === name))
      .map((name) => `nothing mounts the volume ${name}`),
    ...repeated(names).map((name) => `two volumes are called ${name}`),
    ...sizes
      .filter((size) => quantityValue(`${size}`) === undefined)
      .map((size) => `${size} is no quantity that a volume may hold`),
    ...repeated(mounts.map(({ mountPath }) => mountPath)).map((path) => `two volumes are mounted at ${path}`),
    ...maps.filter((map) => !configMaps.includes(map)).map((map) => `mounts the ConfigMap ${map}, which is not there`),
  ];
}

function graceFaults({ containers, terminationGracePeriodSeconds: grace = 30 }: IPodSpec): string[] {
  return containers.flatMap(({ name, lifecycle }) => {
    const pause = lifecycle?.preStop?.sleep?.seconds ?? 0;
    return pause < grace ? [] : [`${name}: sleeps ${pause} s before it stops, and is killed after ${grace} s`];
  });
}

export const isPort = (port: unknown): boolean => Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65535;

/** IANA_SVC_NAME: at most 15 of a–z, 0–9 and single inner hyphens, one letter at least. */
const isPortName = (name: string): boolean => name.length <= 15 && /^(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name);

/** What stands more than once, each once. */
export const repeated = <T>(items: readonly T[]): T[] => [
  ...new Set(items.filter((item, i) => items.indexOf(item) !== i)),
];
