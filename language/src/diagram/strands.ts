import { type EffectivePolicy, effectivePolicy } from '../model/effective-policy.ts';
import { indexOf } from '../model/index-of.ts';
import type { CallItem, Consumer, Gateway, Model, Operation, Place, Ref, Service } from '../model/model.ts';
import { distinct } from './by-id.ts';
import type { EdgeKind } from './graph.ts';
import { policyInWords } from './policy-label.ts';
import { listed, shortDuration } from './quantities.ts';

/** One declared dependency, before those between the same two are joined into one arrow. */
export interface Strand {
  readonly kind: EdgeKind;
  readonly from: string;
  readonly to: string;
  readonly detail: string;
  readonly policy?: EffectivePolicy;
  readonly label?: string;
  readonly at: Place;
}

/** Every dependency that the model declares, each on its own. */
export function* declaredEdges(model: Model, brokers: ReadonlySet<string>): Generator<Strand> {
  for (const service of distinct(model.services)) {
    for (const doing of [...service.operations, ...service.consumers]) {
      yield* callStrands(model, service, doing);
      yield* publishStrands(`service:${service.id}`, doing);
    }
    for (const consumer of service.consumers) yield* consumeStrands(service, consumer);
    yield* useStrands(model, service, brokers);
  }
  for (const external of distinct(model.externals)) yield* publishStrands(`external:${external.id}`, external);
  for (const gateway of distinct(model.gateways)) yield* serveStrands(model, gateway);
  for (const { from, to, kind, at } of model.relations) {
    yield {
      kind: 'relation',
      from: `context:${from.id}`,
      to: `context:${to.id}`,
      detail: kind.value,
      label: kind.value,
      at,
    };
  }
}

function* callStrands(model: Model, service: Service, doing: Operation | Consumer): Generator<Strand> {
  for (const item of doing.calls.flat()) {
    if (item.service === undefined) continue;
    const policy = effectivePolicy(model, doing, item);
    const how = listed(item.times > 1 && `up to ${item.times} times`, item.optional && 'perhaps');
    yield {
      kind: 'call',
      from: `service:${service.id}`,
      to: callee(model, item.service),
      detail: `${doing.name} → ${item.operation}${how && ` (${how})`}${withWords(policy)}`,
      policy,
      at: item.at,
    };
  }
}

const withWords = (policy: EffectivePolicy): string => {
  const words = policyInWords(policy);
  return words === '' ? '' : `: ${words}`;
};

const callee = (model: Model, id: string): string =>
  indexOf(model).services.has(id) ? `service:${id}` : `external:${id}`;

function* publishStrands(from: string, publisher: Pick<Operation, 'name' | 'publishes'>): Generator<Strand> {
  for (const { event, outbox, at } of publisher.publishes) {
    const label = outbox ? { label: 'outbox' } : {};
    yield {
      kind: 'publish',
      from,
      to: `event:${event.id}`,
      detail: `${publisher.name} publishes ${event.name}`,
      ...label,
      at,
    };
  }
}

function* consumeStrands(service: Service, consumer: Consumer): Generator<Strand> {
  yield {
    kind: 'consume',
    from: `event:${consumer.event.id}`,
    to: `service:${service.id}`,
    detail: `${consumer.name}: ${consumer.attempts} attempts, ${shortDuration(consumer.backoff.min)}..${shortDuration(consumer.backoff.max)} between them${consumer.deadLetter ? ', then dead-letter' : ''}`,
    label: listed(consumer.attempts > 1 && `×${consumer.attempts}`, consumer.deadLetter && 'dead-letter'),
    at: consumer.at,
  };
}

/** A call of a service that names no operation: what holds on it is what `uses` says. */
const wholeService = (target: Ref): CallItem => ({
  target,
  ...(target.id === undefined ? {} : { service: target.id }),
  operation: '',
  times: 1,
  optional: false,
  allows: [],
  at: target.at,
  extent: target.at,
});

/** What `uses` declares: always for resources; for services and externals only where no operation calls them. */
function* useStrands(model: Model, service: Service, brokers: ReadonlySet<string>): Generator<Strand> {
  const called = new Set(
    [...service.operations, ...service.consumers].flatMap(({ calls }) => calls.flat().map((item) => item.service)),
  );
  const events = indexOf(model).events;
  const speaksTo = new Set(
    [
      ...service.operations.flatMap(({ publishes }) => publishes),
      ...service.consumers.flatMap((c) => [...c.publishes, c]),
    ].map(({ event }) => events.get(event.id ?? '')?.on?.id),
  );
  for (const { target, of, at } of service.uses.map((use) => ({ ...use, at: use.target.at }))) {
    if (target.id === undefined || of === undefined) continue;
    const from = `service:${service.id}`;
    if (of === 'resource') {
      // The arrows to its events already say that it uses the broker.
      if (!(brokers.has(target.id) && speaksTo.has(target.id))) {
        yield { kind: 'use', from, to: `resource:${target.id}`, detail: `uses ${target.name}`, at };
      }
    } else if (!called.has(target.id)) {
      const policy = effectivePolicy(model, { service: service.id }, wholeService(target));
      const detail = `uses ${target.name}; nothing calls it`;
      yield { kind: 'call', from, to: `${of}:${target.id}`, detail, policy, at };
    }
  }
}

function* serveStrands(model: Model, gateway: Gateway): Generator<Strand> {
  const { services, operations } = indexOf(model);
  for (const { target, of } of gateway.serves) {
    const operation = of === 'operation' ? operations.get(target.id ?? '') : undefined;
    const service = services.get(operation?.service ?? target.id ?? '');
    if (!service) continue;
    for (const { name, routes } of operation ? [operation] : service.operations) {
      for (const route of routes) {
        yield {
          kind: 'serve',
          from: `gateway:${gateway.id}`,
          to: `service:${service.id}`,
          detail: `${route.method} ${route.path} → ${name}`,
          at: target.at,
        };
      }
    }
    yield { kind: 'serve', from: `gateway:${gateway.id}`, to: `service:${service.id}`, detail: '', at: target.at };
  }
}
