import { authOf } from '../../model/auth-of.ts';
import { contextWords } from '../../model/context-words.ts';
import { effectivePolicy } from '../../model/effective-policy.ts';
import { indexOf } from '../../model/index-of.ts';
import type {
  Auth,
  CallItem,
  Consumer,
  External,
  Model,
  Operation,
  Ref,
  Resource,
  Service,
} from '../../model/model.ts';
import { camelCase } from '../names.ts';
import { byId, byText } from '../order.ts';

/** What a service's handlers reach, each under the name by which they know it. */
export interface Neighbours {
  /** Services and externals, by their key among `clients`; `operations` are those that handlers call or fall back on. */
  readonly clients: ReadonlyMap<
    string,
    { readonly target: Service | External; readonly operations: readonly Operation[] }
  >;
  readonly resources: ReadonlyMap<
    string,
    { readonly target: Resource /** In `uses`: the handlers see it. */; readonly used: boolean }
  >;
  /** The keys by full name: a service and a resource may share one. */
  readonly clientKeys: ReadonlyMap<string, string>;
  readonly resourceKeys: ReadonlyMap<string, string>;
}

/** By model as well: a service that an edit leaves as it is may have other neighbours after it. */
const known = new WeakMap<Model, Map<Service, Neighbours>>();

/** The neighbours of a service: made once for each in a model. */
export function neighboursOf(model: Model, service: Service): Neighbours {
  const all = known.get(model) ?? new Map<Service, Neighbours>();
  known.set(model, all);
  let neighbours = all.get(service);
  if (!neighbours) {
    neighbours = build(model, service);
    all.set(service, neighbours);
  }
  return neighbours;
}

/** Operations and consumers: everything of a service that has a handler. */
export const handled = (service: Service): readonly (Operation | Consumer)[] => [
  ...service.operations,
  ...service.consumers,
];

function build(model: Model, service: Service): Neighbours {
  const { services, externals, resources } = indexOf(model);
  const operations = operationsCalled(model, service);
  const needs = Object.values(service.health).flatMap((probe) => probe?.needs ?? []);
  const owners = [...operations.map((operation) => operation.service), ...ids(needs)];
  const targets = sorted(owners.flatMap((id) => services.get(id) ?? externals.get(id) ?? []));
  const used = new Set(ids(service.uses.map((use) => use.target)));
  const brokers = eventsOf(model, service).flatMap((event) => event.on?.id ?? []);
  const owned = sorted([...used, ...ids(needs), ...brokers].flatMap((id) => resources.get(id) ?? []));

  const names = new Set<string>(contextWords);
  const clientKeys = new Map(targets.map((target) => [target.id, claim(names, target, 'Service')]));
  const resourceKeys = new Map(owned.map((target) => [target.id, claim(names, target, 'Resource')]));
  return {
    clients: inOrder(
      targets.map((target) => [
        clientKeys.get(target.id)!,
        { target, operations: operations.filter((operation) => operation.service === target.id) },
      ]),
    ),
    resources: inOrder(owned.map((target) => [resourceKeys.get(target.id)!, { target, used: used.has(target.id) }])),
    clientKeys,
    resourceKeys,
  };
}

const inOrder = <T>(entries: readonly (readonly [key: string, value: T])[]): ReadonlyMap<string, T> =>
  new Map([...entries].sort(([a], [b]) => byText(a, b)));

/** Events that a service publishes or consumes. */
export function eventsOf(model: Model, service: Service) {
  const refs = handled(service).flatMap((handler) => [
    ...handler.publishes.map((publishes) => publishes.event),
    ...('event' in handler ? [handler.event] : []),
  ]);
  const { events } = indexOf(model);
  return sorted(ids(refs).flatMap((id) => events.get(id) ?? []));
}

/** How callers of a service may show who they are. */
export function authsOf(model: Model, service: Service): readonly Auth[] {
  const uses = service.operations.flatMap((operation) => authOf(model, service, operation));
  const { auths } = indexOf(model);
  return sorted(uses.flatMap((use) => (use.none || use.auth.id === undefined ? [] : (auths.get(use.auth.id) ?? []))));
}

/** Items of `calls` that mean something, in the order of the source. */
export const callsOf = (handler: Operation | Consumer): readonly CallItem[] =>
  handler.calls.flat().filter((item) => item.target.id !== undefined);

function operationsCalled(model: Model, service: Service): readonly Operation[] {
  const { operations } = indexOf(model);
  const found = handled(service).flatMap((handler) =>
    callsOf(handler).flatMap((item) => {
      const fallback = effectivePolicy(model, handler, item).fallback?.value;
      return [item.target.id, fallback?.to === 'operation' ? fallback.operation.id : undefined];
    }),
  );
  return sorted(found.flatMap((id) => (id === undefined ? [] : (operations.get(id) ?? []))));
}

const ids = (refs: readonly Ref[]): string[] => refs.flatMap((ref) => ref.id ?? []);

/** Each once, by full name, so that the order of the source does not show. */
export function sorted<T extends { readonly id: string }>(items: readonly T[]): readonly T[] {
  const unique = new Map(items.map((item) => [item.id, item]));
  return [...unique.values()].sort(byId);
}

/** `users`, else `usersService`, else with the package in front. */
function claim(names: Set<string>, target: Service | External | Resource, suffix: string): string {
  const plain = camelCase(target.name);
  const candidates = [plain, `${plain}${suffix}`, camelCase(`${target.package}-${target.name}`)];
  let name = candidates.find((candidate) => !names.has(candidate));
  for (let n = 2; name === undefined; n++) if (!names.has(`${plain}${n}`)) name = `${plain}${n}`;
  names.add(name);
  return name;
}
