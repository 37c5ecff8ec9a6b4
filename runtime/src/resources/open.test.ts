import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { pino } from 'pino';
import type { ResourceDefinition } from '../definition.ts';
import type { Broker } from '../events/broker.ts';
import { memoryBroker } from '../events/memory.ts';
import { virtualClock } from '../policy/virtual-clock.ts';
import { closeResources, type OpenResources, openResources } from './open.ts';
import type { Redis } from './redis.ts';

const clock = virtualClock();
const broker = memoryBroker({ clock, random: Math.random });
const log = pino({ level: 'silent' });

function open(
  definitions: Record<string, ResourceDefinition>,
  env: Record<string, string> = {},
): Promise<OpenResources> {
  return openResources(definitions, { env, log, broker, clock });
}

test('redis is embedded, shared by name and empty again when all have left', async () => {
  const first = await open({ sessions: { kind: 'redis' }, carts: { kind: 'redis' } });
  const second = await open({ sessions: { kind: 'redis' } });
  const [a, b, carts] = [first.sessions!.client, second.sessions!.client, first.carts!.client] as Redis[];
  await a!.set('k', 'v');
  assert.deepEqual([await b!.get('k'), await carts!.get('k')], ['v', null]);
  await first.sessions!.ping();
  await closeResources(first);
  await first.sessions!.close();
  assert.equal(await b!.get('k'), 'v', 'still open for the second');
  await closeResources(second);
  const third = await open({ sessions: { kind: 'redis' } });
  assert.equal(await (third.sessions!.client as Redis).get('k'), null);
  await closeResources(third);
});

test('brokers are the one of this process', async () => {
  const resources = await open({ bus: { kind: 'nats' }, log: { kind: 'kafka' }, queue: { kind: 'rabbitmq' } });
  for (const { client, ping } of Object.values(resources)) {
    assert.equal(client as Broker, broker);
    await ping();
  }
  await closeResources(resources);
  await broker.ping();
});

test('what cannot be opened says which resource, why, and what to do', async () => {
  await assert.rejects(open({ bus: { kind: 'nats' } }, { WEIR_BUS_URL: 'nats://localhost' }), {
    message: /^resource bus: WEIR_BUS_URL is set, but .* nats server yet; unset it/,
  });
  await assert.rejects(open({ ordersDb: { kind: 'postgres' } }, { WEIR_ORDERS_DB_URL: 'mysql://x' }), {
    message: /^resource ordersDb: its url must start with postgres:\/\//,
  });
  await assert.rejects(open({ sessions: { kind: 'redis' } }, { WEIR_SESSIONS_URL: 'http://x' }), {
    message: /^resource sessions: its url must start with redis:\/\//,
  });
  await assert.rejects(open({ lake: { kind: 's3' } }), {
    message: /^resource lake: .* no client for resources of kind s3/,
  });
});

test('a server that is not there yet does not stop the start, and does not answer its ping', {
  timeout: 60_000,
}, async () => {
  const port = await freePort();
  const env = {
    WEIR_SESSIONS_URL: `redis://127.0.0.1:${port}`,
    WEIR_ORDERS_DB_URL: `postgres://user:secret@127.0.0.1:${port}/orders`,
  };
  const resources = await open({ sessions: { kind: 'redis' }, ordersDb: { kind: 'postgres' } }, env);
  await assert.rejects(resources.sessions!.ping());
  await assert.rejects(resources.ordersDb!.ping(), { code: 'ECONNREFUSED' });
  await closeResources(resources);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
