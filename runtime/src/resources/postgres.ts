/** The part of `pg` that handlers may use; the embedded PGlite gives the same. */

/**
 * What a query gave. Values are as the language sees them: `int8` is `bigint`, `numeric` and `uuid` strings,
 * `timestamptz` a `Date`, `json` parsed, `bytea` a `Uint8Array`, `date` a string such as `2026-01-31`.
 */
export interface Rows<Row> {
  readonly rows: Row[];
  /** Rows returned, or changed by the statement. */
  readonly rowCount: number;
}

export interface Queryable {
  /** Runs one statement with `$1`, `$2` … bound to `parameters`. Without parameters, several statements may stand between semicolons; the last one's rows are given. */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Rows<Row>>;
}

export interface Postgres extends Queryable {
  /** Commits when `work` resolves, rolls back and rejects when it rejects. */
  transaction<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result>;
  ping(): Promise<void>;
}
