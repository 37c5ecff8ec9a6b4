/** A whole system in one process: all services and gateways on this machine's own address. */

import type { ClientDefinition, GatewayDefinition, ServiceDefinition } from './definition.ts';
import { createResolver, type Resolve } from './discovery/resolve.ts';
import type { Broker } from './events/broker.ts';
import { memoryBroker } from './events/memory.ts';
import { corsOf } from './http/cors.ts';
import { type RunningGateway, startGateway } from './http/gateway.ts';
import { createLog } from './observe/log.ts';
import { systemClock } from './policy/clock.ts';
import { isFree } from './server/ports.ts';
import { stopOnSignals } from './server/signals.ts';
import { type AnyHandler, type Ports, type RunningService, type RunOptions, serve } from './service.ts';
import { tlsFilesOf } from './tls/files.ts';

export interface SystemPart {
  readonly definition: ServiceDefinition;
  readonly handlers: Readonly<Record<string, AnyHandler>> | object;
}

export interface System {
  readonly services: readonly SystemPart[];
  readonly gateways?: readonly GatewayDefinition[];
}

/** Options of `serve` hold for each service, those of `cors`, `timeouts` and `tls` for gateways too. */
export interface SystemOptions extends RunOptions {
  /** `declared` (the default): the ports of the definitions where they are free, else others. `free`: any. */
  readonly ports?: 'declared' | 'free';
  /** Ports of gateways by their names. One that is not named, or whose port is taken, gets a free one. */
  readonly gatewayPorts?: Readonly<Record<string, number>>;
}

export interface RunningSystem {
  readonly services: readonly RunningService[];
  readonly gateways: readonly { readonly name: string; readonly url: string }[];
  readonly broker: Broker;
  /** Gateways first, then each service after those that call it. */
  stop(): Promise<void>;
}

/** Starts everything and resolves when all of it answers. Rejects, with everything stopped again, when a part cannot start. */
export async function runSystem(system: System, options: SystemOptions = {}): Promise<RunningSystem> {
  const { clock = systemClock, random = Math.random, env = process.env, host = '127.0.0.1' } = options;
  const log = options.log ?? createLog(undefined, env);
  const broker = options.broker ?? memoryBroker({ clock, random });
  const services: RunningService[] = [];
  const gateways: RunningGateway[] = [];
  const resolve = resolverOf(services, host, options.resolve ?? createResolver({ discovery: 'static', env }));
  let stopping: Promise<void> | undefined;
  let unlisten = () => {};
  const stop = () => {
    stopping ??= (async () => {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await stopInOrder(services);
      await broker.close();
      unlisten();
    })();
    return stopping;
  };
  try {
    const ports = await choosePorts(system.services, host, options);
    const { gatewayPorts = {}, ports: _, ...given } = options;
    const shared = { ...given, clock, random, env, host, broker, log, resolve, signals: false };
    const starts = system.services.map(async ({ definition, handlers }, index) => {
      const known = handlers as Record<string, AnyHandler>;
      const service = await serve(definition, known, { ...shared, ports: ports[index]! });
      services.push(service);
      return service;
    });
    await allOrFirstFailure(starts);
    for (const definition of system.gateways ?? []) {
      const wished = gatewayPorts[definition.name] ?? 0;
      const port = (await isFree(wished, host)) ? wished : 0;
      const addressOf = (name: string) =>
        `${(options.tls ?? tlsFilesOf(name, env)) ? 'https' : 'http'}://${addressIn(services, name, 'http', host)}`;
      const tls = options.tls ?? tlsFilesOf(definition.name, env);
      const cors = corsOf(options.cors, env);
      const { onHop, timeouts, bodyLimit } = options;
      const more = {
        ...(bodyLimit && { bodyLimit }),
        ...(onHop && { onHop }),
        ...(timeouts && { timeouts }),
        ...(tls && { tls }),
        ...(cors && { cors }),
      };
      gateways.push(await startGateway(definition, { clock, random, log, host, port, addressOf, ...more }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  if (options.signals !== false) unlisten = stopOnSignals(stop, log);
  const inOrder = system.services.map(({ definition }) => services.find((each) => each.definition === definition)!);
  return { services: inOrder, gateways: gateways.map(({ name, url }) => ({ name, url })), broker, stop };
}

/**
 * The declared ports where they are free, and 0 for any other elsewhere: services may declare the same port, since each
 * has a machine of its own in production.
 */
async function choosePorts(
  parts: readonly SystemPart[],
  host: string,
  { ports: wish, gatewayPorts = {} }: SystemOptions,
): Promise<Ports[]> {
  const chosen = new Set(Object.values(gatewayPorts));
  const choose = async (declared: number): Promise<number> => {
    if (wish === 'free' || chosen.has(declared) || !(await isFree(declared, host))) return 0;
    chosen.add(declared);
    return declared;
  };
  const ports: Ports[] = [];
  for (const { definition } of parts) {
    const { http, grpc } = definition;
    ports.push({ ...(http && { http: await choose(http.port) }), ...(grpc && { grpc: await choose(grpc.port) }) });
  }
  return ports;
}

/** Rejects with the first failure, once all have settled: what has started by then can be stopped. */
async function allOrFirstFailure(starts: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(starts)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Where services of this system are: here. */
function resolverOf(services: readonly RunningService[], host: string, elsewhere: Resolve): Resolve {
  return async (destination: ClientDefinition, transport) => {
    const running = services.some(({ definition }) => definition.name === destination.name);
    return running ? [addressIn(services, destination.name, transport, host)] : elsewhere(destination, transport);
  };
}

function addressIn(
  services: readonly RunningService[],
  name: string,
  transport: 'grpc' | 'http',
  host: string,
): string {
  const port = services.find(({ definition }) => definition.name === name)?.ports[transport];
  if (port === undefined) throw new Error(`${name} does not run here, or has no ${transport} port.`);
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Callers before those whom they call, so that what still runs can finish its calls; services in a circle together. */
export async function stopInOrder(services: readonly RunningService[]): Promise<void> {
  let left = services;
  while (left.length > 0) {
    const called = new Set(left.flatMap(({ definition }) => Object.values(definition.clients).map(({ name }) => name)));
    const uncalled = left.filter(({ definition }) => !called.has(definition.name));
    const next = uncalled.length > 0 ? uncalled : left;
    await Promise.all(next.map((service) => service.stop()));
    left = left.filter((service) => !next.includes(service));
  }
}
