/** The embedded store against the real server, command by command. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { pino } from 'pino';
import { virtualClock } from '../../policy/virtual-clock.ts';
import type { OpenResource } from '../open.ts';
import { openRedis } from '../open-redis.ts';
import type { Redis } from '../redis.ts';
import { embeddedRedis } from './index.ts';

const installed = spawnSync('redis-server', ['--version']).status === 0;
const skip = installed ? false : 'redis-server is not installed: apt-get install redis-server';

let server: ChildProcess | undefined;
let resource: OpenResource | undefined;
let folder = '';

before(async () => {
  if (!installed) return;
  folder = mkdtempSync(join(tmpdir(), 'weir-redis-'));
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  server = spawn('redis-server', options, { stdio: 'ignore' });
  resource = await openRedis('sessions', `redis://127.0.0.1:${port}`, pino({ level: 'silent' }), virtualClock());
  while (!(await answers(resource))) await new Promise((resolve) => setTimeout(resolve, 50));
});

const answers = ({ ping }: OpenResource) =>
  ping().then(
    () => true,
    () => false,
  );

after(async () => {
  await resource?.close();
  if (server !== undefined) {
    server.kill();
    await once(server, 'exit');
  }
  if (folder !== '') rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  taken.close();
  await once(taken, 'close');
  return port;
}

type Command = readonly [name: keyof Redis, ...args: (string | number)[]];

const key = fc.constantFrom('a', 'b', 'c');
const field = fc.constantFrom('f', 'g', 'é', '\u{1f600}');
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(9223372036854775807n.toString(), '-1.5', 'x', '', '1e3', '007'),
);
// Quarters: versions of the server differ in how many digits of other fractions they write.
const quarter = fc.integer({ min: -4000, max: 4000 }).map((n) => n / 4);
const score = fc.oneof(quarter, fc.constantFrom('inf', '-inf', 'nan', 'x', ''));
const value = fc.oneof(fc.string({ maxLength: 3 }), fc.integer({ min: -20, max: 20 }));
const values = fc.array(value, { maxLength: 3 });
const fields = fc.array(field, { maxLength: 3 });

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(fc.constantFrom('get', 'getdel', 'incr', 'decr', 'persist', 'ttl', 'hgetall', 'hkeys', 'hlen'), key),
  fc.tuple(fc.constantFrom('lpop', 'rpop', 'llen', 'smembers', 'scard', 'zcard'), key),
  fc.tuple(fc.constant('set' as const), key, value),
  fc.tuple(fc.constant('set' as const), key, value, fc.constant('NX')),
  fc.tuple(fc.constant('set' as const), key, value, fc.constantFrom('EX'), fc.constantFrom(1000, 0, -1, 'x')),
  fc.tuple(fc.constantFrom('incrby', 'decrby'), key, number),
  fc.tuple(fc.constantFrom('expire'), key, fc.constantFrom(1000, 0, -1, 1.5)),
  fc
    .array(key, { maxLength: 3 })
    .chain((keys) => fc.tuple(fc.constantFrom('del', 'exists', 'mget')).map(([name]) => [name, ...keys] as const)),
  fc.tuple(fc.constantFrom('hget', 'hexists'), key, field),
  fc.tuple(fc.constantFrom('hincrby'), key, field, number),
  fc
    .tuple(key, fc.array(fc.tuple(field, value), { maxLength: 2 }))
    .map(([k, pairs]) => ['hset', k, ...pairs.flat()] as const),
  fc.tuple(fc.constantFrom('hmget', 'hdel', 'zrem'), key, fields).map(([name, k, all]) => [name, k, ...all] as const),
  fc
    .tuple(fc.constantFrom('lpush', 'rpush', 'sadd', 'srem'), key, values)
    .map(([name, k, all]) => [name, k, ...all] as const),
  fc.tuple(
    fc.constantFrom('lrange', 'ltrim', 'zrange', 'zrevrange'),
    key,
    fc.integer({ min: -4, max: 4 }),
    fc.integer({ min: -4, max: 4 }),
  ),
  fc.tuple(fc.constantFrom('sismember'), key, value),
  fc
    .tuple(key, fc.array(fc.tuple(score, field), { maxLength: 3 }))
    .map(([k, pairs]) => ['zadd', k, ...pairs.flat()] as const),
  fc.tuple(fc.constant('zincrby' as const), key, score, field),
  fc.tuple(fc.constantFrom('zscore'), key, field),
);

/** The answer, or the error's text; what has no order in Redis is put into one. */
async function answer(redis: Redis, [name, ...args]: Command): Promise<unknown> {
  try {
    const result = await (redis[name] as (...args: unknown[]) => Promise<unknown>).apply(redis, args);
    if (name === 'smembers' || name === 'hkeys') return [...(result as string[])].sort();
    return name === 'hgetall' ? { ...(result as object) } : result;
  } catch (error) {
    return (error as Error).message;
  }
}

test('answers and errors are the same for any commands', { skip, timeout: 120_000 }, async () => {
  const real = resource!.client as Redis;
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 40 }), async (commands) => {
      await real.del('a', 'b', 'c');
      const embedded = embeddedRedis(virtualClock());
      for (const one of commands) assert.deepEqual(await answer(embedded, one), await answer(real, one), one.join(' '));
    }),
    { numRuns: 400 },
  );
});

test('keys expire there too', { skip, timeout: 60_000 }, async () => {
  const real = resource!.client as Redis;
  await real.set('soon', 'x', 'PX', 20);
  while ((await real.get('soon')) !== null) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(await real.pttl('soon'), -2);
});
