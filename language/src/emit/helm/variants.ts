import type { JsonObject } from '../../model/json.ts';
import type { Environment, Model } from '../../model/model.ts';
import { type ObjectFile, type ObjectOptions, objectFilesOf } from '../kubernetes/objects.ts';
import { byText } from '../order.ts';

/** One object as the base has it and as each environment has it; undefined where there is none. */
export interface ObjectVariants {
  readonly kind: string;
  readonly name: string;
  readonly variants: readonly (JsonObject | undefined)[];
}

/** The objects of a file of the base, beside what environments make of them. */
export interface FileVariants {
  readonly name: string;
  readonly sources: ObjectFile['sources'];
  /** The service that it is for; undefined where it is for the system. */
  readonly service: ObjectFile['service'];
  /** Made when they are asked for. */
  readonly objects: () => readonly ObjectVariants[];
}

export interface Variants {
  readonly environments: readonly Environment[];
  /** The first variant of each object is the base's; then those of `environments`, in their order. */
  readonly files: readonly FileVariants[];
}

/** All objects of a system, in all their variants. */
export function variantsOf(model: Model, options: ObjectOptions): Variants {
  const environments = (model.systems[0]?.environments ?? []).toSorted((a, b) => byText(a.name, b.name));
  const places = [undefined, ...environments];
  const all = places.map(
    (environment) => new Map(objectFilesOf(model, options, environment).map((file) => [file.name, file])),
  );
  const names = [...new Set(all.flatMap((files) => [...files.keys()]))];
  return {
    environments,
    files: names.map((name) => {
      const files = all.map((variant) => variant.get(name));
      const { sources = [], service } = files.find((file) => file !== undefined) ?? {};
      return { name, sources, service, objects: () => objectsIn(files) };
    }),
  };
}

function objectsIn(files: readonly (ObjectFile | undefined)[]): readonly ObjectVariants[] {
  const variants = files.map(
    (file) => new Map(file?.objects.map((object) => [`${object.kind}/${object.metadata?.name}`, object])),
  );
  const identities = [...new Set(variants.flatMap((variant) => [...variant.keys()]))];
  return identities.map((identity) => {
    const [kind = '', name = ''] = identity.split('/');
    return { kind, name, variants: plain(variants.map((variant) => variant.get(identity))) };
  });
}

/** Without what only TypeScript sees; where variants say the same they are the same. */
function plain(variants: readonly unknown[]): readonly (JsonObject | undefined)[] {
  const [first, ...others] = variants.map((variant) => withoutUndefined(variant) as JsonObject | undefined);
  if (others.length === 0) return [first];
  const known = new Map<string | undefined, JsonObject>();
  return [first, ...others].map((variant) => {
    if (variant === undefined) return undefined;
    const text = JSON.stringify(variant);
    const found = known.get(text) ?? variant;
    known.set(text, found);
    return found;
  });
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) copy[key] = withoutUndefined(item);
  return copy;
}
