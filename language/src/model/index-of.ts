import type {
  Alias,
  Auth,
  Context,
  Enum,
  ErrorMessage,
  EventMessage,
  External,
  Gateway,
  Message,
  Model,
  Operation,
  Policy,
  Resource,
  Service,
} from './model.ts';

/** Everything of a model by its full name. Of two with one name, the first counts (`duplicate-name` reports the other). */
export interface ModelIndex {
  readonly model: Model;
  readonly messages: ReadonlyMap<string, Message>;
  readonly errors: ReadonlyMap<string, ErrorMessage>;
  readonly events: ReadonlyMap<string, EventMessage>;
  readonly enums: ReadonlyMap<string, Enum>;
  readonly aliases: ReadonlyMap<string, Alias>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly services: ReadonlyMap<string, Service>;
  readonly externals: ReadonlyMap<string, External>;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly auths: ReadonlyMap<string, Auth>;
  readonly gateways: ReadonlyMap<string, Gateway>;
  readonly contexts: ReadonlyMap<string, Context>;
  /** Of services and externals. */
  readonly operations: ReadonlyMap<string, Operation>;
}

type Kind = Exclude<keyof ModelIndex, 'model'>;

const kinds = [
  'messages',
  'errors',
  'events',
  'enums',
  'aliases',
  'policies',
  'services',
  'externals',
  'resources',
  'auths',
  'gateways',
  'contexts',
  'operations',
] as const satisfies readonly Kind[];

const known = new WeakMap<Model, ModelIndex>();

/** The index of a model, made once for each model, kind by kind as it is asked for. */
export function indexOf(model: Model): ModelIndex {
  let index = known.get(model);
  if (!index) {
    const made = { model };
    for (const kind of kinds) define(made, kind, () => byId<{ readonly id: string }>(listOf(model, kind)));
    index = made as ModelIndex;
    known.set(model, index);
  }
  return index;
}

function listOf(model: Model, kind: Kind): readonly { readonly id: string }[] {
  if (kind !== 'operations') return model[kind];
  return [...model.services, ...model.externals].flatMap((owner) => owner.operations);
}

/** A property that is worked out when it is first asked for. */
function define<T>(object: object, key: string, make: () => T): void {
  const get = (): T => {
    const value = make();
    Object.defineProperty(object, key, { value, enumerable: true });
    return value;
  };
  Object.defineProperty(object, key, { get, enumerable: true, configurable: true });
}

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const item of items) if (!map.has(item.id)) map.set(item.id, item);
  return map;
}
