import { camelCase, kebabCase, snakeCase, upperSnakeCase } from '../../emit/names.ts';
import { contextWords } from '../../model/context-words.ts';
import type { Consumer, External, Member, Model, Operation, Place, Service } from '../../model/model.ts';
import { local } from '../local.ts';
import { callersOf, type FieldList, ownersOf } from '../model-parts.ts';
import { labelOf, lastOf } from '../naming.ts';
import type { Finding, Report } from '../rule.ts';
import { type Claim, claim, clash } from './claims.ts';
import { notableFields } from './notable-fields.ts';
import { inProtobuf } from './protobuf-names.ts';

type Reporter = (finding: Finding<'name-collision'>) => void;

export function nameCollision(model: Model, report: Report<'name-collision'>): void {
  for (const list of notableFields(model).alike) inFields(list, report);
  inOwners(model, report, {});
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
  contextCollisions(model, report);
}

const inOwners = local<'name-collision'>((part, report) => {
  for (const owner of ownersOf(part)) {
    clash(callersOf(owner), handlerClaim, () => `the handlers of \`${owner.name}\``, report);
    if (owner.kind === 'service') inService(owner, report);
  }
});

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

function handlerClaim(caller: Operation | Consumer): Claim {
  const what = 'event' in caller ? 'event handler' : 'operation';
  return claim(what, caller.name, camelCase(caller.name), caller.at);
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

const words = new Set<string>(contextWords);

function contextCollisions(model: Model, report: Reporter): void {
  const named = [...model.services, ...model.externals, ...model.resources].filter(({ name }) =>
    words.has(camelCase(name)),
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
