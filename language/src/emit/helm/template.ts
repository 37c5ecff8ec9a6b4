import { equal, isList, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { isAlwaysValue, mayHoldValues, valueName } from './value-names.ts';
import type { FileVariants, ObjectVariants } from './variants.ts';

/** A part of a template that comes from the values, and what it is in each variant. */
export interface Value {
  /** Below `.Values`: `['orders', 'replicas']`. */
  readonly path: readonly string[];
  /** The base's first; undefined where there is none, and then nothing stands in the object. */
  readonly variants: readonly (Json | undefined)[];
}

/** An object with holes in it. */
export type Template =
  | { readonly kind: 'text'; readonly value: Json }
  | {
      readonly kind: 'value';
      readonly value: Value /** Nothing stands there in some variant. */;
      readonly optional: boolean;
    }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, template: Template])[] }
  | { readonly kind: 'list'; readonly items: readonly Template[] };

export interface ObjectTemplate {
  readonly body: Template;
  /** Whether there is such an object at all; absent where each variant has it. */
  readonly enabled?: Value;
}

/** Lists of which the items have names: an item is itself in every variant, whatever stands before it. */
const named = new Set(['containers', 'initContainers', 'volumes', 'env', 'ports', 'volumeMounts']);

/** The templates of a file's objects. What is the same in every variant, and what nobody would want to set, is text. */
export function templatesOf(file: FileVariants): readonly ObjectTemplate[] {
  return file.objects().map((object) => {
    const present = object.variants.filter((variant) => variant !== undefined);
    const everywhere = present.length === object.variants.length;
    // Where there is none, the values of the first that there is stand in.
    const variants = object.variants.map((variant) => variant ?? present[0]!);
    const body = templateOf({ file, object }, [], variants);
    if (everywhere) return { body };
    const path = valueName(file, object, ['enabled']);
    return { body, enabled: { path, variants: object.variants.map((variant) => variant !== undefined) } };
  });
}

interface Where {
  readonly file: FileVariants;
  readonly object: ObjectVariants;
}

function templateOf(where: Where, path: readonly string[], variants: readonly (Json | undefined)[]): Template {
  const [first] = variants;
  if (first !== undefined && !mayHoldValues(where.object, path) && variants.every((variant) => equal(variant, first))) {
    return { kind: 'text', value: first };
  }
  if (isAlwaysValue(where.object, path)) return valueAt(where, path, variants);
  if (first !== undefined && variants.every(isObject)) return objectOf(where, path, variants);
  if (variants.every(isList)) return listOf(where, path, variants) ?? valueAt(where, path, variants);
  return valueAt(where, path, variants);
}

const valueAt = ({ file, object }: Where, path: readonly string[], variants: Value['variants']): Template => ({
  kind: 'value',
  value: { path: valueName(file, object, path), variants },
  optional: variants.includes(undefined),
});

function objectOf(where: Where, path: readonly string[], variants: readonly JsonObject[]): Template {
  const keys = [...new Set(variants.flatMap((variant) => Object.keys(variant)))];
  const entries = keys.map(
    (key) =>
      [
        key,
        templateOf(
          where,
          [...path, key],
          variants.map((variant) => variant[key]),
        ),
      ] as const,
  );
  return { kind: 'object', entries };
}

/** Undefined where the items of the variants are not each other's. */
function listOf(where: Where, path: readonly string[], variants: readonly (readonly Json[])[]): Template | undefined {
  const [first = []] = variants;
  const names = variants.map((list) => list.map((item, i) => nameOf(path.at(-1), item) ?? `${i}`));
  const same = names.every((own) => equal(own, names[0])) && new Set(names[0]).size === first.length;
  const differs = !variants.every((variant) => equal(variant, first));
  if (!same || (differs && !named.has(path.at(-1) ?? ''))) return undefined;
  return {
    kind: 'list',
    items: first.map((_, i) =>
      templateOf(
        where,
        [...path, names[0]![i]!],
        variants.map((list) => list[i]),
      ),
    ),
  };
}

function nameOf(list: string | undefined, item: Json): string | undefined {
  if (!named.has(list ?? '') || !isObject(item)) return undefined;
  const name = item.name ?? item.mountPath;
  return typeof name === 'string' ? name : undefined;
}

/** All values of a template, in the order in which they stand. */
export function valuesOf({ body, enabled }: ObjectTemplate): readonly Value[] {
  const inside = (template: Template): readonly Value[] => {
    switch (template.kind) {
      case 'text':
        return [];
      case 'value':
        return [template.value];
      case 'object':
        return template.entries.flatMap(([, entry]) => inside(entry));
      case 'list':
        return template.items.flatMap(inside);
    }
  };
  return [...(enabled ? [enabled] : []), ...inside(body)];
}
