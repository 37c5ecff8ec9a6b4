import type {
  AuthDefinition,
  ClientDefinition,
  ClientPolicy,
  ConfigEntry,
  ConsumerDefinition,
  EventDefinition,
  OperationDefinition,
  ResourceDefinition,
  ScalarName,
  ServiceDefinition,
} from '@weir/runtime';
import { defaultDrain } from '../../model/deploy-defaults.ts';
import { effectivePolicy, serverPolicy } from '../../model/effective-policy.ts';
import { indexOf } from '../../model/index-of.ts';
import type {
  Auth,
  ConfigEntry as ConfigOfModel,
  Consumer,
  External,
  Model,
  Operation,
  Service,
} from '../../model/model.ts';
import { scalarNames } from '../../model/model.ts';
import { camelCase } from '../names.ts';
import { byText } from '../order.ts';
import { authKeys } from './auth.ts';
import { constraintsOf } from './constraints.ts';
import { operationContract } from './contract.ts';
import { fieldShape } from './field-shape.ts';
import { literalToJson } from './literal.ts';
import { protoService } from './names.ts';
import { authsOf, callsOf, eventsOf, neighboursOf } from './neighbours.ts';
import { clientPolicy, serverPolicyOf } from './policy.ts';
import { typeDefinitions } from './types.ts';

/** How long what `ready` needs may take to answer, in milliseconds, unless the probe says otherwise. */
const defaultProbeTimeout = 1000;

/**
 * The definition of a service, as its runtime takes it. Pure, and total: a reference that means nothing is left out, since
 * the checker has reported it. Everything stands in the order of names, so that moving declarations changes nothing.
 */
export function serviceDefinition(model: Model, service: Service): ServiceDefinition {
  const { clients, resources } = neighboursOf(model, service);
  return {
    name: service.name,
    package: service.package,
    version: service.version?.value ?? '0.0.0',
    ...(service.http && { http: { port: service.http.value } }),
    ...(service.grpc && { grpc: { port: service.grpc.value, service: protoService(service) } }),
    types: typeDefinitions(model, service),
    operations: byName(service.operations, (operation) => operationDefinition(model, service, operation)),
    consumers: byName(service.consumers, (consumer) => consumerDefinition(model, service, consumer)),
    events: eventDefinitions(model, service),
    clients: mapped(clients, ({ target, operations }) => clientDefinition(model, target, operations)),
    resources: mapped(resources, ({ target }): ResourceDefinition => {
      return { kind: target.type.value, ...(target.version !== undefined && { version: target.version }) };
    }),
    auth: authDefinitions(model, service),
    config: Object.fromEntries(service.config.map((entry) => [entry.name, configEntry(model, entry)])),
    health: healthOf(model, service),
    drain: service.deploy?.drain?.value ?? defaultDrain,
    discovery: model.systems[0]?.discovery ?? 'static',
    ...(model.systems[0]?.mtls && { mtls: true }),
    ...(service.slo?.latency && { slo: { latency: service.slo.latency.ms } }),
  };
}

function operationDefinition(model: Model, service: Service, operation: Operation): OperationDefinition {
  const { idempotency } = operation;
  return {
    ...operationContract(model, operation),
    ...(idempotency && {
      idempotency: idempotency.by === 'header' ? { header: idempotency.name } : { field: idempotency.name },
    }),
    policy: serverPolicyOf(serverPolicy(model, operation)),
    calls: callDefinitions(model, service, operation),
    publishes: publishes(operation),
  };
}

function consumerDefinition(model: Model, service: Service, consumer: Consumer): ConsumerDefinition {
  const deadline = consumer.parts.deadline?.none ? undefined : consumer.parts.deadline?.value.ms;
  return {
    name: consumer.name,
    event: consumer.event.id ?? consumer.event.name,
    group: groupOf(service, consumer),
    attempts: consumer.attempts,
    backoff: [consumer.backoff.min, consumer.backoff.max],
    deadLetter: consumer.deadLetter,
    concurrent: consumer.concurrent,
    ...(deadline !== undefined && { deadline }),
    calls: callDefinitions(model, service, consumer),
    publishes: publishes(consumer),
  };
}

/** By client, then by operation. Of two items for one operation the first says which policy holds. */
function callDefinitions(model: Model, service: Service, handler: Operation | Consumer): OperationDefinition['calls'] {
  const { clientKeys } = neighboursOf(model, service);
  const { operations } = indexOf(model);
  const place = (id: string) => {
    const operation = operations.get(id);
    const key = operation && clientKeys.get(operation.service);
    return key === undefined ? undefined : { service: key, operation: camelCase(operation!.name) };
  };
  const calls: Record<string, Record<string, ClientPolicy>> = {};
  for (const item of callsOf(handler)) {
    const to = place(item.target.id!);
    if (!to || calls[to.service]?.[to.operation]) continue;
    calls[to.service] ??= {};
    calls[to.service]![to.operation] = clientPolicy(effectivePolicy(model, handler, item), place);
  }
  const inOrder = Object.entries(calls).map(([key, edges]): [string, Record<string, ClientPolicy>] => [
    key,
    byKey(edges),
  ]);
  return byKey(Object.fromEntries(inOrder));
}

function publishes(handler: Operation | Consumer): OperationDefinition['publishes'] {
  const outbox = new Map<string, boolean>();
  for (const { event, outbox: via } of handler.publishes) {
    if (event.id !== undefined) outbox.set(event.id, via || (outbox.get(event.id) ?? false));
  }
  return [...outbox].map(([event, via]) => ({ event, outbox: via })).sort((a, b) => byText(a.event, b.event));
}

function eventDefinitions(model: Model, service: Service): ServiceDefinition['events'] {
  const { resourceKeys } = neighboursOf(model, service);
  return Object.fromEntries(
    eventsOf(model, service).map((event): [string, EventDefinition] => {
      const resource = event.on?.id === undefined ? undefined : resourceKeys.get(event.on.id);
      return [
        event.id,
        {
          message: event.id,
          ...(resource !== undefined && { resource }),
          ...(event.key && { key: event.key.value }),
        },
      ];
    }),
  );
}

function clientDefinition(
  model: Model,
  target: Service | External,
  operations: readonly Operation[],
): ClientDefinition {
  return {
    name: target.name,
    ...(target.kind === 'external' && { external: true }),
    ...(target.kind === 'service' && target.http && { http: { port: target.http.value } }),
    ...(target.kind === 'external' && target.url && { http: { url: target.url.value } }),
    ...(target.grpc && { grpc: { port: target.grpc.value, service: protoService(target) } }),
    operations: byName(operations, (operation) => operationContract(model, operation)),
  };
}

function authDefinitions(model: Model, service: Service): ServiceDefinition['auth'] {
  const keys = authKeys(model);
  return byKey(Object.fromEntries(authsOf(model, service).map((auth) => [keys.get(auth.id)!, authDefinition(auth)])));
}

export function authDefinition(auth: Auth): AuthDefinition {
  const setting = (key: string): string | undefined => {
    const found = auth.settings.find((candidate) => candidate.key === key);
    return found && String(literalToJson(found.value, 'string'));
  };
  switch (auth.type.value) {
    case 'jwt': {
      const issuer = setting('issuer') ?? '';
      const audience = setting('audience');
      const jwks = setting('jwks') ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
      return { kind: 'jwt', issuer, ...(audience !== undefined && { audience }), jwks };
    }
    case 'key':
      return { kind: 'key', header: setting('header') ?? 'X-Api-Key' };
    default: {
      const peers = auth.settings.find((candidate) => candidate.key === 'peers');
      const names = peers && [literalToJson(peers.value)].flat().map(String);
      return { kind: 'mtls', ...(names && { peers: names }) };
    }
  }
}

function configEntry(model: Model, entry: ConfigOfModel): ConfigEntry {
  const { type, constraints } = configType(model, entry);
  return {
    type,
    ...(entry.default && { default: literalToJson(entry.default, type) }),
    ...(entry.hot && { hot: true }),
    ...constraints,
  };
}

/** Settings are scalars; an enum is a string that is one of its values. */
function configType(model: Model, entry: ConfigOfModel): Pick<ConfigEntry, 'type'> & { readonly constraints: object } {
  if (entry.type === 'secret') return { type: 'secret', constraints: constraintsOf(entry.constraints, 'string') };
  const { type, whole } = fieldShape(model, entry.type, entry.constraints);
  const values = indexOf(model).enums.get(type)?.values;
  if (values) return { type: 'string', constraints: { oneOf: values.map((value) => value.name) } };
  const scalar = (scalarNames as readonly string[]).includes(type) ? (type as ScalarName) : 'json';
  return { type: scalar, constraints: constraintsOf(whole, scalar) };
}

function healthOf(model: Model, service: Service): ServiceDefinition['health'] {
  const { live, ready } = service.health;
  const { clientKeys, resourceKeys } = neighboursOf(model, service);
  const needs = (ready?.needs ?? []).flatMap(({ id }) =>
    id === undefined ? [] : (resourceKeys.get(id) ?? clientKeys.get(id) ?? []),
  );
  return {
    live: live?.path ?? '/healthz',
    ready: { path: ready?.path ?? '/readyz', needs, timeout: ready?.timeout?.value ?? defaultProbeTimeout },
  };
}

function byName<T extends Operation | Consumer, U>(
  items: readonly T[],
  value: (item: T) => U,
): Readonly<Record<string, U>> {
  return byKey(Object.fromEntries(items.map((item) => [camelCase(item.name), value(item)])));
}

function byKey<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byText(a, b)));
}

function mapped<T, U>(map: ReadonlyMap<string, T>, value: (item: T) => U): Readonly<Record<string, U>> {
  return byKey(Object.fromEntries([...map].map(([key, item]) => [key, value(item)])));
}

/** Who shares the deliveries of an event: what the consumer says, or what follows where it says nothing. */
export const groupOf = (service: Service, consumer: Consumer): string =>
  consumer.group ?? defaultGroup(service, consumer);

/** The service is a group, unless several of its handlers take the same event: then each has to get all of them. */
export function defaultGroup(service: Service, consumer: Consumer): string {
  const alike = service.consumers.filter(({ event, group }) => event.id === consumer.event.id && group === undefined);
  return alike.length > 1 ? `${service.name}.${consumer.name}` : service.name;
}
