import type { IDeployment } from 'kubernetes-models/apps/v1';
import { isPort, repeated } from './check-pod.ts';
import type { CustomObject } from './custom-object.ts';
import { durationValue } from './durations.ts';
import { flaggerLabel } from './labels.ts';
import type { KubernetesObject } from './objects.ts';

/** Labels that a controller gives to pods, or others than their template has. */
export function givenLabels(objects: readonly KubernetesObject[]): Readonly<Record<string, string>> {
  const custom = objects.filter((object) => object.kind === 'Rollout' || object.kind === 'Canary') as CustomObject[];
  return Object.assign(
    {},
    ...custom.map(({ kind, metadata, spec }) => {
      if (kind === 'Canary') return { [flaggerLabel]: `${metadata.name}-primary` };
      const { canary, blueGreen } = (spec as unknown as Rollout).strategy;
      return canary?.stableMetadata?.labels ?? blueGreen?.activeMetadata?.labels ?? {};
    }),
  );
}

/** What controllers would refuse, or misunderstand, in an object of theirs though its schema lets it through. */
export function customFaults(object: CustomObject, objects: readonly KubernetesObject[]): string[] {
  // Schemas have said that the specification has this shape.
  const spec = object.spec as never;
  switch (object.kind) {
    case 'Gateway':
      return gatewayFaults(spec);
    case 'HTTPRoute':
    case 'GRPCRoute':
      return routeFaults(spec, objects);
    case 'Certificate':
      return hostFaults((spec as { dnsNames?: readonly string[] }).dnsNames ?? []);
    case 'ScaledObject':
      return scaledFaults(spec, objects);
    case 'Rollout':
      return rolloutFaults(spec, objects);
    case 'Canary':
      return canaryFaults(spec, objects);
    case 'VirtualService':
      return virtualServiceFaults(spec);
    case 'ServiceMonitor':
      return monitorFaults(spec, objects);
    default:
      return [];
  }
}

interface Listener {
  readonly name: string;
  readonly port: number;
  readonly hostname?: string;
  readonly protocol: string;
  readonly tls?: object;
}

function gatewayFaults({ listeners }: { readonly listeners: readonly Listener[] }): string[] {
  return [
    ...repeated(listeners.map(({ name }) => name)).map((name) => `two listeners are called ${name}`),
    ...repeated(listeners.map(({ port, hostname = '*' }) => `${hostname}:${port}`)).map(
      (place) => `two listeners are at ${place}`,
    ),
    ...listeners.filter(({ port }) => !isPort(port)).map(({ port }) => `${port} is no port: ports are 1 to 65535`),
    ...listeners
      .filter(({ protocol, tls }) => (protocol === 'HTTPS') !== (tls !== undefined))
      .map(({ name }) => `the listener ${name} speaks HTTPS and TLS, or neither`),
    ...hostFaults(listeners.flatMap(({ hostname }) => hostname ?? [])),
  ];
}

/** RFC 1123, with a first label that may stand for any. */
function hostFaults(hosts: readonly string[]): string[] {
  const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
  const host = new RegExp(`^(?:\\*\\.)?${label}(?:\\.${label})*$`);
  return hosts
    .filter((name) => name.length > 253 || !host.test(name) || /^[\d.]+$/.test(name))
    .map((name) => `${JSON.stringify(name)} is no name of a host`);
}

interface RouteRule {
  readonly matches?: readonly { readonly path?: { readonly type: string; readonly value: string } }[];
  readonly timeouts?: { readonly request: string };
  readonly backendRefs: readonly { readonly name: string; readonly port: number; readonly weight?: number }[];
}

function routeFaults(
  { rules, hostnames = [] }: { readonly rules: readonly RouteRule[]; readonly hostnames?: readonly string[] },
  objects: readonly KubernetesObject[],
): string[] {
  const paths = rules.flatMap(({ matches = [] }) => matches.flatMap(({ path }) => path ?? []));
  const backends = rules.flatMap(({ backendRefs }) => backendRefs);
  return [
    ...hostFaults(hostnames),
    ...paths
      .filter(({ value }) => !value.startsWith('/'))
      .map(({ value }) => `the path ${value} does not begin with /`),
    ...paths
      .filter(({ type, value }) => type === 'RegularExpression' && !isExpression(value))
      .map(({ value }) => `the path ${value} is no regular expression`),
    ...rules
      .flatMap(({ timeouts }) => timeouts?.request ?? [])
      .filter((timeout) => durationValue(timeout) === undefined)
      .map((timeout) => `${timeout} is no duration`),
    ...backends
      .filter(({ name, port }) => !servicePorts(objects, name).includes(port))
      .map(({ name, port }) => `leads to ${name}:${port}, where no Service listens`),
    ...rules
      .filter(({ backendRefs }) => backendRefs.every(({ weight = 1 }) => weight === 0))
      .map(() => 'leads nowhere: every backend has the weight 0'),
  ];
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/** The ports of a Service; those of one that Flagger makes are its pods'. */
function servicePorts(objects: readonly KubernetesObject[], service: string): readonly number[] {
  return objects.flatMap((object) =>
    object.kind === 'Service' && object.metadata?.name === service
      ? (object.spec?.ports ?? []).map(({ port }) => port)
      : [],
  );
}

interface Scaled {
  readonly scaleTargetRef: { readonly kind: string; readonly name: string };
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly triggers: readonly { readonly authenticationRef?: { readonly name: string } }[];
}

function scaledFaults(spec: Scaled, objects: readonly KubernetesObject[]): string[] {
  const { kind, name } = spec.scaleTargetRef;
  const has = (kindOf: string, nameOf: string) =>
    objects.some((object) => object.kind === kindOf && object.metadata?.name === nameOf);
  return [
    ...(spec.minReplicaCount > spec.maxReplicaCount
      ? [`at least ${spec.minReplicaCount} replicas, at most ${spec.maxReplicaCount}`]
      : []),
    ...(spec.triggers.length === 0 ? ['scales by nothing'] : []),
    ...(has(kind, name) ? [] : [`scales the ${kind} ${name}, which is not there`]),
    ...(objects.some((object) => object.kind === 'HorizontalPodAutoscaler')
      ? ['makes a HorizontalPodAutoscaler, and there is one already']
      : []),
    ...spec.triggers
      .flatMap(({ authenticationRef }) => authenticationRef?.name ?? [])
      .filter((authentication) => !has('TriggerAuthentication', authentication))
      .map((authentication) => `gets in by the TriggerAuthentication ${authentication}, which is not there`),
  ];
}

interface Metadata {
  readonly labels: Readonly<Record<string, string>>;
}

interface Canary {
  readonly stableMetadata?: Metadata;
  readonly canaryService?: string;
  readonly stableService?: string;
  readonly steps?: readonly { readonly setWeight?: number; readonly pause?: { readonly duration?: string } }[];
  readonly analysis?: { readonly templates: readonly { readonly templateName: string }[] };
}

interface Strategy {
  readonly canary?: Canary;
  readonly blueGreen?: {
    readonly activeService: string;
    readonly previewService?: string;
    readonly activeMetadata?: Metadata;
  };
}

interface Rollout {
  readonly workloadRef: { readonly name: string };
  readonly strategy: Strategy;
}

function rolloutFaults({ workloadRef, strategy }: Rollout, objects: readonly KubernetesObject[]): string[] {
  const { canary, blueGreen } = strategy;
  const isRun = ({ spec }: IDeployment) => spec?.replicas !== 0;
  const services = [canary?.canaryService, canary?.stableService, blueGreen?.activeService, blueGreen?.previewService];
  const templates = canary?.analysis?.templates ?? [];
  const missing = (kind: string, name: string) =>
    objects.some((object) => object.kind === kind && object.metadata?.name === name)
      ? []
      : [`uses the ${kind} ${name}, which is not there`];
  const steps = canary?.steps ?? [];
  return [
    ...missing('Deployment', workloadRef.name),
    ...(objects.some((object) => object.kind === 'Deployment' && isRun(object))
      ? ['runs what its Deployment runs as well']
      : []),
    ...services.flatMap((name) => (name === undefined ? [] : missing('Service', name))),
    ...templates.flatMap(({ templateName }) => missing('AnalysisTemplate', templateName)),
    ...weightFaults(steps.flatMap(({ setWeight }) => setWeight ?? [])),
    ...steps
      .flatMap(({ pause }) => pause?.duration ?? [])
      .filter((duration) => durationValue(duration) === undefined)
      .map((duration) => `${duration} is no duration`),
  ];
}

function weightFaults(weights: readonly number[]): string[] {
  return [
    ...weights
      .filter((weight) => !Number.isInteger(weight) || weight < 0 || weight > 100)
      .map((weight) => `${weight} is no weight: weights are whole percentages`),
    ...(weights.some((weight, i) => i > 0 && weight <= (weights[i - 1] ?? 0))
      ? [`the steps ${weights.join(', ')} do not grow`]
      : []),
  ];
}

interface FlaggerCanary {
  readonly targetRef: { readonly kind: string; readonly name: string };
  readonly service: { readonly port: number; readonly timeout?: string };
  readonly analysis: {
    readonly interval: string;
    readonly stepWeights?: readonly number[];
    readonly iterations?: number;
  };
}

function canaryFaults({ targetRef, service, analysis }: FlaggerCanary, objects: readonly KubernetesObject[]): string[] {
  const there = objects.some(({ kind, metadata }) => kind === targetRef.kind && metadata?.name === targetRef.name);
  const durations = [analysis.interval, ...(service.timeout === undefined ? [] : [service.timeout])];
  return [
    ...(there ? [] : [`moves the traffic of ${targetRef.name}, which is not there`]),
    ...(isPort(service.port) ? [] : [`${service.port} is no port: ports are 1 to 65535`]),
    ...durations.filter((text) => durationValue(text) === undefined).map((text) => `${text} is no duration`),
    ...((analysis.stepWeights === undefined) === (analysis.iterations === undefined)
      ? ['has weights and iterations; it takes one of them']
      : []),
    ...weightFaults(analysis.stepWeights ?? []),
  ];
}

interface HttpRoute {
  readonly timeout?: string;
  readonly retries?: { readonly attempts: number; readonly perTryTimeout?: string; readonly backoff?: string };
}

/** Istio takes durations from a millisecond on. */
function virtualServiceFaults({ http }: { readonly http: readonly HttpRoute[] }): string[] {
  return http.flatMap(({ timeout, retries }) => {
    const durations = [timeout, retries?.perTryTimeout, retries?.backoff].filter((text) => text !== undefined);
    const [whole, each] = [timeout, retries?.perTryTimeout].map((text) => durationValue(text ?? ''));
    return [
      ...durations
        .filter((text) => !((durationValue(text) ?? 0) >= 1))
        .map((text) => `${text} is no duration, of 1ms or more`),
      ...(whole !== undefined && each !== undefined && each > whole
        ? [`one attempt may take ${retries?.perTryTimeout}, and all of them ${timeout}`]
        : []),
      ...(retries && retries.attempts < 0 ? [`${retries.attempts} retries`] : []),
    ];
  });
}

function monitorFaults(
  { endpoints }: { readonly endpoints: readonly { readonly port: string }[] },
  objects: readonly KubernetesObject[],
): string[] {
  const ports = objects.flatMap((object) =>
    object.kind === 'Service' ? (object.spec?.ports ?? []).flatMap(({ name }) => name ?? []) : [],
  );
  return endpoints
    .filter(({ port }) => !ports.includes(port))
    .map(({ port }) => `asks at the port ${port}, which no Service has`);
}
