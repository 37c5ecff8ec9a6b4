import type { Postgres } from '@weir/runtime';
import type { Order, OrderStatus } from './generated/types/shop.ordering.ts';

const prepared = new WeakMap<Postgres, Promise<unknown>>();

/** The table, made once for each database. */
function prepare(db: Postgres): Promise<unknown> {
  let done = prepared.get(db);
  if (!done) {
    done = db.query(`create table if not exists orders (
      id uuid primary key, user_id uuid not null, status text not null, placed_at timestamptz not null,
      tracking text, note text, items jsonb not null, address jsonb not null, cents bigint not null, currency text not null)`);
    done.catch(() => prepared.delete(db));
    prepared.set(db, done);
  }
  return done;
}

interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly status: OrderStatus;
  readonly placed_at: Date;
  readonly tracking: string | null;
  readonly note: string | null;
  readonly items: Order['items'];
  readonly address: Order['address'];
  readonly cents: string | number | bigint;
  readonly currency: Order['total']['currency'];
}

function orderOf(row: Row): Order {
  return {
    id: row.id,
    userId: row.user_id,
    items: row.items,
    total: { cents: BigInt(row.cents), currency: row.currency },
    status: row.status,
    address: row.address,
    placedAt: row.placed_at,
    ...(row.tracking === null ? {} : { tracking: row.tracking }),
    ...(row.note === null ? {} : { note: row.note }),
  };
}

export async function insert(db: Postgres, order: Order): Promise<void> {
  await prepare(db);
  await db.query(
    `insert into orders (id, user_id, status, placed_at, note, items, address, cents, currency)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      order.id,
      order.userId,
      order.status,
      order.placedAt,
      order.note ?? null,
      JSON.stringify(order.items),
      JSON.stringify(order.address),
      order.total.cents.toString(),
      order.total.currency,
    ],
  );
}

/** An order of a customer; undefined when there is none, or it is somebody else's. */
export async function find(db: Postgres, id: string, userId: string): Promise<Order | undefined> {
  await prepare(db);
  const { rows } = await db.query<Row>('select * from orders where id = $1 and user_id = $2', [id, userId]);
  return rows[0] && orderOf(rows[0]);
}

/** A page of a customer's orders, newest first. */
export async function list(db: Postgres, userId: string, page: number, size: number): Promise<Order[]> {
  await prepare(db);
  const { rows } = await db.query<Row>(
    'select * from orders where user_id = $1 order by placed_at desc, id limit $2 offset $3',
    [userId, size, page * size],
  );
  return rows.map(orderOf);
}

/** Moves an order on, never back: events come at least once, and in any order. False when there is no such order. */
export async function moveTo(
  db: Postgres,
  id: string,
  status: 'paid' | 'shipped' | 'cancelled',
  tracking?: string,
): Promise<boolean> {
  await prepare(db);
  const { rows } = await db.query<{ id: string }>(
    `update orders set
       status = case when status = 'shipped' or (status = 'cancelled' and $2 = 'paid') then status else $2 end,
       tracking = coalesce($3, tracking)
     where id = $1 returning id`,
    [id, status, tracking ?? null],
  );
  return rows.length > 0;
}
