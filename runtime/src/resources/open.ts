/** The resources that a service uses, opened: embedded in this process unless a url says where the real one is. */

import type { Logger } from 'pino';
import { type Environment, environmentName } from '../config/environment.ts';
import type { ResourceDefinition } from '../definition.ts';
import type { Broker } from '../events/broker.ts';
import { type Clock, systemClock } from '../policy/clock.ts';
import { openPostgres } from './open-postgres.ts';
import { openRedis } from './open-redis.ts';

export interface ResourceOptions {
  /** `WEIR_<NAME>_URL` names a real server: `postgres://…` for postgres, `redis://…` for redis. */
  readonly env: Environment;
  readonly log: Logger;
  /** What nats, kafka and rabbitmq resources stand for: the broker of this process. */
  readonly broker: Broker;
  readonly clock?: Clock;
  /** Embedded resources are shared by those who name the same circle, and by all who name none. */
  readonly circle?: string;
}

/** A resource while it is open. */
export interface OpenResource {
  /** What the handler sees: `Postgres`, `Redis` or `Broker`. */
  readonly client: object;
  /** Resolves when the resource answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** By the names in the definition. */
export type OpenResources = Readonly<Record<string, OpenResource>>;

/**
 * Opens all resources, side by side; services of one process that name the same embedded resource share it. When one
 * cannot be opened, those that could are closed again and the error says which it was and why.
 */
export async function openResources(
  definitions: Readonly<Record<string, ResourceDefinition>>,
  options: ResourceOptions,
): Promise<OpenResources> {
  const names = Object.keys(definitions);
  const opened = await Promise.allSettled(names.map((name) => openResource(name, definitions[name]!, options)));
  const failed = opened.findIndex((result) => result.status === 'rejected');
  if (failed === -1) {
    return Object.fromEntries(
      names.map((name, i) => [name, (opened[i] as PromiseFulfilledResult<OpenResource>).value]),
    );
  }
  await Promise.allSettled(opened.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)));
  const cause = (opened[failed] as PromiseRejectedResult).reason;
  throw new Error(`resource ${names[failed]}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}

/** Closes all of them, and rejects with the first failure once all have been tried. */
export async function closeResources(resources: OpenResources): Promise<void> {
  const closed = await Promise.allSettled(Object.values(resources).map((resource) => resource.close()));
  const failed = closed.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function openResource(
  name: string,
  definition: ResourceDefinition,
  { env, log, broker, clock = systemClock, circle = '' }: ResourceOptions,
): Promise<OpenResource> {
  const variable = `WEIR_${environmentName(name)}_URL`;
  const url = env[variable] || undefined;
  switch (definition.kind) {
    case 'postgres':
      return openPostgres(name, url, log, circle);
    case 'redis':
      return openRedis(name, url, log, clock, circle);
    case 'nats':
    case 'kafka':
    case 'rabbitmq':
      if (url !== undefined) {
        throw new Error(
          `${variable} is set, but this runtime cannot speak to a ${definition.kind} server yet; unset it to use the embedded broker`,
        );
      }
      return { client: broker, ping: () => broker.ping(), close: async () => {} };
    default:
      throw new Error(
        `this runtime has no client for resources of kind ${definition.kind}; it has postgres, redis, nats, kafka and rabbitmq`,
      );
  }
}
