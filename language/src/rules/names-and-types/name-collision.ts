import { protoPackage, protoService, requestId, typeName } from '../../emit/definition/names.ts';
import { camelCase, kebabCase, pascalCase, snakeCase, upperSnakeCase } from '../../emit/names.ts';
import { protoEnumValueName, protoTypeName } from '../../emit/proto/names.ts';
import type { Consumer, External, Member, Model, Operation, Place, Service } from '../../model/model.ts';
import { comparePlaces, compareTexts } from '../../model/place.ts';
import { callersOf, type FieldList, fieldListsOf, ownersOf, shapesOf } from '../model-parts.ts';
import { labelOf, lastOf } from '../naming.ts';
import { hasRepeats } from '../repeats.ts';
import type { Report } from '../rule.ts';

type Reporter = Report<'name-collision'>;

/** A name that a declaration takes in some target. */
interface Claim {
  /** What the declaration's name becomes there. */
  readonly becomes: string;
  /** Names that are one to the target have one key; `becomes`, unless it looks at less. */
  readonly key?: string;
  /** In words: ``the field `userId` ``. */
  readonly label: string;
  /** Two claims of one identity are a `duplicate-name`, or one thing twice. */
  readonly identity: string;
  readonly at: Place;
}

export function nameCollision(model: Model, report: Reporter): void {
  for (const list of fieldListsOf(model)) inFields(list, report);
  for (const owner of ownersOf(model)) {
    clash(callersOf(owner), handlerClaim, () => `the handlers of \`${owner.name}\``, report);
    if (owner.kind === 'service') inService(owner, report);
  }
  inProtobuf(model, report);
  clash(
    [...model.services, ...usedExternals(model)],
    ({ kind, name, at, id }) => claim(kind, name, kebabCase(name), at, undefined, id),
    () => 'the whole system',
    report,
  );
  clash(
    model.gateways,
    ({ id, name, at }) => claim('gateway', name, kebabCase(name), at, undefined, id),
    () => 'Kubernetes',
    report,
  );
  for (const { environments } of model.systems) {
    clash(
      environments,
      ({ name, at }) => claim('environment', name, kebabCase(name), at),
      () => 'Kubernetes',
      report,
    );
  }
  contextWords(model, report);
}

/** Fields also share their JSON names, which protobuf makes of them: `user_1` and `user1` are one there. */
function inFields({ fields, oneofs }: FieldList, report: Reporter): void {
  clash(
    oneofs.length === 0 ? fields : [...fields, ...oneofs],
    (one) =>
      claim(
        (oneofs as readonly Member[]).includes(one) ? 'oneof' : 'field',
        one.name,
        snakeCase(one.name),
        one.at,
        camelCase(snakeCase(one.name)),
      ),
    () => 'protobuf',
    report,
  );
}

/**
 * Of those that claim one name, each but the first is reported. Whatever their names become, it is made of their letters
 * and digits: where those all differ, as nearly always, nothing else is worked out.
 */
function clash<T extends { readonly name: string }>(
  all: readonly T[],
  claimOf: (one: T) => Claim,
  where: () => string,
  report: Reporter,
): void {
  if (all.length < 2 || !hasRepeats(all.map(({ name }) => lettersOf(name)))) return;
  reportClaims(all.map(claimOf), where(), report);
}

const lettersOf = (name: string): string => name.replace(/[^A-Za-z0-9]+/g, '').toLowerCase();

function reportClaims(claims: readonly Claim[], where: string, report: Reporter): void {
  const firsts = new Map<string, Claim>();
  for (const later of [...claims].sort((a, b) => comparePlaces(a.at, b.at) || compareTexts(a.label, b.label))) {
    const key = later.key ?? later.becomes;
    const first = firsts.get(key);
    if (!first) firsts.set(key, later);
    else if (first.identity !== later.identity) {
      report({
        at: later.at,
        values: { one: later.label, other: first.label, becomes: later.becomes, where },
        related: [{ message: `${first.label} stands here`, at: first.at }],
      });
    }
  }
}

function claim(what: string, name: string, becomes: string, at: Place, key = becomes, id = name): Claim {
  return { becomes, key, label: `the ${what} \`${name}\``, identity: `${what} ${id}`, at };
}

function handlerClaim(caller: Operation | Consumer): Claim {
  const what = 'event' in caller ? 'event handler' : 'operation';
  return claim(what, caller.name, camelCase(caller.name), caller.at);
}

// ── protobuf: types, services, enum values and requests share the scope of their package ────────────────────────────

function inProtobuf(model: Model, report: Reporter): void {
  const crowded = new Set<string>();
  for (const [scope, keys] of protobufKeys(model)) if (hasRepeats(keys)) crowded.add(scope);
  if (crowded.size === 0) return;
  for (const claims of protobufClaims(model, crowded).values()) reportClaims(claims, 'protobuf', report);
}

/** By scope, the names that are taken there or may be: where none of them is there twice, nothing clashes. */
function protobufKeys(model: Model): ReadonlyMap<string, readonly string[]> {
  const scopes = new Map<string, string[]>();
  const scopeOf = remembered(protoPackage);
  const keysOf = (scope: string): string[] => {
    let keys = scopes.get(scope);
    if (!keys) {
      keys = [];
      scopes.set(scope, keys);
    }
    return keys;
  };
  const inCapitals = remembered(upperSnakeCase);
  for (const { name, package: own } of typesOf(model)) {
    const becomes = protoTypeName(name);
    keysOf(scopeOf(own)).push(becomes);
    // A request looks at names as they are written before it takes one.
    if (becomes !== name) keysOf(scopeOf(own)).push(name);
  }
  for (const { name, package: own, values } of model.enums) {
    const keys = keysOf(scopeOf(own));
    const prefix = upperSnakeCase(name);
    for (const value of values) keys.push(`${prefix}_${inCapitals(value.name)}`);
  }
  for (const owner of ownersOf(model)) {
    const keys = keysOf(scopeOf(owner.package));
    if (owner.grpc?.as !== undefined) keysOf(serviceScope(owner)).push(lastOf(owner.grpc.as));
    else if (owner.grpc) keys.push(`${pascalCase(owner.name)}Service`);
    for (const { name, parameters } of owner.operations) {
      if (parameters.kind === 'inline') keys.push(`${typeName(name)}Request`);
    }
  }
  return scopes;
}

function protobufClaims(model: Model, crowded: ReadonlySet<string>): ReadonlyMap<string, readonly Claim[]> {
  const scopes = new Map<string, Claim[]>([...crowded].map((scope) => [scope, []]));
  const scopeOf = remembered(protoPackage);
  for (const type of typesOf(model)) {
    const what = type.kind === 'alias' ? 'type' : type.kind;
    scopes.get(scopeOf(type.package))?.push(claim(what, type.name, protoTypeName(type.name), type.at));
  }
  for (const declaration of model.enums) {
    const claims = scopes.get(scopeOf(declaration.package));
    for (const { name, at } of claims ? declaration.values : []) {
      claims?.push({
        becomes: protoEnumValueName(declaration, name),
        label: `the value \`${name}\` of the enum \`${declaration.name}\``,
        identity: `value ${declaration.id}.${name}`,
        at,
      });
    }
  }
  for (const owner of ownersOf(model)) {
    if (owner.grpc) {
      const becomes = lastOf(protoService(owner));
      scopes.get(serviceScope(owner))?.push(claim(owner.kind, owner.name, becomes, owner.at));
    }
    const claims = scopes.get(scopeOf(owner.package));
    if (claims) claims.push(...requestsOf(model, owner));
  }
  return scopes;
}

const typesOf = (model: Model) => [...shapesOf(model), ...model.enums, ...model.aliases];

/** The package of a service in protobuf, which `as` may have said. */
function serviceScope(owner: Service | External): string {
  const full = protoService(owner);
  return full.slice(0, Math.max(0, full.lastIndexOf('.')));
}

/** Works out once for each name what it becomes: packages, and the values of enums, are often called the same. */
function remembered(becomes: (name: string) => string): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    let became = known.get(name);
    if (became === undefined) {
      became = becomes(name);
      known.set(name, became);
    }
    return became;
  };
}

/** The messages that inline parameters become; two operations of one name find names of their own, see `requestId`. */
function requestsOf(model: Model, owner: Service | External): Claim[] {
  return owner.operations.flatMap((operation) => {
    const id = requestId(model, operation);
    if (id === undefined) return [];
    const plain = `${typeName(operation.name)}Request`;
    return {
      becomes: typeNames(model).has(`${owner.package}.${plain}`) ? plain : lastOf(id),
      label: `the request of \`${labelOf(operation)}\``,
      // Two operations of one service with one name are reported as such.
      identity: `request ${owner.id}.${camelCase(operation.name)}`,
      at: operation.at,
    };
  });
}

const typeNamesOf = new WeakMap<Model, ReadonlySet<string>>();

function typeNames(model: Model): ReadonlySet<string> {
  let names = typeNamesOf.get(model);
  if (!names) {
    names = new Set(typesOf(model).map((type) => `${type.package}.${protoTypeName(type.name)}`));
    typeNamesOf.set(model, names);
  }
  return names;
}

// ── what a service's handlers get ───────────────────────────────────────────────────────────────────────────────────

function inService(service: Service, report: Reporter): void {
  clash(
    service.config,
    ({ name, at }) => claim('setting', name, upperSnakeCase(name), at),
    () => 'the environment',
    report,
  );
  clash(
    service.uses.map(({ target, of }) => ({ target, of, name: lastOf(target.name) })),
    ({ target, of, name }) => claim(of ?? 'dependency', name, camelCase(name), target.at, undefined, target.id),
    () => `the handlers of \`${service.name}\``,
    report,
  );
  for (const caller of callersOf(service)) {
    if (caller.publishes.length < 2) continue;
    clash(
      caller.publishes.map(({ event }) => ({ event, name: lastOf(event.name) })),
      ({ event, name }) => claim('event', event.name, camelCase(name), event.at, undefined, event.id),
      () => `\`publish\` of \`${labelOf(caller)}\``,
      report,
    );
  }
}

// What a handler finds in its context beside clients and resources: see the runtime's `CallContext`.
const words = ['log', 'signal', 'remaining', 'requestId', 'trace', 'principal', 'config', 'publish'];

function contextWords(model: Model, report: Reporter): void {
  const named = [...model.services, ...model.externals, ...model.resources].filter(({ name }) =>
    words.includes(camelCase(name)),
  );
  if (named.length === 0) return;
  const users = usersOf(model);
  for (const { kind, id, name, at } of named) {
    const used = users.get(id);
    if (!used) continue;
    report({
      at,
      values: {
        one: `the ${kind} \`${name}\``,
        other: "a handler's own",
        becomes: camelCase(name),
        where: 'the handlers of what uses it',
      },
      related: used.map((place) => ({ message: 'it is used here', at: place })),
    });
  }
}

/** By full name, where `uses` names it. */
function usersOf(model: Model): ReadonlyMap<string, readonly Place[]> {
  const users = new Map<string, Place[]>();
  for (const { target } of model.services.flatMap((service) => service.uses)) {
    if (target.id === undefined) continue;
    const places = users.get(target.id);
    if (places) places.push(target.at);
    else users.set(target.id, [target.at]);
  }
  return users;
}

function usedExternals(model: Model): External[] {
  if (model.externals.length === 0) return [];
  const used = new Set(model.services.flatMap((service) => service.uses.map(({ target }) => target.id)));
  return model.externals.filter(({ id }) => used.has(id));
}
