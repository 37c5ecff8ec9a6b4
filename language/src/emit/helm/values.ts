import { equal, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { mergePatch } from '../kubernetes/patch.ts';
import type { Value } from './template.ts';

type Values = Record<string, Json>;

/** The values of a variant as one object: the base's for 0. */
export function valuesIn(values: readonly Value[], variant: number): JsonObject {
  const all: Values = {};
  for (const { path, variants } of values) put(all, path, variants[variant] ?? null);
  return all;
}

/** What an environment says over the base's values. */
export function changedValues(values: readonly Value[], variant: number): JsonObject {
  const changes: Values = {};
  for (const { path, variants } of values) {
    const change = changeOf(variants[0], variants[variant]);
    if (change !== undefined) put(changes, path, change);
  }
  return changes;
}

/** Helm takes away what is null, and merges objects key by key: as RFC 7386. */
function changeOf(before: Json | undefined, after: Json | undefined): Json | undefined {
  if (isObject(before) && isObject(after)) return mergePatch(before, after);
  return equal(before, after) ? undefined : (after ?? null);
}

function put(into: Values, path: readonly string[], value: Json): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    into[key] = value;
    return;
  }
  into[key] ??= {};
  put(into[key] as Values, rest, value);
}
