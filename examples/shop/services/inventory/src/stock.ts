import type { Postgres, Queryable } from '@weir/runtime';
import type { Reservation } from './generated/types/shop.catalog.ts';
import type { Item } from './generated/types/shop.common.ts';

/** How long stock is kept for an order that does not go through. */
const keptFor = 30 * 60_000;

/** Some product has less than was asked for. */
export interface Shortage {
  readonly sku: string;
  readonly available: number;
}

const prepared = new WeakMap<Postgres, Promise<void>>();

/** The tables, made once for each database and filled with what the example sells. */
function prepare(db: Postgres): Promise<void> {
  let done = prepared.get(db);
  if (!done) {
    done = db.transaction(createTables);
    done.catch(() => prepared.delete(db));
    prepared.set(db, done);
  }
  return done;
}

async function createTables(tx: Queryable): Promise<void> {
  await tx.query(
    'create table if not exists stock (sku text primary key, available int not null check (available >= 0))',
  );
  await tx.query(
    `create table if not exists reservation
       (order_id uuid primary key, id uuid not null, items jsonb not null, expires timestamptz not null)`,
  );
  await tx.query(
    `insert into stock values
       ('MUG-001', 40), ('MUG-002', 25), ('POT-001', 12), ('TEA-001', 200), ('TEA-002', 150), ('BAG-001', 3)
     on conflict do nothing`,
  );
}

/** Takes the items off the shelves for an order, all or none; the same order again gets what it has. */
export async function reserve(db: Postgres, orderId: string, items: readonly Item[]): Promise<Reservation | Shortage> {
  await prepare(db);
  try {
    return await db.transaction(async (tx) => {
      const { rows } = await tx.query<Reservation>('select id, items, expires from reservation where order_id = $1', [
        orderId,
      ]);
      if (rows[0]) return rows[0];
      for (const item of inOneOrder(items)) await take(tx, item);
      const reservation = { id: crypto.randomUUID(), items, expires: new Date(Date.now() + keptFor) };
      await tx.query('insert into reservation values ($1, $2, $3, $4)', [
        orderId,
        reservation.id,
        JSON.stringify(items),
        reservation.expires,
      ]);
      return reservation;
    });
  } catch (error) {
    if (error instanceof NotEnough) return { sku: error.sku, available: (await available(db, error.sku)) ?? 0 };
    throw error;
  }
}

async function take(tx: Queryable, { sku, quantity }: Item): Promise<void> {
  const taken = await tx.query(
    'update stock set available = available - $2 where sku = $1 and available >= $2 returning sku',
    [sku, quantity],
  );
  if (taken.rows.length === 0) throw new NotEnough(sku);
}

/** Thrown inside a transaction, it puts everything back. */
class NotEnough extends Error {
  readonly sku: string;
  constructor(sku: string) {
    super(`not enough of ${sku}`);
    this.sku = sku;
  }
}

/** Two orders that lock the same rows in the same order never wait for each other in a circle. */
function inOneOrder(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** Puts back what an order had; nothing when it has nothing. */
export async function release(db: Postgres, orderId: string): Promise<void> {
  await prepare(db);
  await db.transaction(async (tx) => {
    const { rows } = await tx.query<Reservation>('delete from reservation where order_id = $1 returning items', [
      orderId,
    ]);
    for (const { sku, quantity } of inOneOrder(rows[0]?.items ?? [])) {
      await tx.query('update stock set available = available + $2 where sku = $1', [sku, quantity]);
    }
  });
}

/** How many there are; undefined for what we do not sell. */
export async function available(db: Postgres, sku: string): Promise<number | undefined> {
  await prepare(db);
  const { rows } = await db.query<{ available: number }>('select available from stock where sku = $1', [sku]);
  return rows[0]?.available;
}

/** Adds to the shelf, and says how many there are then; undefined for what we do not sell. */
export async function add(db: Postgres, sku: string, quantity: number): Promise<number | undefined> {
  await prepare(db);
  const { rows } = await db.query<{ available: number }>(
    'update stock set available = available + $2 where sku = $1 returning available',
    [sku, quantity],
  );
  return rows[0]?.available;
}
