import type { Logger } from 'pino';
import type { Clock } from '../policy/clock.ts';
import { embeddedRedis } from './embedded-redis/index.ts';
import type { OpenResource } from './open.ts';
import { optionalPackage } from './optional.ts';
import type { Redis } from './redis.ts';
import { share } from './shared.ts';

/** Redis at a url by ioredis, or the store in this process that all services here share by the resource's name. */
export async function openRedis(
  name: string,
  url: string | undefined,
  log: Logger,
  clock: Clock,
  circle = '',
): Promise<OpenResource> {
  if (url !== undefined) return connect(name, url, log);
  const { resource, leave } = await share(
    `redis ${circle} ${name}`,
    async () => embeddedRedis(clock),
    async () => {},
  );
  return { client: resource, ping: async () => void (await resource.ping()), close: leave };
}

/** Longest wait between two tries to connect, so that a server that is back is used again soon. */
const LONGEST_RETRY_MS = 1000;

async function connect(name: string, url: string, log: Logger): Promise<OpenResource> {
  if (!/^rediss?:\/\//.test(url)) throw new Error(`its url must start with redis:// or rediss://`);
  const { Redis: Client } = await optionalPackage('ioredis', () => import('ioredis'));
  const client = new Client(url, {
    connectionName: name,
    connectTimeout: 5000,
    // A server that takes commands and never answers must not hold handlers for ever.
    commandTimeout: 10_000,
    // A command waits for one new connection; after that its caller is told rather than kept.
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, LONGEST_RETRY_MS),
  });
  client.on('error', (error: Error) => log.warn({ resource: name, err: error }, `redis ${name}: ${error.message}`));
  // TypeScript compares only the last of ioredis's forty overloads of zrange.
  const redis = client satisfies Omit<Redis, 'zrange'> as unknown as Redis;
  return {
    client: redis,
    ping: async () => void (await redis.ping()),
    close: async () => client.disconnect(),
  };
}
