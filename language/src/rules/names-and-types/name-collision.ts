import { protoPackage, protoService, requestId, typeName } from '../../emit/definition/names.ts';
import { camelCase, kebabCase, snakeCase, upperSnakeCase } from '../../emit/names.ts';
import { protoEnumValueName, protoTypeName } from '../../emit/proto/names.ts';
import type { Consumer, External, Model, Operation, Place, Service } from '../../model/model.ts';
import { comparePlaces, compareTexts } from '../../model/place.ts';
import { callersOf, fieldListsOf, ownersOf, shapesOf } from '../model-parts.ts';
import { labelOf, lastOf } from '../naming.ts';
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
  for (const { fields, oneofs } of fieldListsOf(model)) {
    // Fields also share their JSON names, which protobuf makes of them: `user_1` and `user1` are one there.
    const claims = [
      ...fields.map((field) => ({ ...field, what: 'field' })),
      ...oneofs.map((oneof) => ({ ...oneof, what: 'oneof' })),
    ];
    clash(
      claims.map(({ name, at, what }) => claim(what, name, snakeCase(name), at, camelCase(snakeCase(name)))),
      'protobuf',
      report,
    );
  }
  for (const owner of ownersOf(model)) {
    clash(callersOf(owner).map(handlerClaim), `the handlers of \`${owner.name}\``, report);
    if (owner.kind === 'service') inService(owner, report);
  }
  for (const names of protobufNames(model).values()) clash(names, 'protobuf', report);
  clash(
    [...model.services, ...usedExternals(model)].map((owner) =>
      claim(owner.kind, owner.name, kebabCase(owner.name), owner.at, undefined, owner.id),
    ),
    'the whole system',
    report,
  );
  clash(
    model.gateways.map(({ id, name, at }) => claim('gateway', name, kebabCase(name), at, undefined, id)),
    'Kubernetes',
    report,
  );
  for (const { environments } of model.systems) {
    clash(
      environments.map(({ name, at }) => claim('environment', name, kebabCase(name), at)),
      'Kubernetes',
      report,
    );
  }
  contextWords(model, report);
}

/** Of those that claim one name, each but the first is reported. */
function clash(claims: readonly Claim[], where: string, report: Reporter): void {
  // Nearly always all differ, and sorting costs more than finding that out.
  if (new Set(claims.map(({ becomes, key = becomes }) => key)).size === claims.length) return;
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

function protobufNames(model: Model): ReadonlyMap<string, readonly Claim[]> {
  const scopes = new Map<string, Claim[]>();
  const put = (scope: string, one: Claim): void => {
    const scopeClaims = scopes.get(scope);
    if (scopeClaims) scopeClaims.push(one);
    else scopes.set(scope, [one]);
  };
  for (const type of [...shapesOf(model), ...model.enums, ...model.aliases]) {
    const what = type.kind === 'alias' ? 'type' : type.kind;
    put(protoPackage(type.package), claim(what, type.name, protoTypeName(type.name), type.at));
  }
  for (const declaration of model.enums) {
    for (const { name, at } of declaration.values) {
      const becomes = protoEnumValueName(declaration, name);
      put(protoPackage(declaration.package), {
        becomes,
        label: `the value \`${name}\` of the enum \`${declaration.name}\``,
        identity: `value ${declaration.id}.${name}`,
        at,
      });
    }
  }
  for (const owner of ownersOf(model)) {
    const full = protoService(owner);
    if (owner.grpc)
      put(full.slice(0, Math.max(0, full.lastIndexOf('.'))), claim(owner.kind, owner.name, lastOf(full), owner.at));
    for (const request of requestsOf(model, owner)) put(protoPackage(owner.package), request);
  }
  return scopes;
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
    const types = [...shapesOf(model), ...model.enums, ...model.aliases];
    names = new Set(types.map((type) => `${type.package}.${protoTypeName(type.name)}`));
    typeNamesOf.set(model, names);
  }
  return names;
}

// ── what a service's handlers get ───────────────────────────────────────────────────────────────────────────────────

function inService(service: Service, report: Reporter): void {
  clash(
    service.config.map(({ name, at }) => claim('setting', name, upperSnakeCase(name), at)),
    'the environment',
    report,
  );
  const keys = service.uses.map(({ target, of }) =>
    claim(of ?? 'dependency', lastOf(target.name), camelCase(lastOf(target.name)), target.at, undefined, target.id),
  );
  clash(keys, `the handlers of \`${service.name}\``, report);
  for (const caller of callersOf(service)) {
    const events = caller.publishes.map(({ event }) =>
      claim('event', event.name, camelCase(lastOf(event.name)), event.at, undefined, event.id),
    );
    clash(events, `\`publish\` of \`${labelOf(caller)}\``, report);
  }
}

// What a handler finds in its context beside clients and resources: see the runtime's `CallContext`.
const words = ['log', 'signal', 'remaining', 'requestId', 'trace', 'principal', 'config', 'publish'];

function contextWords(model: Model, report: Reporter): void {
  const users = new Map<string, Place[]>();
  for (const { target } of model.services.flatMap((service) => service.uses)) {
    if (target.id === undefined) continue;
    const places = users.get(target.id);
    if (places) places.push(target.at);
    else users.set(target.id, [target.at]);
  }
  for (const { kind, id, name, at } of [...model.services, ...model.externals, ...model.resources]) {
    const used = users.get(id);
    const becomes = camelCase(name);
    if (!used || !words.includes(becomes)) continue;
    report({
      at,
      values: {
        one: `the ${kind} \`${name}\``,
        other: "a handler's own",
        becomes,
        where: 'the handlers of what uses it',
      },
      related: used.map((place) => ({ message: 'it is used here', at: place })),
    });
  }
}

function usedExternals(model: Model): External[] {
  const used = new Set(model.services.flatMap((service) => service.uses.map(({ target }) => target.id)));
  return model.externals.filter(({ id }) => used.has(id));
}
