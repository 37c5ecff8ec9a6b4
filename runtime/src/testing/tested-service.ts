/** A service of a test, running in memory. */

import { randomUUID } from 'node:crypto';
import { tellingMany, tellingOne } from '../answer-seen.ts';
import type { TransportAttempt, TransportOperation } from '../client-transport.ts';
import { createCodec } from '../codec/codec.ts';
import { environmentName } from '../config/environment.ts';
import type { ConsumerDefinition, OperationContract, ServiceDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { headers as eventHeaders } from '../events/headers.ts';
import { encodeBinary } from '../headers.ts';
import { formatTraceparent, newSpan } from '../observe/trace.ts';
import type { BreakerReport, PolicyState } from '../policy/state.ts';
import type { Parts } from '../server/parts.ts';
import { type AnyHandler, type RunningService, startService } from '../service.ts';
import type { CallAnswer, CallArguments, Contract, TestCallOptions } from './contract.ts';
import { principalHeaders, testAuthenticate, testCredentialsOf } from './credentials.ts';
import { milliseconds } from './duration.ts';
import { type Published, shortName } from './events.ts';
import { ServiceHost } from './host.ts';
import { memoryOperation, memoryTransports } from './network.ts';
import { metricIn } from './observed.ts';
import { testResources } from './resources.ts';
import { grpcForm, httpForm } from './wire.ts';
import { hostIn, keyOf, type World } from './world.ts';

/** An event that was published, in TypeScript form. */
export interface PublishedEvent {
  /** As in the `.svc`: `OrderPlaced`. */
  readonly event: string;
  readonly value: unknown;
  readonly key: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Instant of the test's clock, in milliseconds. */
  readonly at: number;
}

/** How the first delivery of an event went. */
export interface Delivered {
  readonly outcome: 'done' | 'retry' | 'dead-letter' | 'dropped';
  /** What the handler threw. */
  readonly error?: unknown;
}

/** A service that a test talks to. */
export interface TestedService<C extends Contract> {
  /**
   * Calls an operation, by its name in the `.svc`, through all that stands before the handler. Rejects with what a caller
   * would see; its `cause` is what the handler had thrown.
   */
  call<Name extends keyof C['calls'] & string>(
    operation: Name,
    ...given: CallArguments<C['calls'][Name]>
  ): CallAnswer<C['calls'][Name]>;
  /** Delivers an event to a consumer, through the broker; resolves when the consumer has handled it for the first time. */
  deliver<Name extends keyof C['consumers'] & string>(
    consumer: Name,
    event: C['consumers'][Name],
    headers?: Readonly<Record<string, string>>,
  ): Promise<Delivered>;
  /** The events of a name that the service has published; all of them, with their headers, when no name is given. */
  published(): readonly PublishedEvent[];
  published<Name extends keyof C['publishes'] & string>(event: Name): readonly C['publishes'][Name][];
  /** The sum of the samples of a metric with these labels, as `/metrics` would say it. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** The breakers of its calls to others so far. */
  breakers(): readonly BreakerReport[];
}

export interface RunOptions {
  readonly resources: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface RunningTest {
  readonly running: RunningService;
  readonly tested: TestedService<Contract>;
}

/** Starts a service in a world. Rejects as `serve` does. */
export async function runInWorld(
  world: World,
  definition: ServiceDefinition,
  handlers: object,
  { resources, config }: RunOptions,
): Promise<RunningTest> {
  const { time, random, faults, events, observed, activity, circle } = world;
  const from = definition.name;
  const env = { ...world.env, ...configured(definition, config) };
  const failures = new Map<string, unknown>();
  let parts!: Parts;
  const around = {
    clock: time.clock,
    random,
    env,
    broker: events.of(from),
    // One address for each neighbour: its name.
    resolve: async ({ name }: { readonly name: string }) => [name],
    log: observed.log,
    onHop: (hop: (typeof observed.hops)[number]) => void observed.hops.push(hop),
    alone: false,
    instead: {
      transports: (codec: Parts['codec']) =>
        memoryTransports({
          from,
          codec,
          faults,
          hostOf: hostIn(world, definition, codec),
          namesOf: (destination) => [destination.name, keyOf(definition, destination)],
        }),
      authenticate: testAuthenticate(definition, env),
      credentialsOf: testCredentialsOf(definition),
      openResources: testResources({ from, given: resources, circle, faults, activity }),
    },
  };
  const all = handlersOf(definition, handlers as Readonly<Record<string, AnyHandler>>, world, failures);
  const running = await startService(definition, all, around, async (operations, opened, listeners) => {
    parts = opened;
    const host = new ServiceHost(from, operations, opened);
    world.hosts.set(from, host);
    listeners.push(host);
  });
  return { running, tested: tested(world, definition, running, parts, failures) };
}

/** The handlers of a service: those of consumers behind the faults of their deliveries, missing ones saying so when called. */
function handlersOf(
  definition: ServiceDefinition,
  given: Readonly<Record<string, AnyHandler>>,
  { faults }: World,
  failures: Map<string, unknown>,
): Record<string, AnyHandler> {
  const handlers: Record<string, AnyHandler> = {};
  for (const [key, { name }] of [...Object.entries(definition.operations), ...Object.entries(definition.consumers)]) {
    handlers[key] =
      given[key] ??
      (() => {
        throw new ServiceError('unimplemented', `The test gives no handler of ${name}.`);
      });
  }
  for (const [key, { name }] of Object.entries(definition.consumers)) {
    const handler = handlers[key] as (event: unknown, context: unknown) => unknown;
    handlers[key] = async (event: unknown, context: { trace: { traceId: string }; signal: AbortSignal }) => {
      const passage = faults.cross({ from: definition.name, to: [consumerEdge(name)] }, context.signal);
      try {
        await passage.there();
        await handler(event, context);
        await passage.back();
      } catch (error) {
        failures.set(context.trace.traceId, error);
        throw error;
      }
    };
  }
  return handlers;
}

/** What faults call the deliveries to a consumer. */
export const consumerEdge = (name: string): string => `consumer ${name}`;

/** Values of the configuration as the environment has them. */
function configured(definition: ServiceDefinition, config: RunOptions['config']): Record<string, string> {
  const known = Object.entries(config).filter(([key]) => Object.hasOwn(definition.config, key));
  return Object.fromEntries(
    known.map(([key, value]) => [
      `WEIR_${environmentName(definition.name)}_${environmentName(key)}`,
      settingText(definition.config[key]!.type, value),
    ]),
  );
}

function settingText(type: string, value: unknown): string {
  if (type === 'json') return JSON.stringify(value);
  if (type === 'duration') return `${value}ms`;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value);
}

function tested(
  world: World,
  definition: ServiceDefinition,
  running: RunningService,
  parts: { readonly state: PolicyState },
  failures: ReadonlyMap<string, unknown>,
): TestedService<Contract> {
  const codec = createCodec(definition.types);
  const { events, observed, time } = world;
  const operationNamed = (name: string): OperationContract => {
    const found = Object.values(definition.operations).find((operation) => operation.name === name);
    if (found === undefined)
      throw new TypeError(`${definition.name} has no operation ${name}; it has ${names(definition.operations)}`);
    return found;
  };
  const consumerNamed = (name: string): ConsumerDefinition => {
    const found = Object.values(definition.consumers).find((consumer) => consumer.name === name);
    if (found === undefined)
      throw new TypeError(`${definition.name} has no consumer ${name}; it has ${names(definition.consumers)}`);
    return found;
  };
  const self = { name: definition.name, operations: definition.operations };
  const form = definition.grpc === undefined ? httpForm : grpcForm;
  const sender = {
    from: 'test',
    codec,
    faults: world.faults,
    hostOf: () => world.hosts.get(definition.name)!,
    namesOf: () => [definition.name],
  };

  return {
    call(name: string, request?: unknown, options: TestCallOptions = {}) {
      const contract = operationNamed(name);
      const attempt = {
        endpoint: definition.name,
        signal: options.signal ?? new AbortController().signal,
        timeLeft: options.deadline === undefined ? undefined : milliseconds(options.deadline),
        headers: { ...lowered(options.headers), ...principalHeaders(options.principal) },
      };
      const operation = memoryOperation(sender, form, self, contract);
      const answer = send(operation, contract.stream, request, attempt, options.onAnswer);
      return answer instanceof Promise ? time.guarded(name, answer) : answer;
    },

    async deliver(name: string, value: unknown, headers = {}): Promise<Delivered> {
      const consumer = consumerNamed(name);
      const { message, key } = definition.events[consumer.event]!;
      const faults = codec.validate(message, value).map(({ field, message: fault }) => `${field} ${fault}`);
      if (faults.length > 0) throw new TypeError(`this is no ${consumer.event}: ${faults.join('; ')}`);
      const trace = newSpan();
      const keyed = key === undefined ? undefined : (value as Record<string, unknown>)[key];
      const isIt = (hop: (typeof observed.hops)[number]) =>
        hop.traceId === trace.traceId && hop.operation === name && hop.transport === 'event';
      await events.publish('test', {
        event: consumer.event,
        ...(keyed === undefined ? {} : { key: String(keyed) }),
        payload: codec.serialize(message, value),
        headers: {
          [eventHeaders.id]: randomUUID(),
          [eventHeaders.requestId]: randomUUID(),
          ...headers,
          [eventHeaders.traceparent]: formatTraceparent(trace),
        },
      });
      await time.until(() => observed.hops.some(isIt));
      const { outcome } = observed.hops.find(isIt)!;
      const error = failures.get(trace.traceId);
      return {
        outcome: outcome === 'ok' ? 'done' : (outcome as Delivered['outcome']),
        ...(error === undefined ? {} : { error }),
      };
    },

    published(name?: string) {
      const own = events.published.filter(({ from }) => from === definition.name);
      const read = ({ event, payload }: Published) => codec.deserialize(definition.events[event]!.message, payload);
      if (name !== undefined) return own.filter(({ event }) => shortName(event) === name).map(read);
      return own.map((message) => {
        const { event, key, headers, at } = message;
        return { event: shortName(event), value: read(message), key, headers, at };
      });
    },

    async metric(name, labels = {}) {
      return metricIn(await running.metrics.text(), name, labels);
    },
    breakers: () => parts.state.breakers(),
  } as TestedService<Contract>;
}

const names = (named: Readonly<Record<string, { readonly name: string }>>): string =>
  Object.values(named)
    .map(({ name }) => name)
    .join(', ') || 'none';

/** As they travel. Tests may send what handlers may not: a trace, say. */
const lowered = (headers: TestCallOptions['headers'] = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' ? value : encodeBinary(value),
    ]),
  );

/** What throws at once rejects instead. */
const later = async <T>(work: () => Promise<T>): Promise<T> => work();

function send(
  operation: TransportOperation,
  stream: OperationContract['stream'],
  request: unknown,
  attempt: TransportAttempt,
  onAnswer: TestCallOptions['onAnswer'] = () => {},
): Promise<unknown> | AsyncIterable<unknown> {
  const one = (ready: () => (attempt: TransportAttempt) => Promise<unknown>) =>
    later(() => tellingOne(attempt, onAnswer, (seen) => ready()({ ...attempt, seen })));
  const many = (ready: (attempt: TransportAttempt) => AsyncIterable<unknown>) =>
    tellingMany(attempt, onAnswer, (seen) => ready({ ...attempt, seen }));
  switch (stream) {
    case undefined:
      return one(() => operation.unary(request));
    case 'client':
      return one(() => operation.clientStream(request as AsyncIterable<unknown>));
    case 'server':
      return many(operation.serverStream(request));
    case 'both':
      return many(operation.bidiStream(request as AsyncIterable<unknown>));
  }
}
