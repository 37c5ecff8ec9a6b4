import { camelCase } from '../names.ts';
import type { FileVariants, ObjectVariants } from './variants.ts';

interface Known {
  readonly path: readonly string[];
  readonly name: readonly string[];
}

const autoscaling = (min: string, max: string): readonly Known[] => [
  { path: ['spec', min], name: ['autoscaling', 'minReplicas'] },
  { path: ['spec', max], name: ['autoscaling', 'maxReplicas'] },
];

/** What people set without reading the templates, by the name that they would look for. */
function knownIn({ kind, name }: ObjectVariants): readonly Known[] {
  switch (kind) {
    case 'HorizontalPodAutoscaler':
      return autoscaling('minReplicas', 'maxReplicas');
    case 'ScaledObject':
      return autoscaling('minReplicaCount', 'maxReplicaCount');
    case 'ConfigMap':
      return [{ path: ['data', 'config.json'], name: ['config'] }];
    case 'Deployment': {
      const container = ['spec', 'template', 'spec', 'containers', name];
      return [
        { path: ['spec', 'replicas'], name: ['replicas'] },
        { path: [...container, 'image'], name: ['image'] },
        { path: [...container, 'resources'], name: ['resources'] },
      ];
    }
    default:
      return [];
  }
}

const isAt = (known: Known, path: readonly string[]): boolean =>
  known.path.length === path.length && isBelow(known, path);

const isBelow = (known: Known, path: readonly string[]): boolean => path.every((key, i) => key === known.path[i]);

/** Whether a field is a value though no environment changes it. */
export const isAlwaysValue = (object: ObjectVariants, path: readonly string[]): boolean =>
  knownIn(object).some((known) => isAt(known, path));

/** Whether there may be such a field below a path, or at it. */
export const mayHoldValues = (object: ObjectVariants, path: readonly string[]): boolean =>
  knownIn(object).some((known) => isBelow(known, path));

/**
 * The path of a value below `.Values`: the file that it is in, then a name that people know, else the kind of the
 * object, its own name where that is another than the file's, and the field's path without what every path has.
 */
export function valueName(file: FileVariants, object: ObjectVariants, path: readonly string[]): readonly string[] {
  const first = camelCase(file.name);
  const known = knownIn(object).find((one) => isAt(one, path));
  if (known) return [first, ...known.name];
  const own = object.name === file.name ? '' : `-${object.name}`;
  const inner = path.filter((key, i) => !(key === 'spec' && i === 0));
  return [first, camelCase(`${object.kind}${own}`), camelCase(inner.join('-'))];
}
