import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import type { ResourceDefinition } from '../definition.ts';
import type { Broker } from '../events/broker.ts';
import { memoryBroker } from '../events/memory.ts';
import { virtualClock } from '../policy/virtual-clock.ts';
import { closeResources, type OpenResources, openResources } from './open.ts';
import type { Postgres } from './postgres.ts';
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

const postgresOf = (resources: OpenResources, name: string) => resources[name]!.client as Postgres;

// PGlite takes a second or two of processor time to start.
const slow = { timeout: 180_000 };

test('postgres is embedded unless a url says where it is', slow, async (context) => {
  const resources = await open({ ordersDb: { kind: 'postgres', version: '16' } });
  const db = postgresOf(resources, 'ordersDb');
  await resources.ordersDb!.ping();
  await db.query('create table orders (id int primary key, total numeric not null); create index on orders (total)');

  await context.test('queries take parameters and give rows', async () => {
    const inserted = await db.query('insert into orders values ($1, $2), ($3, $4)', [1, '12.50', 2, '3']);
    assert.equal(inserted.rowCount, 2);
    const { rows, rowCount } = await db.query<{ id: number; total: string }>('select * from orders where id = $1', [1]);
    assert.deepEqual([rows, rowCount], [[{ id: 1, total: '12.50' }], 1]);
    assert.equal((await db.query('update orders set total = total + 1')).rowCount, 2);
    await assert.rejects(db.query('insert into orders values ($1, $2)', [1, '0']), { code: '23505' });
  });

  await context.test('values are as the language sees them', async () => {
    const { rows } = await db.query(
      `select 9007199254740993::int8 big, 1::int8 small, 12.50::numeric price, '2026-01-31'::date as day,
        '2026-01-31 10:00:00.5'::timestamp as at, '2026-01-31 10:00:00+02'::timestamptz zoned, '{"a":[1]}'::jsonb as any,
        '\\x0102'::bytea bytes, 'a0616eb4-a238-41c6-a74c-3dd01949b515'::uuid id, true flag, null nothing`,
    );
    assert.deepEqual(rows, [
      {
        big: 9007199254740993n,
        small: 1n,
        price: '12.50',
        day: '2026-01-31',
        at: new Date('2026-01-31T10:00:00.500Z'),
        zoned: new Date('2026-01-31T08:00:00Z'),
        any: { a: [1] },
        bytes: new Uint8Array([1, 2]),
        id: 'a0616eb4-a238-41c6-a74c-3dd01949b515',
        flag: true,
        nothing: null,
      },
    ]);
  });

  await context.test('a transaction commits when its work resolves, and rolls back when it rejects', async () => {
    const count = async () => (await db.query<{ n: number }>('select count(*)::int n from orders')).rows[0]!.n;
    const before = await count();
    const given = await db.transaction(async ({ query }) => {
      await query('insert into orders values ($1, $2)', [10, '1']);
      return (await query<{ n: number }>('select count(*)::int n from orders')).rows[0]!.n;
    });
    assert.deepEqual([given, await count()], [before + 1, before + 1]);
    const failing = db.transaction(async ({ query }) => {
      await query('insert into orders values ($1, $2)', [11, '1']);
      throw new RangeError('changed my mind');
    });
    await assert.rejects(failing, new RangeError('changed my mind'));
    assert.equal(await count(), before + 1);
  });

  await context.test('a query beside its own transaction is told so, rather than wait for ever', async () => {
    await assert.rejects(
      db.transaction(() => db.query('select 1')),
      /inside a transaction, use the query function that it is given/,
    );
    assert.deepEqual((await db.query('select 1 one')).rows, [{ one: 1 }]);
  });

  await context.test('services of one process that name the same resource share it', async () => {
    const others = await open({ ordersDb: { kind: 'postgres' } });
    assert.equal(others.ordersDb!.client, db);
    await closeResources(others);
    assert.deepEqual((await db.query('select 1 one')).rows, [{ one: 1 }]);
  });

  await closeResources(resources);
  await assert.rejects(db.query('select 1'));
});

test('the embedded postgres keeps its data in a folder if told to', slow, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-postgres-'));
  try {
    const env = { WEIR_ORDERS_DB_URL: pathToFileURL(join(folder, 'data')).href };
    const first = await open({ ordersDb: { kind: 'postgres' } }, env);
    await postgresOf(first, 'ordersDb').query('create table kept (n int); insert into kept values (7)');
    await closeResources(first);
    const second = await open({ ordersDb: { kind: 'postgres' } }, env);
    assert.deepEqual((await postgresOf(second, 'ordersDb').query('select n from kept')).rows, [{ n: 7 }]);
    await closeResources(second);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

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

test('a server that is not there yet does not stop the start, and does not answer its ping', slow, async () => {
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
