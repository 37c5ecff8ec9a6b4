import { defaultDrain } from '../../model/deploy-defaults.ts';
import { defaultReplicas } from '../../model/deployments.ts';
import { serverPolicy } from '../../model/effective-policy.ts';
import type { Model, Service, Span } from '../../model/model.ts';
import { type Autoscale, autoscaleOf } from './autoscale.ts';
import { hasBalancedCallers } from './balancing.ts';
import { isCertified } from './certificates.ts';
import { type Choices, choicesOf } from './choices.ts';
import { configOf, type WorkloadConfig } from './config.ts';
import { type EnvironmentVariable, environmentOf } from './environment.ts';
import { objectName, systemName } from './names.ts';
import { portsOf, type WorkloadPorts } from './ports.ts';
import { seconds } from './quantities.ts';
import { type ChosenRollout, rolloutOf } from './rollout.ts';

/** A service as it is deployed: every default filled in, everything in the units of Kubernetes. */
export interface Workload {
  readonly service: Service;
  readonly name: string;
  /** What the service is part of: the system's name, or `weir` where none has one. */
  readonly system: string;
  readonly version: string;
  readonly image: string;
  /** Whether it runs on our runtime: those that are written elsewhere bring an image. */
  readonly ours: boolean;
  readonly ports: WorkloadPorts;
  /** Whether it is given a certificate. */
  readonly certified: boolean;
  /** Whether callers choose among its pods by themselves. */
  readonly balanced: boolean;
  readonly replicas: Span;
  /** What decides about the number of replicas; absent when it is fixed. */
  readonly autoscale?: Autoscale;
  /** How a new version takes over where a controller sees to it; else Kubernetes replaces pod by pod. */
  readonly rollout?: ChosenRollout;
  readonly choices: Choices;
  /** Millicores and bytes. */
  readonly resources: { readonly cpu: Span; readonly memory: Span; readonly storage: Span };
  readonly disruption: number | `${number}%`;
  readonly spread: 'zone' | 'host' | 'none';
  readonly preStopSeconds: number;
  readonly graceSeconds: number;
  readonly config: WorkloadConfig;
  readonly environment: readonly EnvironmentVariable[];
}

const mebi = 2 ** 20;
const defaultCpu: Span = { min: 100, max: 1000 };
const defaultMemory: Span = { min: 256 * mebi, max: 256 * mebi };
const defaultStorage: Span = { min: 256 * mebi, max: 256 * mebi };
/** Until each proxy has heard that the pod is going. */
const usualPause = 5;
/** Until clients that balance by themselves have: an answer of DNS holds for five seconds in its cache, and five in theirs. */
const pauseForDns = 15;
const marginSeconds = 5;

/** What to deploy for a service. */
export function workloadOf(model: Model, service: Service): Workload {
  const deploy = service.deploy;
  const replicas = deploy?.replicas ?? defaultReplicas;
  const choices = choicesOf(model);
  const autoscale = autoscaleOf(model, service, choices);
  const rollout = rolloutOf(model, service, choices);
  const resources = deploy?.resources;
  const longest = Math.max(deploy?.drain?.value ?? defaultDrain, ...deadlinesOf(model, service));
  const balanced = hasBalancedCallers(model, service);
  const preStopSeconds = balanced ? pauseForDns : usualPause;
  return {
    service,
    name: objectName(service.name),
    system: systemName(model),
    version: versionOf(service),
    image: imageOf(model, service),
    ours: service.image === undefined,
    ports: portsOf(model, service),
    certified: isCertified(model, service),
    balanced,
    replicas: { min: replicas.min, max: replicas.max },
    ...(autoscale ? { autoscale } : {}),
    ...(rollout ? { rollout } : {}),
    choices,
    resources: {
      cpu: resources?.cpu ?? defaultCpu,
      memory: resources?.memory ?? defaultMemory,
      storage: resources?.storage ?? defaultStorage,
    },
    disruption: deploy?.disruption?.value ?? 1,
    spread: spreadOf(service),
    preStopSeconds,
    graceSeconds: preStopSeconds + seconds(longest) + marginSeconds,
    config: configOf(model, service),
    environment: environmentOf(model, service),
  };
}

function spreadOf({ deploy }: Service): Workload['spread'] {
  const spread = deploy?.spread?.value;
  return spread === 'host' || spread === 'none' ? spread : 'zone';
}

/** An image of one's own says its version in its tag. */
function versionOf(service: Service): string {
  if (service.version) return service.version.value;
  return /:([^:/@]+)(?:@.*)?$/.exec(service.image ?? '')?.[1] ?? '0.0.0';
}

function imageOf(model: Model, service: Service): string {
  const system = model.systems[0];
  const pattern = service.image ?? system?.image ?? (system ? '{system}/{service}:{version}' : '{service}:{version}');
  const names: Readonly<Record<string, string>> = {
    system: objectName(system?.name ?? ''),
    service: objectName(service.name),
    version: versionOf(service),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole);
}

function deadlinesOf(model: Model, service: Service): number[] {
  const served = service.operations.map((operation) => serverPolicy(model, operation).deadline?.value.ms);
  const consumed = service.consumers.map(({ parts }) => (parts.deadline?.none ? undefined : parts.deadline?.value.ms));
  return [...served, ...consumed].filter((ms) => ms !== undefined);
}
