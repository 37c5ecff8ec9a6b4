/** JSON, as objects of Kubernetes are. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Lists that Kubernetes merges item by item, and the key that tells the items apart (`patchMergeKey` in its API). */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
};

/** What a strategic merge patch has to say so that `before` becomes `after`; undefined when they are equal. */
export function strategicPatch(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const patch: Record<string, Json> = {};
  for (const key of Object.keys(after)) {
    const change = changed(key, before[key], after[key] as Json);
    if (change !== undefined) patch[key] = change;
  }
  // Null takes away.
  for (const key of Object.keys(before)) if (!(key in after)) patch[key] = null;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function changed(key: string, before: Json | undefined, after: Json): Json | undefined {
  if (before === undefined) return after;
  if (isObject(before) && isObject(after)) return strategicPatch(before, after);
  const mergeKey = mergeKeys[key];
  if (isList(before) && isList(after) && mergeKey !== undefined) return changedItems(mergeKey, before, after);
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
}

function changedItems(mergeKey: string, before: readonly Json[], after: readonly Json[]): Json | undefined {
  const items = (list: readonly Json[]) => new Map(list.filter(isObject).map((item) => [item[mergeKey] ?? null, item]));
  const [old, now] = [items(before), items(after)];
  const changes: JsonObject[] = [];
  for (const [id, item] of now) {
    const was = old.get(id);
    const change = was ? strategicPatch(was, item) : item;
    if (change) changes.push({ [mergeKey]: id, ...change });
  }
  for (const id of old.keys()) if (!now.has(id)) changes.push({ [mergeKey]: id, $patch: 'delete' });
  return changes.length === 0 ? undefined : changes;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !isList(value);
