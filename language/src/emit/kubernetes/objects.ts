import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IConfigMap, IService, IServiceAccount } from 'kubernetes-models/v1';
import type { Environment, Model, Place, Resource, Service } from '../../model/model.ts';
import { optOutsOf } from '../../model/opt-outs.ts';
import { neighboursOf, sorted } from '../definition/neighbours.ts';
import { EmitError, type EmitFault } from '../emit-error.ts';
import type { EmitOptions } from '../emitter.ts';
import { madeOnce } from '../made-once.ts';
import { nothingRemembered } from '../remembered.ts';
import { broughtIn } from './bring-in.ts';
import { peerCertificateOf } from './cert-manager/certificate.ts';
import { faultsOf } from './checks.ts';
import { chosenFaults } from './chosen-faults.ts';
import { configMapOf } from './configuration.ts';
import type { CustomObject } from './custom-object.ts';
import { deploymentOf } from './deployment.ts';
import { routesOf } from './gateway-api/routes.ts';
import { inEnvironment } from './in-environment.ts';
import { istioObjectsOf } from './istio/objects.ts';
import { scaledObjectOf } from './keda/scaled-object.ts';
import { linkerdObjectsOf } from './linkerd/objects.ts';
import { withSidecar } from './mesh/sidecar.ts';
import { connectionName, objectName } from './names.ts';
import { inNamespace, namespaceOf } from './namespace.ts';
import { networkPolicyOf } from './network-policy.ts';
import { resourcesOf } from './peers.ts';
import { monitorOf } from './prometheus-operator/monitors.ts';
import { autoscalerOf, disruptionBudgetOf } from './scaling.ts';
import { serviceAccountOf, servicesOf } from './service.ts';
import { systemFilesOf } from './system-objects.ts';
import { capabilitiesOf } from './version.ts';
import { workloadOf } from './workload.ts';

export type KubernetesObject =
  | IServiceAccount
  | IConfigMap
  | IDeployment
  | IService
  | IHorizontalPodAutoscaler
  | IPodDisruptionBudget
  | INetworkPolicy
  | CustomObject;

/** What decides about the objects beside the model. */
export type ObjectOptions = Pick<EmitOptions, 'kubernetesVersion' | 'remembered'>;

/** The objects that stand in one file. */
export interface ObjectFile {
  /** `orders`, for `base/orders.yaml`; unique, and the same in every environment. */
  readonly name: string;
  /** Made when they are first asked for. */
  readonly objects: readonly KubernetesObject[];
  /** What the objects come from. */
  readonly sources: readonly Place[];
  /** The service that it is for; undefined where it is for the system. */
  readonly service: Service | undefined;
}

/**
 * All objects of a system as data, in the order in which they are written: as the base has them, or as an environment
 * has them. Throws an `EmitError` for objects that no cluster would take.
 */
export function objectsOf(
  model: Model,
  options: ObjectOptions,
  environment?: Environment,
): readonly KubernetesObject[] {
  return objectFilesOf(model, options, environment).flatMap(({ objects }) => objects);
}

/**
 * The same, file by file: one for each service and gateway, and one for the rules by which they are watched. Of services for
 * which nothing has changed no object is made, or checked, unless it is asked for.
 */
export function objectFilesOf(model: Model, options: ObjectOptions, environment?: Environment): readonly ObjectFile[] {
  const files = known.get(model) ?? new Map<string, readonly ObjectFile[]>();
  known.set(model, files);
  const key = `${options.kubernetesVersion} ${environment?.name ?? ''}`;
  const found = files.get(key) ?? build(model, options, environment);
  files.set(key, found);
  return found;
}

/** Manifests and charts hold the same. */
const known = new WeakMap<Model, Map<string, readonly ObjectFile[]>>();

function build(model: Model, options: ObjectOptions, environment: Environment | undefined): readonly ObjectFile[] {
  const there = environment ? inEnvironment(model, environment) : model;
  const unfit = chosenFaults(there);
  if (unfit.length > 0) throw new EmitError(unfit.map((fault) => inPlace(fault, environment)));
  const namespace = namespaceOf(there);
  const placed = (owner: Named, objects: readonly KubernetesObject[]) =>
    checked(owner, objects, options).map((object) => (namespace ? inNamespace(object, namespace) : object));
  const { fact } = options.remembered ?? nothingRemembered;
  const files = new Map<string, FileWithHeads>();
  for (const service of sorted(there.services)) {
    const name = fileName(service);
    if (files.has(name)) throw sameName(service);
    const objects = madeOnce(() => placed(service, serviceObjects(there, service, options)));
    const what = `objects of ${environment?.name ?? 'the base'}`;
    const { heads, sources } = fact(service, what, () => ({
      heads: headsOf(objects()),
      sources: sourcesOf(there, service),
    }));
    files.set(name, withObjects({ name, service, sources, heads }, objects));
  }
  for (const { name, objects, sources, at } of systemFilesOf(there)) {
    const named = { name: name.replaceAll('-', ' '), at: at ?? sources[0] };
    if (files.has(name)) throw sameName(named);
    const made = placed(named, objects);
    files.set(name, { name, service: undefined, sources, heads: headsOf(made), objects: made });
  }
  const clashes = [...clashesIn(files.values()), ...sharedSecrets(there)];
  if (clashes.length > 0) throw new EmitError(clashes);
  return [...files.values()];
}

/** What tells an object from all others, and how people would. */
type Heads = readonly { readonly id: string; readonly called: string }[];

interface FileWithHeads extends ObjectFile {
  readonly heads: Heads;
}

const headsOf = (objects: readonly KubernetesObject[]): Heads =>
  objects.map(({ apiVersion, kind, metadata }) => ({
    id: `${apiVersion}/${kind}/${metadata?.name}`,
    called: `${kind} called ${metadata?.name}`,
  }));

function withObjects<T extends object>(rest: T, objects: () => ObjectFile['objects']): T & Pick<ObjectFile, 'objects'> {
  return Object.defineProperty(rest, 'objects', { enumerable: true, get: objects }) as ReturnType<
    typeof withObjects<T>
  >;
}

/** Kustomize has a file of its own in each folder; no other service has a name with a point. */
function fileName({ name }: Service): string {
  const file = objectName(name);
  return file === 'kustomization' ? 'kustomization.service' : file;
}

/** Objects of one kind and name: each would overwrite the other. */
function clashesIn(files: Iterable<FileWithHeads>): EmitFault[] {
  const first = new Map<string, string>();
  const faults: EmitFault[] = [];
  for (const { name, heads, sources } of files) {
    for (const { id, called } of heads) {
      const before = first.get(id);
      first.set(id, name);
      if (before === undefined) continue;
      const message = `${before} and ${name} both have a ${called}`;
      faults.push({ message, hint: 'Rename one of them.', ...(sources[0] ? { at: sources[0] } : {}) });
    }
  }
  return faults;
}

/** Two resources of one name, of different packages: each would be taken for the other. */
function sharedSecrets(model: Model): EmitFault[] {
  const used = sorted(model.services.flatMap((service) => resourcesOf(model, service)));
  const first = new Map<string, Resource>();
  return used.flatMap((resource) => {
    const secret = connectionName(resource.name);
    const before = first.get(secret);
    first.set(secret, before ?? resource);
    if (!before) return [];
    const message = `${before.id} and ${resource.id} would share the Secret ${secret}`;
    return [{ message, hint: 'Rename one of them.', at: resource.at }];
  });
}

/** The objects of a service, in the order in which a cluster needs them, unchecked. */
export function serviceObjects(model: Model, service: Service, options: ObjectOptions): readonly KubernetesObject[] {
  const { sleepAction } = capabilitiesOf(options.kubernetesVersion);
  const workload = workloadOf(model, service);
  return [
    serviceAccountOf(workload),
    ...configMapOf(workload),
    ...peerCertificateOf(workload),
    ...broughtIn(model, workload, withSidecar(workload, deploymentOf(workload, sleepAction)), servicesOf(workload)),
    ...autoscalerOf(workload),
    ...scaledObjectOf(workload),
    disruptionBudgetOf(workload),
    ...(optOutsOf(service).has('no-network-policy') ? [] : [networkPolicyOf(model, workload)]),
    ...routesOf(model, workload),
    ...istioObjectsOf(model, workload),
    ...linkerdObjectsOf(model, workload),
    ...monitorOf(workload),
  ];
}

/** What the objects of a service say: the service itself, the system, and what it uses. */
function sourcesOf(model: Model, service: Service): readonly Place[] {
  const resources = [...neighboursOf(model, service).resources.values()].map(({ target }) => target.extent);
  return [service.extent, ...model.systems.slice(0, 1).map(({ extent }) => extent), ...resources];
}

interface Named {
  readonly name: string;
  readonly at: Place | undefined;
}

function checked(
  { name, at }: Named,
  objects: readonly KubernetesObject[],
  { kubernetesVersion }: ObjectOptions,
): readonly KubernetesObject[] {
  const faults = faultsOf(objects, kubernetesVersion);
  if (faults.length === 0) return objects;
  const hint = `Change what ${name} says there, or its name.`;
  throw new EmitError(
    faults.map((fault) => ({ message: `no cluster would take the ${fault}`, hint, ...(at ? { at } : {}) })),
  );
}

const sameName = ({ name, at }: Named): EmitError => {
  const message = `another service would be called ${objectName(name)} in Kubernetes too`;
  return new EmitError([{ message, hint: 'Rename one of them.', ...(at ? { at } : {}) }]);
};

/** What is wrong in one environment alone says in which. */
const inPlace = (fault: EmitFault, environment: Environment | undefined): EmitFault =>
  environment ? { ...fault, message: `in the environment ${environment.name} ${fault.message}` } : fault;
