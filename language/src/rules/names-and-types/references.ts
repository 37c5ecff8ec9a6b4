import type {
  AuthUse,
  CallItem,
  Consumer,
  Declared,
  Field,
  Model,
  Operation,
  Parts,
  PolicyUse,
  Publishes,
  Ref,
  Service,
  TypeExpression,
} from '../../model/model.ts';
import { callersOf, ownersOf, shapesOf } from '../model-parts.ts';

/** A reference, and which kind of thing it names. */
export interface Reference {
  readonly ref: Ref;
  readonly of: 'type' | 'policy' | 'auth' | 'usable' | 'operation' | 'context';
  /** The type or policy in whose declaration it stands. */
  readonly from?: Pick<Declared, 'id'>;
}

const known = new WeakMap<Model, readonly Reference[]>();

/** Every reference of a model, made once for each model. */
export function referencesOf(model: Model): readonly Reference[] {
  let references = known.get(model);
  if (!references) {
    references = [...inModel(model)];
    known.set(model, references);
  }
  return references;
}

function* inModel(model: Model): Generator<Reference> {
  for (const shape of shapesOf(model)) {
    for (const reference of inFields(shape.fields)) yield { ...reference, from: shape };
    if (shape.kind === 'event') yield* some('usable', shape.on);
  }
  for (const alias of model.aliases) for (const reference of inType(alias.type)) yield { ...reference, from: alias };
  for (const policy of model.policies) {
    for (const reference of [...some('policy', policy.extends), ...inParts(policy.parts)])
      yield { ...reference, from: policy };
  }
  for (const owner of ownersOf(model)) {
    yield* inParts(owner.parts);
    for (const caller of callersOf(owner)) yield* inCaller(caller);
    if (owner.kind === 'service') yield* inService(owner);
    else yield* inPublishes(owner.publishes);
  }
  for (const { owner } of model.resources) yield* some('usable', owner);
  for (const gateway of model.gateways) {
    for (const { target, of } of gateway.serves) yield* some(of === 'operation' ? 'operation' : 'usable', target);
    yield* guards(gateway);
  }
  for (const context of model.contexts) yield* some('usable', ...context.services);
  for (const { from, to } of model.relations) yield* some('context', from, to);
  for (const system of model.systems) {
    yield* inParts(system.defaults);
    yield* some(
      'usable',
      ...system.environments.flatMap((environment) => environment.overrides.map(({ target }) => target)),
    );
  }
}

function* some(of: Reference['of'], ...refs: readonly (Ref | undefined)[]): Generator<Reference> {
  for (const ref of refs) if (ref) yield { ref, of };
}

function* inService(service: Service): Generator<Reference> {
  for (const use of service.uses) {
    yield* some('usable', use.target);
    yield* inUse(use.with);
  }
  for (const { type } of service.config) if (type !== 'secret') yield* inType(type);
  yield* guards(service);
  for (const probe of [service.health.live, service.health.ready, service.health.startup]) {
    yield* some('usable', ...(probe?.needs ?? []));
  }
  yield* some('type', ...(service.deploy?.scale?.lag ?? []).map(({ event }) => event));
}

function* inCaller(caller: Operation | Consumer): Generator<Reference> {
  yield* inParts(caller.parts);
  yield* inPublishes(caller.publishes);
  for (const item of caller.calls.flat()) yield* inItem(item);
  if ('event' in caller) {
    yield* some('type', caller.event);
    return;
  }
  if (caller.parameters.kind === 'inline') yield* inFields(caller.parameters.fields);
  else yield* inType(caller.parameters.type);
  if (caller.result) yield* inType(caller.result.type);
  yield* some('type', ...caller.throws);
  yield* guards(caller);
}

function* inItem(item: CallItem): Generator<Reference> {
  yield* some('operation', item.target);
  // The operation is unknown, and its service is not.
  if (item.target.id === undefined && item.service !== undefined) {
    const name = item.target.name.slice(0, item.target.name.lastIndexOf('.'));
    yield* some('usable', { name, id: item.service, at: item.target.at });
  }
  yield* inUse(item.with);
}

function* inUse(use: PolicyUse | undefined): Generator<Reference> {
  if (!use) return;
  yield* some('policy', use.policy);
  yield* inParts(use.parts);
}

function* inParts({ fallback }: Parts): Generator<Reference> {
  if (fallback && !fallback.none && fallback.value.to === 'operation')
    yield* some('operation', fallback.value.operation);
}

function* inPublishes(publishes: readonly Publishes[]): Generator<Reference> {
  yield* some('type', ...publishes.map(({ event }) => event));
}

function* guards(it: { readonly auth: readonly AuthUse[]; readonly apply: readonly Ref[] }): Generator<Reference> {
  yield* some('policy', ...it.apply);
  for (const use of it.auth) if (!use.none) yield* some('auth', use.auth);
}

function* inFields(fields: readonly Field[]): Generator<Reference> {
  for (const { type } of fields) yield* inType(type);
}

function* inType(type: TypeExpression): Generator<Reference> {
  switch (type.kind) {
    case 'scalar':
      return;
    case 'named':
      yield { ref: type.ref, of: 'type' };
      return;
    case 'list':
      yield* inType(type.element);
      return;
    case 'map':
      yield* inType(type.key);
      yield* inType(type.value);
  }
}
