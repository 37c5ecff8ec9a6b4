import { type Json, type JsonObject, mergePatch } from './json.ts';
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
    const change = mergePatch(variants[0], variants[variant]);
    if (change !== undefined) put(changes, path, change);
  }
  return changes;
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
