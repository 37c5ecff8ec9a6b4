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

const known = new WeakMap<Model, ModelIndex>();

/** The index of a model, made once for each model. */
export function indexOf(model: Model): ModelIndex {
  let index = known.get(model);
  if (!index) {
    index = {
      model,
      messages: byId(model.messages),
      errors: byId(model.errors),
      events: byId(model.events),
      enums: byId(model.enums),
      aliases: byId(model.aliases),
      policies: byId(model.policies),
      services: byId(model.services),
      externals: byId(model.externals),
      resources: byId(model.resources),
      auths: byId(model.auths),
      gateways: byId(model.gateways),
      contexts: byId(model.contexts),
      operations: byId([...model.services, ...model.externals].flatMap((owner) => owner.operations)),
    };
    known.set(model, index);
  }
  return index;
}

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const item of items) if (!map.has(item.id)) map.set(item.id, item);
  return map;
}
