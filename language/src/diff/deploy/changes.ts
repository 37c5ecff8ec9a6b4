import { isList, isObject, type Json } from '../../model/json.ts';
import { type ClusterObject, groupOf, identityOf } from './cluster-object.ts';
import { type FieldChange, fieldChanges } from './fields.ts';
import { isImmutable } from './immutable.ts';

export interface DeployedField extends FieldChange {
  /** The cluster refuses the change. */
  readonly immutable?: true;
}

/** What happens to one object of the cluster. */
export interface ObjectChange {
  readonly action: 'create' | 'change' | 'delete';
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  /** Of a changed object: every value that differs. */
  readonly fields: readonly DeployedField[];
  /** What becomes of pods. `stale`: those that run go on with what they have read at their start. */
  readonly pods?: 'start' | 'restart' | 'stop' | 'stale';
}

/** What applying `after` changes in a cluster that has `before`: new and changed objects in the order of `after`, then those that are gone. */
export function objectChanges(
  before: readonly ClusterObject[],
  after: readonly ClusterObject[],
): readonly ObjectChange[] {
  const old = new Map(before.map((object) => [identityOf(object), object]));
  const now = new Set(after.map(identityOf));
  const read = readAtStart(after);
  return [
    ...after.flatMap((object) => {
      const was = old.get(identityOf(object));
      return was ? changed(was, object, read) : [created(object)];
    }),
    ...before.filter((object) => !now.has(identityOf(object))).map(deleted),
  ];
}

const headOf = ({ apiVersion, kind, metadata: { name, namespace } }: ClusterObject) => ({
  apiVersion,
  kind,
  name,
  ...(namespace === undefined ? {} : { namespace }),
});

const created = (object: ClusterObject): ObjectChange => ({
  action: 'create',
  ...headOf(object),
  fields: [],
  ...(runsPods(object) ? { pods: 'start' } : {}),
});

const deleted = (object: ClusterObject): ObjectChange => ({
  action: 'delete',
  ...headOf(object),
  fields: [],
  ...(runsPods(object) ? { pods: 'stop' } : {}),
});

function changed(was: ClusterObject, object: ClusterObject, read: ReadonlySet<string>): ObjectChange[] {
  const fields = fieldChanges(was, object).map((field): DeployedField => {
    return isImmutable(was, field.path) ? { ...field, immutable: true } : field;
  });
  if (fields.length === 0) return [];
  const anew = runsPods(object) && fields.some(({ path }) => /^spec\.template\b/.test(path));
  const stale = read.has(identityOf(object)) && fields.some(({ path }) => /^(data|stringData|binaryData)\b/.test(path));
  const pods = anew ? ({ pods: 'restart' } as const) : stale ? ({ pods: 'stale' } as const) : {};
  return [{ action: 'change', ...headOf(object), fields, ...pods }];
}

const workloads = new Set([
  'apps/Deployment',
  'apps/StatefulSet',
  'apps/DaemonSet',
  'batch/Job',
  'argoproj.io/Rollout',
]);

/** A Rollout that refers to a Deployment has no template of its own: the Deployment's pods are its pods. */
const runsPods = ({ apiVersion, kind, spec }: ClusterObject): boolean =>
  workloads.has(`${groupOf(apiVersion)}/${kind}`) && isObject(spec) && spec.template !== undefined;

/** ConfigMaps and Secrets that containers read once, at their start: by their environment. */
function readAtStart(objects: readonly ClusterObject[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const object of objects.filter(runsPods)) {
    const identity = (kind: string, name: Json | undefined) =>
      `/${kind}/${object.metadata.namespace ?? ''}/${String(name)}`;
    const look = (value: Json | undefined): void => {
      if (isList(value)) value.forEach(look);
      if (!isObject(value)) return;
      for (const [key, inside] of Object.entries(value)) {
        const kind = startReferences[key];
        if (kind !== undefined && isObject(inside)) found.add(identity(kind, inside.name));
        look(inside);
      }
    };
    look(object.spec);
  }
  return found;
}

const startReferences: Readonly<Record<string, string>> = {
  configMapRef: 'ConfigMap',
  configMapKeyRef: 'ConfigMap',
  secretRef: 'Secret',
  secretKeyRef: 'Secret',
};
