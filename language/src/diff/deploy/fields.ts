import { isList, isObject, type Json, type JsonObject } from '../../model/json.ts';

/** A value that differs: `before` is absent where it is new, `after` where it is gone. */
export interface FieldChange {
  /** `spec.template.spec.containers[orders].image` */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** Lists whose items have a name, and where it stands: what changed is told of an item, wherever it has moved to. */
const itemNames: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  ports: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  rules: 'name',
  groups: 'name',
  triggers: 'name',
  listeners: 'name',
};

/** Every value that differs between two objects, in the order of the new one. */
export function fieldChanges(before: JsonObject, after: JsonObject): readonly FieldChange[] {
  return inObject('', before, after);
}

function inObject(path: string, before: JsonObject, after: JsonObject): FieldChange[] {
  const keys = [...Object.keys(after), ...Object.keys(before).filter((key) => !(key in after))];
  return keys.flatMap((key) => between(joined(path, key), before[key], after[key], itemNames[key]));
}

function between(path: string, before: Json | undefined, after: Json | undefined, name?: string): FieldChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isObject(before) && isObject(after)) return inObject(path, before, after);
  if (isList(before) && isList(after)) {
    const [old, now] = [byName(before, name), byName(after, name)];
    if (old && now) return inItems(path, old, now);
    if (before.length === after.length && before.every(isObject) && after.every(isObject)) {
      return after.flatMap((item, i) => between(`${path}[${i}]`, before[i], item));
    }
    return inList(path, before, after);
  }
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

/** What came and what went; where nothing did, the order is another. */
function inList(path: string, before: readonly Json[], after: readonly Json[]): FieldChange[] {
  const without = (list: readonly Json[], other: readonly Json[]) => {
    const texts = new Set(other.map((item) => JSON.stringify(item)));
    return list.filter((item) => !texts.has(JSON.stringify(item)));
  };
  const gone = without(before, after).map((item) => ({ path: `${path}[]`, before: item }));
  const come = without(after, before).map((item) => ({ path: `${path}[]`, after: item }));
  return gone.length + come.length === 0 ? [{ path, before, after }] : [...gone, ...come];
}

type Items = ReadonlyMap<string, Json>;

function inItems(path: string, before: Items, after: Items): FieldChange[] {
  const names = [...after.keys(), ...[...before.keys()].filter((name) => !after.has(name))];
  return names.flatMap((name) => between(`${path}[${name}]`, before.get(name), after.get(name)));
}

/** The items of a list by their names; undefined where not each has one of its own. */
function byName(list: readonly Json[], name: string | undefined): Items | undefined {
  if (name === undefined) return undefined;
  const items = new Map<string, Json>();
  for (const item of list) {
    const own = isObject(item) ? item[name] : undefined;
    if (typeof own !== 'string' || items.has(own)) return undefined;
    items.set(own, item);
  }
  return items;
}

/** Keys of labels and annotations have dots of their own. */
const joined = (path: string, key: string): string =>
  /^[\w-]+$/.test(key) ? (path === '' ? key : `${path}.${key}`) : `${path}["${key}"]`;
