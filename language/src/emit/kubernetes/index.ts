import type { Environment, Model, Place, Service } from '../../model/model.ts';
import type { EmitOptions, Emitter, Output } from '../emitter.ts';
import { madeOnce } from '../made-once.ts';
import { byText } from '../order.ts';
import { nothingRemembered } from '../remembered.ts';
import { sourcesOf } from '../sources.ts';
import { yamlFile } from '../yaml/write.ts';
import { inEnvironment } from './in-environment.ts';
import { kustomization } from './kustomization.ts';
import { objectName } from './names.ts';
import { namespaceOf } from './namespace.ts';
import { type ObjectFile, objectFilesOf } from './objects.ts';
import { overlayKustomization, overlayOf } from './overlay.ts';
import { secretsList } from './secrets.ts';

/**
 * Kubernetes objects under `<out>/kubernetes`: `base`, with a file for each service; an overlay for each environment, with
 * what it changes; and the list of Secrets to provide. Throws an `EmitError` for objects that no cluster would take.
 *
 * Whoever needs the objects as data takes `objectsOf(model, options, environment)`, or `objectFilesOf` for the same by
 * file: both in `objects.ts`, where each kind of object that a service or a system gets is one line.
 */
export const kubernetesEmitter: Emitter = {
  name: 'kubernetes',
  emit: (model, options) => {
    const outputs = new Map<string, Output>();
    if (model.services.length === 0) return outputs;
    const folder = `${options.out}/kubernetes`;
    const { isCurrent } = options.remembered ?? nothingRemembered;
    const write = (path: string, rest: Pick<Output, 'sources' | 'of'>, text: string) =>
      outputs.set(`${folder}/${path}`, { mode: 'owned', text, ...rest });

    const files = objectFilesOf(model, options);
    for (const written of files) {
      const { name, service, sources } = written;
      if (service && isCurrent(service)) continue;
      write(`base/${name}.yaml`, from(service, sources), file(sources, written.objects));
    }
    const sources = model.services.map(({ extent }) => extent);
    const paths = files.map(({ name }) => `${name}.yaml`).sort(byText);
    write('base/kustomization.yaml', { sources }, file(sources, [kustomization(paths)]));
    const secrets = secretsList(model, sourcesOf(sources), options.remembered);
    if (secrets !== undefined) write('secrets.md', { sources }, secrets);

    for (const environment of environmentsOf(model)) {
      for (const { path, text, service } of overlayFiles(model, files, environment, options)) {
        write(`overlays/${objectName(environment.name)}/${path}`, from(service, [environment.at]), text);
      }
    }
    return outputs;
  },
};

const from = (service: Service | undefined, sources: readonly Place[]): Pick<Output, 'sources' | 'of'> => ({
  sources,
  ...(service ? { of: service.id } : {}),
});

const environmentsOf = (model: Model): readonly Environment[] =>
  (model.systems[0]?.environments ?? []).toSorted((a, b) => byText(a.name, b.name));

interface OverlayFile {
  readonly path: string;
  readonly text: string;
  readonly service: Service | undefined;
}

/** For each file that differs, its patches beside what is added; then the kustomization that binds them. */
function overlayFiles(
  model: Model,
  base: readonly ObjectFile[],
  environment: Environment,
  options: EmitOptions,
): readonly OverlayFile[] {
  const before = new Map(base.map((one) => [one.name, one]));
  const after = new Map(objectFilesOf(model, options, environment).map((one) => [one.name, one]));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const overlays = names.map((name) => overlayIn(before.get(name), after.get(name), environment, options));
  const namespace = namespaceOf(inEnvironment(model, environment));
  const kustomize = overlayKustomization(
    overlays.flatMap(({ added }) => added),
    overlays.flatMap(({ patched }) => patched),
    overlays.flatMap(({ removed }) => removed),
    namespace === namespaceOf(model) ? undefined : namespace,
  );
  return [
    ...overlays.flatMap(({ files }) => files),
    { path: 'kustomization.yaml', text: file([environment.at], [kustomize]), service: undefined },
  ];
}

/** What an environment makes of one file: which files it adds and patches, and those that have to be written. */
function overlayIn(
  before: ObjectFile | undefined,
  after: ObjectFile | undefined,
  environment: Environment,
  { remembered = nothingRemembered }: EmitOptions,
) {
  const { name, service } = (before ?? after)!;
  // No service has a name with a point.
  const [addedPath, patchedPath] = [`${name}.added.yaml`, `${name}.yaml`];
  const make = madeOnce(() => overlayOf(before?.objects ?? [], after?.objects ?? []));
  const summary = () => ({
    added: make().added.length > 0 ? [addedPath] : [],
    patched: make().patches.length > 0 ? [patchedPath] : [],
    removed: make().removed,
  });
  const text = (objects: readonly object[]) => file([environment.at], objects);
  const files = () => [
    ...(make().added.length > 0 ? [{ path: addedPath, text: text(make().added), service }] : []),
    ...(make().patches.length > 0 ? [{ path: patchedPath, text: text(make().patches), service }] : []),
  ];
  if (service === undefined) return { ...summary(), files: files() };
  const known = remembered.fact(service, `overlay of ${environment.name}`, summary);
  return { ...known, files: remembered.isCurrent(service) ? [] : files() };
}

const file = (places: readonly Place[], objects: readonly object[]): string =>
  yamlFile(`Generated by Weir from ${sourcesOf(places)}. Do not edit.`, objects);
