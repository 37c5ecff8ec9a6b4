/** JSON, as objects and values are. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: unknown): value is readonly Json[] => Array.isArray(value);

/** Of the same thing there is nothing to compare. */
export const equal = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** What has to be said over `before` so that it becomes `after`: null takes a key away, as Helm does (RFC 7386). */
export function mergePatch(before: Json | undefined, after: Json | undefined): Json | undefined {
  if (equal(before, after)) return undefined;
  if (!isObject(before) || !isObject(after)) return after ?? null;
  const patch: Record<string, Json> = {};
  for (const key of new Set([...Object.keys(after), ...Object.keys(before)])) {
    const change = mergePatch(before[key], after[key]);
    if (change !== undefined) patch[key] = change;
  }
  return patch;
}
