import { AsyncLocalStorage } from 'node:async_hooks';
import { fileURLToPath } from 'node:url';
import type { PGlite, PGliteOptions, Results } from '@electric-sql/pglite';
import type { Logger } from 'pino';
import type { OpenResource } from './open.ts';
import { optionalPackage } from './optional.ts';
import type { Postgres, Queryable, Rows } from './postgres.ts';
import { share } from './shared.ts';

/**
 * Postgres at a `postgres://` url by pg; otherwise Postgres itself in this process (PGlite), which all services here share
 * by the resource's name: in memory, or in the folder of a `file://` url.
 */
export async function openPostgres(
  name: string,
  url: string | undefined,
  log: Logger,
  circle = '',
): Promise<OpenResource> {
  if (url !== undefined && /^postgres(ql)?:\/\//.test(url)) return connect(name, url, log);
  if (url !== undefined && !url.startsWith('file://')) {
    throw new Error('its url must start with postgres://, or with file:// for a folder that the embedded one keeps');
  }
  const { resource, leave } = await share(
    `postgres ${circle} ${name} ${url ?? ''}`,
    () => embed(url === undefined ? undefined : fileURLToPath(url), circle !== ''),
    ({ close }) => close(),
  );
  return { client: resource.postgres, ping: () => resource.postgres.ping(), close: leave };
}

/** Types of Postgres whose stock parsers lose digits, or read a time in the zone of the machine. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  20: BigInt, // int8
  1082: (date) => date,
  1114: (timestamp) => new Date(`${timestamp.replace(' ', 'T')}Z`), // without a zone: UTC
};

/** @param oneOfMany others like it will be asked for in this process: each then begins as a copy of the first */
async function embed(
  dataDir: string | undefined,
  oneOfMany: boolean,
): Promise<{ postgres: Postgres; close(): Promise<void> }> {
  const database = dataDir !== undefined ? await create({ dataDir }) : await (oneOfMany ? copyOfBlank() : create({}));
  // PGlite is one session: a query beside a running transaction waits for it, so one *inside* it would wait for ever.
  const inTransaction = new AsyncLocalStorage<true>();
  const query = runnerOf(database);
  const postgres: Postgres = {
    async query<Row>(sql: string, parameters?: readonly unknown[]) {
      if (inTransaction.getStore()) {
        throw new Error('inside a transaction, use the query function that it is given: this one is not part of it');
      }
      return query<Row>(sql, parameters);
    },
    transaction: (work) =>
      database.transaction((transaction) => inTransaction.run(true, () => work({ query: runnerOf(transaction) }))),
    ping: async () => void (await postgres.query('select 1')),
  };
  return { postgres, close: () => database.close() };
}

async function create(options: PGliteOptions): Promise<PGlite> {
  const { PGlite } = await import('@electric-sql/pglite');
  return PGlite.create({ ...options, parsers: PARSERS });
}

let blank: Promise<Blob> | undefined;

/** An empty database. Making one takes seconds, loading what a blank one looks like takes a fifth of that. */
async function copyOfBlank(): Promise<PGlite> {
  if (blank !== undefined) return create({ loadDataDir: await blank });
  const image = Promise.withResolvers<Blob>();
  image.promise.catch(() => {});
  blank = image.promise;
  try {
    const first = await create({});
    image.resolve(await first.dumpDataDir('none'));
    return first;
  } catch (error) {
    blank = undefined;
    image.reject(error);
    throw error;
  }
}

interface Session {
  query<Row>(sql: string, parameters: unknown[]): Promise<Results<Row>>;
  exec(sql: string): Promise<Results[]>;
}

function runnerOf(session: Session): Queryable['query'] {
  return async <Row>(sql: string, parameters?: readonly unknown[]): Promise<Rows<Row>> => {
    if (parameters === undefined || parameters.length === 0) {
      const last = (await session.exec(sql)).at(-1);
      return { rows: (last?.rows ?? []) as Row[], rowCount: last?.rowCount ?? 0 };
    }
    const { rows, rowCount } = await session.query<Row>(sql, [...parameters]);
    return { rows, rowCount: rowCount ?? 0 };
  };
}

async function connect(name: string, url: string, log: Logger): Promise<OpenResource> {
  const { default: pg } = await optionalPackage('pg', () => import('pg'));
  const getTypeParser = ((id: number, format?: 'text' | 'binary') =>
    PARSERS[id] ?? pg.types.getTypeParser(id, format as 'text')) as typeof pg.types.getTypeParser;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    types: { getTypeParser },
  });
  // Without a listener, an idle connection that breaks would end the process.
  pool.on('error', (error) => log.warn({ resource: name, err: error }, `postgres ${name}: ${error.message}`));
  const postgres: Postgres = {
    query: queryOf(pool),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await work({ query: queryOf(client) });
        await client.query('commit');
        client.release();
        return result;
      } catch (error) {
        // A connection that cannot even roll back is thrown away, not given to the next.
        const broken = await client.query('rollback').then(
          () => undefined,
          (failure: Error) => failure,
        );
        client.release(broken);
        throw error;
      }
    },
    ping: async () => void (await pool.query('select 1')),
  };
  return { client: postgres, ping: () => postgres.ping(), close: () => pool.end() };
}

interface PgSession {
  query(sql: string, parameters?: unknown[]): Promise<PgResult | PgResult[]>;
}

interface PgResult {
  readonly rows: unknown[];
  readonly rowCount: number | null;
}

function queryOf(session: PgSession): Queryable['query'] {
  return async <Row>(sql: string, parameters?: readonly unknown[]): Promise<Rows<Row>> => {
    const answer = await session.query(sql, parameters === undefined ? undefined : [...parameters]);
    const result = Array.isArray(answer) ? answer.at(-1) : answer;
    return { rows: (result?.rows ?? []) as Row[], rowCount: result?.rowCount ?? 0 };
  };
}
