import type { Model } from '../../model/model.ts';
import type { KubernetesObject } from './objects.ts';

/** The namespace that a system says it runs in; without it, whoever applies the objects says it. */
export function namespaceOf(model: Model): string | undefined {
  const value = model.systems[0]?.settings.findLast(({ key }) => key === 'namespace')?.value;
  switch (value?.kind) {
    case 'string':
      return value.value;
    case 'word':
      return value.word;
    default:
      return undefined;
  }
}

/** An object where it is to be, or, without a namespace, wherever that is. */
export function inNamespace<T extends KubernetesObject>(object: T, namespace: string | undefined): T {
  const { name, namespace: _, ...rest } = placeOf(object);
  return { ...object, metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...rest } };
}

/** Of custom objects too, whose types know of no namespace. */
export const placeOf = ({ metadata }: KubernetesObject): { readonly name?: string; readonly namespace?: string } =>
  metadata ?? {};
