/** What a service is made of before it listens: codec, resources, clients, and what its handlers are given. */

import type { Logger } from 'pino';
import { type Clients, createClients } from '../client.ts';
import type { Transports } from '../client-transport.ts';
import { type Codec, createCodec } from '../codec/codec.ts';
import { type LiveConfig, type LiveConfigOptions, openConfig } from '../config/live.ts';
import type { LivePolicies } from '../config/policies.ts';
import type { ServiceDefinition } from '../definition.ts';
import { createResolver, type Resolve } from '../discovery/resolve.ts';
import type { Broker } from '../events/broker.ts';
import { createPublisher } from '../events/publish.ts';
import type { GrpcOptions } from '../grpc/service.ts';
import { createEdgeObserver } from '../observe/edges.ts';
import { belonging, createLog } from '../observe/log.ts';
import { createMetrics, type Metrics } from '../observe/metrics.ts';
import type { HopListener } from '../observe/observe.ts';
import type { Clock } from '../policy/clock.ts';
import type { Random } from '../policy/random.ts';
import { createPolicyState, type PolicyState } from '../policy/state.ts';
import { closeResources, type OpenResources, openResources } from '../resources/open.ts';
import type { TlsFiles } from '../tls/files.ts';
import { openServiceTls, type ServiceTls } from '../tls/service.ts';
import { trustBy } from '../tls/trust.ts';
import { type Authenticate, createAuthenticate } from './auth.ts';
import { createContexts } from './context.ts';
import { type CredentialsOf, forwarding } from './forward.ts';
import { createIdempotency, type Idempotency } from './idempotency.ts';
import { memoryIdempotencyStore } from './idempotency-memory.ts';
import type { IdempotencyStore } from './idempotency-store.ts';
import { createInFlight, type InFlight } from './in-flight.ts';
import { createReadiness, type Readiness } from './readiness.ts';

/** Where a service gets what is not its own: time, chance, surroundings. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly env: NodeJS.ProcessEnv;
  readonly broker: Broker;
  readonly resolve: Resolve | undefined;
  readonly log: Logger | undefined;
  readonly onHop: HopListener | undefined;
  /** In place of the certificates that the environment names. */
  readonly tls?: TlsFiles | undefined;
  /** How gRPC is spoken to others. */
  readonly grpc?: GrpcOptions | undefined;
  /** Where answers to idempotency keys are kept; in the process's memory otherwise. */
  readonly idempotency?: IdempotencyStore | undefined;
  /** Whether the service is alone in its process, so that the process's metrics are its own. */
  readonly alone: boolean;
  /** Instead of what a running service has: for tests, which take the place of networks, callers and resources. */
  readonly instead?: {
    /** What carries calls of a service whose values this codec writes. */
    transports(codec: Codec): Transports;
    readonly authenticate: Authenticate;
    readonly credentialsOf: CredentialsOf;
    readonly openResources: typeof openResources;
  };
}

export interface Parts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly codec: Codec;
  readonly metrics: Metrics;
  readonly state: PolicyState;
  readonly authenticate: Authenticate;
  readonly credentialsOf: CredentialsOf;
  readonly tls: ServiceTls | undefined;
  readonly idempotency: Idempotency;
  readonly inFlight: InFlight;
  readonly readiness: Readiness;
  readonly config: LiveConfig;
  readonly policies: LivePolicies;
  readonly contextsOf: ReturnType<typeof createContexts>;
  /** The broker behind a resource, or the one of the process. */
  brokerOf(resource: string | undefined): Broker;
  close(): Promise<void>;
}

/** Checks configuration and credentials, then opens resources. Rejects, with everything closed again, when something is missing. */
export async function openParts(definition: ServiceDefinition, around: Surroundings): Promise<Parts> {
  const { clock, random, env, broker, instead } = around;
  const { name } = definition;
  const log = around.log?.child(belonging(definition)) ?? createLog(definition, env);
  const objective = definition.slo && definition.slo.latency / 1000;
  const metrics = createMetrics(name, { ofProcess: around.alone, objective });
  const config = openConfig(definition, { env, clock, log, reloaded: reloadsIn(metrics) });
  const authenticate = instead?.authenticate ?? createAuthenticate(definition, env, { clock, log });
  const resolve = around.resolve ?? createResolver({ discovery: definition.discovery, env });
  const codec = createCodec(definition.types);
  const state = createPolicyState({ clock, random });
  const observe = createEdgeObserver({ from: name, metrics, log, onHop: around.onHop });
  const transports = instead?.transports(codec);
  const tls = instead ? undefined : await openServiceTls(definition, { files: around.tls, env, log, metrics });
  const blind =
    tls === undefined ? Object.keys(definition.auth).filter((key) => definition.auth[key]!.kind === 'mtls') : [];
  if (blind.length > 0) log.warn({ auth: blind }, 'no certificates are given, so that nobody is admitted by mtls');
  const clients = createClients(definition, {
    codec,
    state,
    clock,
    resolve,
    log,
    observe,
    transports,
    trustOf: trustBy(tls?.credentials, env),
    grpc: around.grpc,
  });
  const resources = await (instead?.openResources ?? openResources)(definition.resources, { env, log, broker, clock });
  const brokerOf = brokers(resources, broker);
  const publisher = createPublisher(definition, { codec, brokerOf });
  config.follow(clients.inherit);
  return {
    clock,
    log,
    codec,
    metrics,
    state,
    authenticate,
    credentialsOf: instead?.credentialsOf ?? forwarding(definition),
    tls,
    idempotency: createIdempotency(name, around.idempotency ?? memoryIdempotencyStore(clock), clock),
    inFlight: createInFlight(name),
    readiness: createReadiness(definition, { resources, resolve, clock, config, credentials: tls?.credentials }),
    config,
    policies: config.policies,
    contextsOf: createContexts({ clock, config, clients, publisher, resources }),
    brokerOf,
    async close() {
      config.close();
      await closeAll(clients, resources, tls);
    },
  };
}

function reloadsIn({ configReloads, configFileGood }: Metrics): LiveConfigOptions['reloaded'] {
  configFileGood.set(1);
  return (outcome) => {
    configReloads.inc({ outcome });
    configFileGood.set(outcome === 'applied' ? 1 : 0);
  };
}

function brokers(resources: OpenResources, broker: Broker): Parts['brokerOf'] {
  return (resource) =>
    resource === undefined ? broker : ((resources[resource]?.client as Broker | undefined) ?? broker);
}

async function closeAll(clients: Clients, resources: OpenResources, tls: ServiceTls | undefined): Promise<void> {
  tls?.credentials.close();
  await clients.close();
  await closeResources(resources);
}
