import { camelCase } from '../names.ts';
import type { FileVariants, ObjectVariants } from './variants.ts';

/** Kinds that bound how many pods there are, and where they say so. */
const bounds: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  HorizontalPodAutoscaler: { 'spec.minReplicas': 'minReplicas', 'spec.maxReplicas': 'maxReplicas' },
  ScaledObject: { 'spec.minReplicaCount': 'minReplicas', 'spec.maxReplicaCount': 'maxReplicas' },
};

/** What people set without reading the templates, by the name that they would look for. */
function knownName({ kind, name }: ObjectVariants, path: readonly string[]): readonly string[] | undefined {
  const text = path.join('.');
  const autoscaling = bounds[kind]?.[text];
  if (autoscaling) return ['autoscaling', autoscaling];
  if (kind === 'Deployment') {
    if (text === 'spec.replicas') return ['replicas'];
    if (text === `spec.template.spec.containers.${name}.image`) return ['image'];
    if (text === `spec.template.spec.containers.${name}.resources`) return ['resources'];
  }
  if (kind === 'ConfigMap' && text === 'data.config.json') return ['config'];
  return undefined;
}

/** Whether a field is a value though no environment changes it. */
export const isAlwaysValue = (object: ObjectVariants, path: readonly string[]): boolean =>
  knownName(object, path) !== undefined;

/**
 * The path of a value below `.Values`: the file that it is in, then a name that people know, else the kind of the
 * object, its own name where that is another than the file's, and the field's path without what every path has.
 */
export function valueName(file: FileVariants, object: ObjectVariants, path: readonly string[]): readonly string[] {
  const first = camelCase(file.name);
  const known = knownName(object, path);
  if (known) return [first, ...known];
  const own = object.name === file.name ? '' : `-${object.name}`;
  const inner = path.filter((key, i) => !(key === 'spec' && i === 0));
  return [first, camelCase(`${object.kind}${own}`), camelCase(inner.join('-'))];
}
