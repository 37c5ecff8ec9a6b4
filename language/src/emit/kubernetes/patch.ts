import { isList, isObject, type Json, type JsonObject } from '../../model/json.ts';

/** Lists that Kubernetes merges item by item, and what tells the items apart: of these keys those that an item has. */
const mergeKeys: MergeKeys = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  // Of a container, and of a Service.
  ports: ['containerPort', 'port', 'protocol'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
};

/** What a strategic merge patch has to say so that `before` becomes `after`; undefined when they are equal. */
export const strategicPatch = (before: JsonObject, after: JsonObject): JsonObject | undefined =>
  patchBy(mergeKeys, before, after);

/** The same for objects of definitions, whose lists are replaced: RFC 7386. */
export const mergePatch = (before: JsonObject, after: JsonObject): JsonObject | undefined => patchBy({}, before, after);

type MergeKeys = Readonly<Record<string, readonly string[]>>;

function patchBy(keys: MergeKeys, before: JsonObject, after: JsonObject): JsonObject | undefined {
  const patch: Record<string, Json> = {};
  for (const key of Object.keys(after)) {
    const change = changed(keys, key, before[key], after[key] as Json);
    if (change !== undefined) patch[key] = change;
  }
  // Null takes away.
  for (const key of Object.keys(before)) if (!(key in after)) patch[key] = null;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function changed(keys: MergeKeys, key: string, before: Json | undefined, after: Json): Json | undefined {
  if (before === undefined) return after;
  if (isObject(before) && isObject(after)) return patchBy(keys, before, after);
  const by = keys[key];
  if (isList(before) && isList(after) && by !== undefined) return changedItems(keys, by, before, after);
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
}

function changedItems(
  keys: MergeKeys,
  by: readonly string[],
  before: readonly Json[],
  after: readonly Json[],
): Json | undefined {
  const idOf = (item: JsonObject): JsonObject =>
    Object.fromEntries(by.flatMap((key) => (item[key] === undefined ? [] : [[key, item[key]]])));
  const items = (list: readonly Json[]) =>
    new Map(list.filter(isObject).map((item) => [JSON.stringify(idOf(item)), item]));
  const [old, now] = [items(before), items(after)];
  const changes: JsonObject[] = [];
  for (const [id, item] of now) {
    const was = old.get(id);
    const change = was ? patchBy(keys, was, item) : item;
    if (change) changes.push({ ...idOf(item), ...change });
  }
  for (const [id, item] of old) if (!now.has(id)) changes.push({ ...idOf(item), $patch: 'delete' });
  return changes.length === 0 ? undefined : changes;
}
