import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { pino } from 'pino';
import { openPostgres } from './open-postgres.ts';
import type { Postgres } from './postgres.ts';

const log = pino({ level: 'silent' });

// PGlite takes seconds of processor time to start.
const slow = { timeout: 300_000 };

/** What holds for Postgres, embedded or by pg alike. */
async function keepsItsLaws(db: Postgres, context: TestContext): Promise<void> {
  await db.ping();
  await db.query('create table orders (id int primary key, total numeric not null); create index on orders (total)');

  await context.test('queries take parameters and give rows', async () => {
    const inserted = await db.query('insert into orders values ($1, $2), ($3, $4)', [1, '12.50', 2, '3']);
    assert.equal(inserted.rowCount, 2);
    const { rows, rowCount } = await db.query<{ id: number; total: string }>('select * from orders where id = $1', [1]);
    assert.deepEqual([rows.map((row) => ({ ...row })), rowCount], [[{ id: 1, total: '12.50' }], 1]);
    assert.equal((await db.query('update orders set total = total + 1')).rowCount, 2);
    assert.deepEqual((await db.query('select 1; select 2 two')).rows, [{ two: 2 }]);
    await assert.rejects(db.query('insert into orders values ($1, $2)', [1, '0']), { code: '23505' });
  });

  await context.test('values are as the language sees them', async () => {
    const { rows } = await db.query(
      `select 9007199254740993::int8 big, 1::int8 small, 12.50::numeric price, '2026-01-31'::date as day,
        '2026-01-31 10:00:00.5'::timestamp as at, '2026-01-31 10:00:00+02'::timestamptz zoned, '{"a":[1]}'::jsonb as any,
        'a0616eb4-a238-41c6-a74c-3dd01949b515'::uuid id, true flag, null nothing, array['a', 'b'] names`,
    );
    assert.deepEqual(
      { ...rows[0] },
      {
        big: 9007199254740993n,
        small: 1n,
        price: '12.50',
        day: '2026-01-31',
        at: new Date('2026-01-31T10:00:00.500Z'),
        zoned: new Date('2026-01-31T08:00:00Z'),
        any: { a: [1] },
        id: 'a0616eb4-a238-41c6-a74c-3dd01949b515',
        flag: true,
        nothing: null,
        names: ['a', 'b'],
      },
    );
    const bytes = new Uint8Array([1, 2]);
    const at = new Date('2026-01-31T10:00:00.500Z');
    const given = [5n, at, bytes, { a: [1] }, '12.50', ['a'], null];
    const kinds =
      '$1::int8 big, $2::timestamptz at, $3::bytea bytes, $4::jsonb any, $5::numeric price, $6::text[] names, $7::text nothing';
    const {
      rows: [back],
    } = await db.query<Record<string, unknown>>(`select ${kinds}`, given);
    assert.deepEqual(
      { ...back, bytes: new Uint8Array(back!.bytes as Uint8Array) },
      { big: 5n, at, bytes, any: { a: [1] }, price: '12.50', names: ['a'], nothing: null },
    );
  });

  await context.test('a transaction commits when its work resolves, and rolls back when it rejects', async () => {
    const count = async () => (await db.query<{ n: number }>('select count(*)::int n from orders')).rows[0]!.n;
    const before = await count();
    const given = await db.transaction(async ({ query }) => {
      await query('insert into orders values ($1, $2)', [10, '1']);
      return (await query<{ n: number }>('select count(*)::int n from orders')).rows[0]!.n;
    });
    assert.deepEqual([given, await count()], [before + 1, before + 1]);
    const changed = db.transaction(async ({ query }) => {
      await query('insert into orders values ($1, $2)', [11, '1']);
      throw new RangeError('changed my mind');
    });
    await assert.rejects(changed, new RangeError('changed my mind'));
    const broken = db.transaction(({ query }) => query('insert into orders values ($1, $2)', [10, '1']));
    await assert.rejects(broken, { code: '23505' });
    assert.equal(await count(), before + 1);
  });
}

test('embedded, in memory', slow, async (context) => {
  const { client, close } = await openPostgres('ordersDb', undefined, log);
  const db = client as Postgres;
  await keepsItsLaws(db, context);

  await context.test('a query beside its own transaction is told so, rather than wait for ever', async () => {
    await assert.rejects(
      db.transaction(() => db.query('select 1')),
      /inside a transaction, use the query function that it is given/,
    );
    assert.deepEqual((await db.query('select 1 one')).rows, [{ one: 1 }]);
  });

  await context.test('services of one process that name the same resource share it', async () => {
    const other = await openPostgres('ordersDb', undefined, log);
    assert.equal(other.client, db);
    await other.close();
    assert.deepEqual((await db.query('select 1 one')).rows, [{ one: 1 }]);
  });

  await close();
  await assert.rejects(db.query('select 1'));
});

test('embedded, in a folder that keeps the data', slow, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-postgres-'));
  try {
    const url = pathToFileURL(join(folder, 'data')).href;
    const first = await openPostgres('ordersDb', url, log);
    await (first.client as Postgres).query('create table kept (n int); insert into kept values (7)');
    await first.close();
    const second = await openPostgres('ordersDb', url, log);
    assert.deepEqual((await (second.client as Postgres).query('select n from kept')).rows, [{ n: 7 }]);
    await second.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('by pg, at a url', slow, async (context) => {
  const server = await postgresServer();
  const { client, close, ping } = await openPostgres('ordersDb', server.url, log);
  await ping();
  await keepsItsLaws(client as Postgres, context);
  await close();
  await server.close();
});

/** Postgres on a port: PGlite speaks its protocol, given the bytes. It has one session, so one connection at a time may be in use. */
async function postgresServer() {
  const database = await PGlite.create();
  const server = createServer((socket) => {
    let turn = Promise.resolve();
    socket.on('data', (bytes) => {
      turn = turn.then(async () => {
        const answer = await database.execProtocolRaw(bytes);
        if (!socket.destroyed) socket.write(answer);
      });
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    await database.close();
  };
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, close };
}
