/** One service, from its definition and handlers to a running server. */

import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { LiveConfig } from './config/live.ts';
import type { ConsumerDefinition, ServiceDefinition } from './definition.ts';
import type { Resolve } from './discovery/resolve.ts';
import type { Broker } from './events/broker.ts';
import { type RunningConsumers, startConsumers } from './events/consume.ts';
import { sharedBroker } from './events/memory.ts';
import type { GrpcServer } from './grpc/server.ts';
import { createGrpcServer, type GrpcOptions } from './grpc/service.ts';
import { addAdminRoutes } from './http/admin.ts';
import { type CompressionOptions, compressAbove } from './http/compression.ts';
import { type CorsOptions, corsOf } from './http/cors.ts';
import { createHttpServer, type HttpServerOptions } from './http/server.ts';
import { HTTP_TIMEOUTS, type HttpTimeouts } from './http/timeouts.ts';
import type { Metrics } from './observe/metrics.ts';
import type { HopListener } from './observe/observe.ts';
import { type Clock, systemClock } from './policy/clock.ts';
import type { Random } from './policy/random.ts';
import type { MakeContext } from './server/context.ts';
import { drain, drainTime } from './server/drain.ts';
import type { IdempotencyStore } from './server/idempotency-store.ts';
import { type Listener, listenGrpc, listenHttp } from './server/listeners.ts';
import { createOperationServer, type Handler, type OperationServer } from './server/operation.ts';
import { openParts, type Parts, type Surroundings } from './server/parts.ts';
import { type Ports, portsOf } from './server/ports.ts';
import { stopOnSignals } from './server/signals.ts';
import type { TlsFiles } from './tls/files.ts';

export type { Ports } from './server/ports.ts';

/** Any handler; generated code gives each its exact type. */
// biome-ignore lint/suspicious/noExplicitAny: handlers of all types are kept in one record
export type AnyHandler = (request: any, context: any) => unknown;

/** Handlers by the camelCase names of operations and consumers. */
export type Handlers<T> = { readonly [Name in keyof T]: AnyHandler };

/** What holds for a service, and for each of a system. */
export interface RunOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly env?: NodeJS.ProcessEnv;
  /** Address to listen on; for a service `WEIR_HOST`, else all of IPv4, for a system this machine's own. */
  readonly host?: string;
  /** Where services are; by the definition's `discovery` and the environment otherwise. */
  readonly resolve?: Resolve;
  /** The broker of the process. */
  readonly broker?: Broker;
  readonly log?: Logger;
  /** Where answers to idempotency keys are kept; in the process's memory otherwise. */
  readonly idempotency?: IdempotencyStore;
  readonly onHop?: HopListener;
  /** Drain and exit on SIGTERM and SIGINT; true unless said otherwise. */
  readonly signals?: boolean;
  /** Bytes of a request at most; 1 MiB. */
  readonly bodyLimit?: number;
  /** How long the HTTP server waits for its clients; `HTTP_TIMEOUTS` where it is not said. */
  readonly timeouts?: Partial<HttpTimeouts>;
  /** Certificates to speak TLS with; those that the environment names otherwise (`WEIR_TLS_DIR` and others). */
  readonly tls?: TlsFiles;
  /** Compress answers over HTTP for clients that take them so; `WEIR_HTTP_COMPRESSION` otherwise. Read of BREACH first. */
  readonly compression?: boolean | CompressionOptions;
  /** What pages of other origins may do; `WEIR_CORS_ORIGINS` otherwise. */
  readonly cors?: CorsOptions;
  /** Adds plugins of Fastify to the HTTP server, before it has routes and listens. */
  readonly plugins?: (app: FastifyInstance) => Promise<void> | void;
  /** How gRPC is served, and spoken to others. */
  readonly grpc?: GrpcOptions;
  /** Adds services to the gRPC server before it listens. */
  readonly grpcPlugins?: (server: GrpcServer) => Promise<void> | void;
}

export interface ServeOptions extends RunOptions {
  /** 0 for a free port. */
  readonly ports?: Ports;
}

export interface RunningService {
  readonly definition: ServiceDefinition;
  /** Where it listens. */
  readonly ports: Ports;
  readonly metrics: Metrics;
  /** The values as they are now, and who wants to hear of changes to `hot` ones. */
  readonly config: Pick<LiveConfig, 'current' | 'watch'>;
  /** Drains: not ready, no new calls, running ones finish, consumers stop, resources close; all within `drain`. */
  stop(): Promise<void>;
}

const BODY_LIMIT = 1024 * 1024;

/**
 * Starts a service and resolves when it answers. Rejects, with everything closed again, when something is missing: a
 * handler, a value of its configuration, a resource, a port.
 */
export async function serve<T extends Handlers<T>>(
  definition: ServiceDefinition,
  handlers: T,
  options: ServeOptions = {},
): Promise<RunningService> {
  const { env = process.env, clock = systemClock, signals = true } = options;
  const ports = portsOf(definition, options.ports, env);
  const around: Surroundings = {
    env,
    clock,
    random: options.random ?? Math.random,
    broker: options.broker ?? sharedBroker(),
    resolve: options.resolve,
    log: options.log,
    onHop: options.onHop,
    tls: options.tls,
    idempotency: options.idempotency,
    grpc: options.grpc,
    alone: signals,
  };
  const open: OpenListeners = (operations, parts, opened) =>
    listen(definition, operations, ports, parts, options, opened);
  return startService(definition, handlers, around, open);
}

/** Begins to take calls. What it has opened goes into `opened`, also when it rejects afterwards. */
export type OpenListeners = (operations: readonly OperationServer[], parts: Parts, opened: Listener[]) => Promise<void>;

/** Starts a service in given surroundings, whatever its calls come by. Rejects as `serve` does. */
export async function startService<T extends Handlers<T>>(
  definition: ServiceDefinition,
  handlers: T,
  around: Surroundings,
  open: OpenListeners,
): Promise<RunningService> {
  requireHandlers(definition, handlers);
  const limit = drainTime(definition, around.env);
  const parts = await openParts(definition, around);
  const listeners: Listener[] = [];
  try {
    const operations = Object.entries(definition.operations).map(([name, operation]) =>
      createOperationServer(operation, handlers[name as keyof T] as Handler, parts),
    );
    await open(operations, parts, listeners);
    const consumers = await consume(definition, handlers, parts, around.onHop);
    return running(definition, parts, listeners, consumers, { signals: around.alone, limit });
  } catch (error) {
    for (const listener of listeners) listener.destroy();
    await Promise.all(listeners.map((listener) => listener.close()));
    await parts.close();
    throw error;
  }
}

function requireHandlers(definition: ServiceDefinition, handlers: object): void {
  const names = [...Object.keys(definition.operations), ...Object.keys(definition.consumers)];
  const missing = names.filter((name) => typeof (handlers as Record<string, unknown>)[name] !== 'function');
  if (missing.length > 0) {
    throw new Error(`${definition.name} has no handler for ${missing.join(', ')}; give one function for each.`);
  }
}

async function listen(
  definition: ServiceDefinition,
  operations: readonly OperationServer[],
  ports: Ports,
  parts: Parts,
  options: ServeOptions,
  opened: Listener[],
): Promise<void> {
  const { bodyLimit = BODY_LIMIT, env = process.env } = options;
  const host = options.host ?? env.WEIR_HOST ?? '0.0.0.0';
  const withoutOperations: HttpServerOptions = {
    ...parts,
    name: definition.name,
    types: definition.types,
    operations: [],
    bodyLimit,
    trustProxy: env.WEIR_TRUSTED_PROXIES ?? 'loopback',
    timeouts: { ...HTTP_TIMEOUTS, ...options.timeouts },
    tls: undefined,
    compressAbove: undefined,
    cors: undefined,
    plugins: undefined,
    onRefused: ({ error, ...request }) => {
      const line = { transport: 'http', ...request, status: error.status };
      if (error.status >= 500) parts.log.error({ ...line, err: error.cause ?? error }, 'request failed');
      else parts.log.info({ ...line, detail: error.message }, 'request refused');
    },
  };
  const admin = { health: definition.health, metrics: parts.metrics, readiness: parts.readiness };
  if (ports.http !== undefined) {
    const { app } = await createHttpServer({
      ...withoutOperations,
      operations,
      tls: parts.tls,
      compressAbove: compressAbove(options.compression, env),
      cors: corsOf(options.cors, env),
      plugins: options.plugins,
    });
    addAdminRoutes(app, admin);
    opened.push(await listenHttp(app, definition.name, host, ports.http));
  }
  if (ports.admin !== undefined) {
    const { app } = await createHttpServer(withoutOperations);
    addAdminRoutes(app, admin);
    opened.push(await listenHttp(app, definition.name, host, ports.admin, 'admin'));
  }
  if (ports.grpc !== undefined && definition.grpc !== undefined) {
    const { service } = definition.grpc;
    const { types } = definition;
    const server = createGrpcServer({ ...parts, service, types, operations, bodyLimit, grpc: options.grpc });
    await options.grpcPlugins?.(server);
    opened.push(await listenGrpc(server, definition.name, host, ports.grpc));
  }
}

function consume(
  definition: ServiceDefinition,
  handlers: object,
  parts: Parts,
  onHop: HopListener | undefined,
): Promise<RunningConsumers> {
  const { codec, clock, log, brokerOf, contextsOf, metrics } = parts;
  const contexts = new Map<ConsumerDefinition, MakeContext>();
  return startConsumers(definition, handlers as Record<string, never>, {
    codec,
    clock,
    log,
    brokerOf,
    context: ({ consumer, ...scope }) => {
      const ids = { consumer: consumer.name, requestId: scope.requestId, traceId: scope.trace.traceId };
      const contextOf = contexts.get(consumer) ?? contextsOf(consumer);
      contexts.set(consumer, contextOf);
      return contextOf({ ...scope, log: log.child(ids), principal: undefined });
    },
    observe: ({ consumer, event, attempt, latency, outcome, traceId }) => {
      metrics.events.inc({ consumer, event, outcome });
      metrics.eventDuration.observe({ consumer, event }, latency / 1000);
      const hop = { from: event, to: definition.name, service: definition.name, operation: consumer, attempt, traceId };
      onHop?.({ ...hop, transport: 'event', latency, outcome: outcome === 'done' ? 'ok' : outcome });
    },
  });
}

function running(
  definition: ServiceDefinition,
  parts: Parts,
  listeners: readonly Listener[],
  consumers: RunningConsumers,
  { signals, limit }: { readonly signals: boolean /** To drain, in milliseconds. */; readonly limit: number },
): RunningService {
  const { clock, log, inFlight, metrics, readiness } = parts;
  const ports = Object.fromEntries(listeners.map(({ kind, port }) => [kind, port])) as Ports;
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      readiness.become('stopping');
      await drain({ limit, clock, log, listeners, consumers, inFlight, closeParts: parts.close });
      unlisten();
      log.info('stopped');
    })();
    return stopping;
  };
  const unlisten = signals ? stopOnSignals(stop, log) : () => {};
  readiness.become('started');
  log.info({ ports }, 'serving');
  return { definition, ports, metrics, config: parts.config, stop };
}
