import { yamlDocument } from '../yaml/write.ts';
import { isCustom } from './custom-object.ts';
import { kustomization } from './kustomization.ts';
import { inNamespace, placeOf } from './namespace.ts';
import type { KubernetesObject } from './objects.ts';
import { mergePatch, strategicPatch } from './patch.ts';

/** What an environment changes of one service: whole objects to add, patches of those that the base has, and what it has not. */
export interface ServiceOverlay {
  readonly added: readonly KubernetesObject[];
  readonly patches: readonly object[];
  readonly removed: readonly Removal[];
}

/** A patch that takes an object away. */
export interface Removal {
  readonly target: object;
  readonly patch: string;
}

/** The difference between the objects of a service in the base and in an environment. */
export function overlayOf(base: readonly KubernetesObject[], wanted: readonly KubernetesObject[]): ServiceOverlay {
  const before = new Map(base.map((object) => [identity(object), object]));
  const after = new Map(wanted.map((object) => [identity(object), object]));
  return {
    added: wanted.filter((object) => !before.has(identity(object))),
    patches: wanted.flatMap((object) => {
      const was = before.get(identity(object));
      // Most objects are the same in all environments.
      if (!was || JSON.stringify(was) === JSON.stringify(object)) return [];
      const patch = (isCustom(object) ? mergePatch : strategicPatch)(plain(was), plain(object));
      return patch ? [patchOf(was, patch)] : [];
    }),
    removed: base.filter((object) => !after.has(identity(object))).map(removalOf),
  };
}

/** `kustomization.yaml` of an environment; the namespace is told where it is another than the base's. */
export function overlayKustomization(
  added: readonly string[],
  patched: readonly string[],
  removed: readonly Removal[],
  namespace: string | undefined,
): object {
  const patches = [...patched.map((path) => ({ path })), ...removed];
  return {
    ...kustomization(['../../base', ...added]),
    ...(namespace === undefined ? {} : { namespace }),
    ...(patches.length === 0 ? {} : { patches }),
  };
}

/** With its target said: Kustomize forgets only then that there was something, and stumbles over it otherwise. */
function removalOf(object: KubernetesObject): Removal {
  const { kind, metadata } = headOf(object);
  const [version, group] = (object.apiVersion ?? '').split('/').reverse();
  const target = { ...(group === undefined ? {} : { group }), version, kind, ...metadata };
  return { target, patch: yamlDocument({ ...headOf(object), $patch: 'delete' }) };
}

const identity = ({ apiVersion, kind, metadata }: KubernetesObject): string =>
  `${apiVersion}/${kind}/${metadata?.name}`;

/** A patch with what tells which object it is for: it may speak of the metadata itself. */
function patchOf(object: KubernetesObject, patch: NonNullable<ReturnType<typeof strategicPatch>>): object {
  const { metadata, ...rest } = patch;
  const head = headOf(object);
  return { ...head, metadata: { ...head.metadata, ...(metadata as object | undefined) }, ...rest };
}

function headOf(object: KubernetesObject) {
  const { name, namespace } = placeOf(object);
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  };
}

/** Without its namespace, which Kustomize changes by itself. */
const plain = (object: KubernetesObject): Parameters<typeof strategicPatch>[0] =>
  JSON.parse(JSON.stringify(inNamespace(object, undefined)));
