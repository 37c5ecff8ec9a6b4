import type { Consumer, Model, Operation, Service } from '../../model/model.ts';
import { typeName } from '../definition/names.ts';
import { handled } from '../definition/neighbours.ts';
import { camelCase, kebabCase } from '../names.ts';
import { byId, byText } from '../order.ts';
import { identifier } from './source-text.ts';

/** One handler's names. */
export interface HandlerNames {
  readonly declaration: Operation | Consumer;
  /** Key in the definition: `placeOrder`. */
  readonly key: string;
  /** The constant that a person writes: the key, unless TypeScript keeps that word (`delete_`). */
  readonly constant: string;
  /** The handler's type: `PlaceOrder`. */
  readonly type: string;
  /** The type of what it is given beside the request: `PlaceOrderContext`. */
  readonly context: string;
  /** The file, in `src/handlers`. */
  readonly file: string;
}

/** All names that the package of a service is made of. */
export interface ServiceNames {
  /** The package's folder, relative to the project: `services/order-history`. */
  readonly folder: string;
  /** The definition: `orderHistory`, in `generated/order-history.ts`. */
  readonly constant: string;
  readonly file: string;
  /** How handlers import everything generated: `OrderHistory`. */
  readonly namespace: string;
  /** In the order of names. */
  readonly handlers: readonly HandlerNames[];
  /** The types of the settings and of all handlers together. */
  readonly config: string;
  readonly all: string;
  /** The type of the contract. */
  readonly contract: string;
}

const known = new WeakMap<Model, readonly Service[]>();

/** Services that run on Weir's runtime, by id: an `image` of its own means that a service is written elsewhere. */
export function servicesHere(model: Model): readonly Service[] {
  let services = known.get(model);
  if (!services) {
    const here = model.services.filter((service) => service.image === undefined);
    services = [...new Map(here.toReversed().map((service) => [service.id, service])).values()].sort(byId);
    known.set(model, services);
  }
  return services;
}

const folders = new WeakMap<Model, ReadonlyMap<string, number>>();

/** How many services would have each folder. */
function folderCounts(model: Model): ReadonlyMap<string, number> {
  let counts = folders.get(model);
  if (!counts) {
    const tally = new Map<string, number>();
    for (const { name } of servicesHere(model)) tally.set(kebabCase(name), (tally.get(kebabCase(name)) ?? 0) + 1);
    counts = tally;
    folders.set(model, counts);
  }
  return counts;
}

/** The folder of a service's package: `services/order-history`. `services` is the one that holds the packages of all. */
export function folderOf(model: Model, service: Service, services: string): string {
  const kebab = kebabCase(service.name);
  const shared = (folderCounts(model).get(kebab) ?? 0) > 1;
  return `${services}/${shared ? kebabCase(service.id) : kebab}`;
}

/** The names for one service. `services` is the folder that holds the packages of all. */
export function serviceNames(model: Model, service: Service, services: string): ServiceNames {
  const kebab = kebabCase(service.name);
  const types = claims();
  const constants = claims();
  const declarations = unique(handled(service));
  const named = declarations.map((declaration) => ({ declaration, type: types(typeName(declaration.name)) }));
  const handlers = named.map(({ declaration, type }): HandlerNames => {
    const key = camelCase(declaration.name);
    const constant = constants(key);
    const file = `${constant === 'index' ? 'index_' : key}.ts`;
    return { declaration, key, constant, type, context: types(`${type}Context`), file };
  });
  const own = ['handlers', 'clients'].includes(kebab) ? `${kebab}-service` : kebab;
  return {
    folder: folderOf(model, service, services),
    constant: identifier(camelCase(service.name)),
    file: `${own}.ts`,
    namespace: identifier(typeName(camelCase(service.name))),
    handlers,
    config: types('Config'),
    all: types('Handlers'),
    contract: types('Contract'),
  };
}

/** By key, each once: of two with one name the checker has reported the later. */
function unique(declarations: readonly (Operation | Consumer)[]): readonly (Operation | Consumer)[] {
  const byKey = new Map<string, Operation | Consumer>();
  for (const declaration of declarations) {
    const key = camelCase(declaration.name);
    if (!byKey.has(key)) byKey.set(key, declaration);
  }
  return [...byKey].sort(([a], [b]) => byText(a, b)).map(([, declaration]) => declaration);
}

/** Gives each name once: a second one gets an underscore behind it. */
function claims(): (wanted: string) => string {
  const taken = new Set<string>();
  return (wanted) => {
    let name = identifier(wanted);
    while (taken.has(name)) name += '_';
    taken.add(name);
    return name;
  };
}
