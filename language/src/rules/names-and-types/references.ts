import type { Declarations } from '../../model/fragment.ts';
import type {
  AuthUse,
  CallItem,
  Consumer,
  Declared,
  Field,
  Operation,
  Parts,
  PolicyUse,
  Publishes,
  Ref,
  Service,
  TypeExpression,
} from '../../model/model.ts';
import { callersOf, itemsOf, ownersOf, shapesOf } from '../model-parts.ts';

/** Which kind of thing a reference names. */
export type Referred = 'type' | 'policy' | 'auth' | 'usable' | 'operation' | 'context';

/**
 * Is given each reference: what it names, of which kind that is, and the type or policy in whose declaration it stands.
 * Called, not collected: there are more references than anything else in a model.
 */
export type Visit = (ref: Ref, of: Referred, from?: Pick<Declared, 'id'>) => void;

/** Visits every reference of a file, or of a model. */
export function visitReferences(of: Declarations, visit: Visit): void {
  inDeclarations(of, visit);
  for (const owner of ownersOf(of)) {
    inParts(owner.parts, visit);
    for (const caller of callersOf(owner)) inCaller(caller, visit);
    if (owner.kind === 'service') inService(owner, visit);
    else inPublishes(owner.publishes, visit);
  }
  for (const { owner } of of.resources) some('usable', owner, visit);
  for (const gateway of of.gateways) {
    for (const { target, of: kind } of gateway.serves) visit(target, kind === 'operation' ? 'operation' : 'usable');
    guards(gateway, visit);
  }
  for (const { services } of of.contexts) for (const ref of services) visit(ref, 'usable');
  for (const { from, to } of of.relations) {
    visit(from, 'context');
    visit(to, 'context');
  }
  for (const system of of.systems) {
    inParts(system.defaults, visit);
    for (const { overrides } of system.environments) for (const { target } of overrides) visit(target, 'usable');
  }
}

/** In types and policies. */
function inDeclarations(of: Declarations, visit: Visit): void {
  for (const shape of shapesOf(of)) {
    inFields(shape.fields, visit, shape);
    if (shape.kind === 'event') some('usable', shape.on, visit);
  }
  for (const alias of of.aliases) inType(alias.type, visit, alias);
  for (const policy of of.policies) {
    some('policy', policy.extends, visit, policy);
    inParts(policy.parts, visit, policy);
  }
}

function some(of: Referred, ref: Ref | undefined, visit: Visit, from?: Declared): void {
  if (ref) visit(ref, of, from);
}

function inService(service: Service, visit: Visit): void {
  const { uses, config, health, deploy } = service;
  for (const use of uses) {
    visit(use.target, 'usable');
    inUse(use.with, visit);
  }
  for (const { type } of config) if (type !== 'secret') inType(type, visit);
  guards(service, visit);
  for (const probe of [health.live, health.ready, health.startup]) {
    for (const ref of probe?.needs ?? []) visit(ref, 'usable');
  }
  for (const { event } of deploy?.scale?.lag ?? []) visit(event, 'type');
}

function inCaller(caller: Operation | Consumer, visit: Visit): void {
  inParts(caller.parts, visit);
  inPublishes(caller.publishes, visit);
  for (const item of itemsOf(caller)) inItem(item, visit);
  if ('event' in caller) {
    visit(caller.event, 'type');
    return;
  }
  if (caller.parameters.kind === 'inline') inFields(caller.parameters.fields, visit);
  else inType(caller.parameters.type, visit);
  if (caller.result) inType(caller.result.type, visit);
  for (const ref of caller.throws) visit(ref, 'type');
  guards(caller, visit);
}

function inItem({ target, service, with: use }: CallItem, visit: Visit): void {
  visit(target, 'operation');
  // The operation is unknown, and its service is not.
  if (target.id === undefined && service !== undefined) {
    visit({ name: target.name.slice(0, target.name.lastIndexOf('.')), id: service, at: target.at }, 'usable');
  }
  inUse(use, visit);
}

function inUse(use: PolicyUse | undefined, visit: Visit): void {
  if (!use) return;
  some('policy', use.policy, visit);
  inParts(use.parts, visit);
}

function inParts({ fallback }: Parts, visit: Visit, from?: Declared): void {
  if (fallback && !fallback.none && fallback.value.to === 'operation') {
    visit(fallback.value.operation, 'operation', from);
  }
}

function inPublishes(publishes: readonly Publishes[], visit: Visit): void {
  for (const { event } of publishes) visit(event, 'type');
}

function guards(it: { readonly auth: readonly AuthUse[]; readonly apply: readonly Ref[] }, visit: Visit): void {
  for (const ref of it.apply) visit(ref, 'policy');
  for (const use of it.auth) if (!use.none) visit(use.auth, 'auth');
}

function inFields(fields: readonly Field[], visit: Visit, from?: Declared): void {
  for (const { type } of fields) inType(type, visit, from);
}

function inType(type: TypeExpression, visit: Visit, from?: Declared): void {
  switch (type.kind) {
    case 'scalar':
      return;
    case 'named':
      visit(type.ref, 'type', from);
      return;
    case 'list':
      inType(type.element, visit, from);
      return;
    case 'map':
      inType(type.key, visit, from);
      inType(type.value, visit, from);
  }
}
