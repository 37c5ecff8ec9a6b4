/**
 * The definition of a service as plain data: what the compiler emits and the runtime serves.
 *
 * Durations are milliseconds, rates are calls per second, sizes are bytes, shares are fractions (0.2 = 20 %).
 */

/** Scalars of the language. `decimal` is a string, 64-bit integers are `bigint`, `timestamp` is a `Date`, `duration` is milliseconds (number). */
export type ScalarName =
  | 'bool'
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64'
  | 'float'
  | 'double'
  | 'string'
  | 'bytes'
  | 'uuid'
  | 'timestamp'
  | 'duration'
  | 'decimal'
  | 'json';

/** A number range of a constraint; an end left out is open. Written as strings where a number would lose digits. */
export type Bounds = readonly [min: number | string | null, max: number | string | null];

export interface Constraints {
  /** Numeric range, both ends included. */
  readonly range?: Bounds;
  /** Length of a string (in code points), bytes, list or map. */
  readonly length?: readonly [min: number, max: number | null];
  /** ECMAScript regular expression (flag `u`). */
  readonly matches?: string;
  readonly oneOf?: readonly (string | number)[];
}

/** One field. `type` is a scalar or the full name of a message or enum in `ServiceDefinition.types`; aliases are resolved by the compiler. */
export interface FieldDefinition extends Constraints {
  readonly number: number;
  readonly type: ScalarName | (string & {});
  readonly list?: true;
  /** The key's scalar, when the field is a map. */
  readonly map?: ScalarName;
  readonly optional?: true;
  /** The name of the oneof that the field belongs to; its fields are optional and exclude each other. */
  readonly oneof?: string;
  /** Constraints on each element of a list or value of a map (from an alias). */
  readonly each?: Constraints;
}

export interface MessageDefinition {
  readonly fields: Readonly<Record<string, FieldDefinition>>;
}

/** An enum: names as in the `.svc` (and in JSON), with their numbers. `prefix` is put before the upper-cased name in protobuf. */
export interface EnumDefinition {
  readonly enum: Readonly<Record<string, number>>;
  readonly prefix: string;
}

export type TypeDefinition = MessageDefinition | EnumDefinition;

/** An error of a contract: a message (by name in `types`), its HTTP status and its gRPC code (0–16). */
export interface ErrorDefinition {
  readonly message: string;
  readonly status: number;
  readonly grpc: number;
}

export interface RouteDefinition {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** As in the language: `{x}` binds a parameter, `{x*}` the rest of the path. */
  readonly path: string;
}

// ── policies ──────────────────────────────────────────────────────────────────────────────────────────────────────

export type RetryCause = 'connect' | 'unavailable' | 'timeout' | 'throttled' | '502' | '503' | '504' | 'internal';

export interface RetryPolicy {
  /** The first try included. */
  readonly attempts: number;
  readonly backoff: readonly [min: number, max: number];
  readonly jitter: 'full' | 'equal' | 'none';
  readonly on: readonly RetryCause[];
  /** Retries as a fraction of the calls to the destination; absent = the default of 0.2. */
  readonly budget?: number;
}

export interface BreakerPolicy {
  readonly failures: number;
  /** Minimum volume; with `within` absent, also the size of the window in calls. */
  readonly of: number;
  readonly within?: number;
  readonly open: number;
  readonly probes: number;
  readonly slow?: { readonly share: number; readonly over: number };
}

export interface BulkheadPolicy {
  readonly concurrent: number;
  readonly queue: number;
}

export type LimitKey =
  | { readonly by: 'client.ip' | 'principal' }
  | { readonly by: 'header' | 'field'; readonly name: string };

export interface LimitPolicy {
  /** Calls per second. */
  readonly rate: number;
  readonly burst: number;
  readonly key?: LimitKey;
  readonly scope?: 'replica' | 'global';
  readonly fail?: 'open' | 'closed';
}

export interface HedgePolicy {
  /** Milliseconds, or a measured percentile such as `p95`. */
  readonly after: number | { readonly percentile: number };
  readonly extra: number;
}

export interface CachePolicy {
  readonly ttl: number;
  readonly stale?: number;
  /** Request fields that make the key; all of them when absent. */
  readonly key?: readonly string[];
}

export type FallbackPolicy =
  | { readonly to: 'stale' }
  | { readonly to: 'operation'; readonly service: string; readonly operation: string }
  | { readonly to: 'literal'; readonly value: unknown };

export interface BalancePolicy {
  readonly by: 'round-robin' | 'least-request' | 'p2c' | 'consistent-hash';
  /** The request field that is hashed. */
  readonly key?: string;
}

export interface ShedPolicy {
  /** Event-loop lag, in milliseconds, above which work is refused. */
  readonly lag?: number;
  readonly gradient?: boolean;
}

/** What holds on a call from one operation to another. A part left out is not applied. */
export interface ClientPolicy {
  readonly timeout?: number;
  readonly deadline?: number;
  readonly retry?: RetryPolicy;
  readonly breaker?: BreakerPolicy;
  readonly bulkhead?: BulkheadPolicy;
  readonly limit?: LimitPolicy;
  readonly hedge?: HedgePolicy;
  readonly cache?: CachePolicy;
  readonly fallback?: FallbackPolicy;
  readonly balance?: BalancePolicy;
}

/** What a server applies before the handler of an operation runs. */
export interface ServerPolicy {
  readonly deadline?: number;
  readonly limit?: LimitPolicy;
  readonly bulkhead?: BulkheadPolicy;
  readonly cache?: CachePolicy;
  readonly shed?: ShedPolicy;
}

// ── contracts ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface OperationAuth {
  /** Names in the server's `ServiceDefinition.auth`, which mean the same throughout a system; any one of them admits. */
  readonly anyOf: readonly { readonly auth: string; readonly scopes: readonly string[] }[];
}

/** What both sides of an operation know. */
export interface OperationContract {
  /** As in the `.svc`: `PlaceOrder`. */
  readonly name: string;
  /** A message in `types`; absent when there are no parameters. */
  readonly request?: string;
  /** A message in `types`; absent when nothing is returned. */
  readonly response?: string;
  readonly stream?: 'server' | 'client' | 'both';
  /** `write` must not be repeated blindly. */
  readonly kind: 'write' | 'idempotent' | 'reads';
  /** The header (HTTP) or metadata (gRPC) in which a caller sends its idempotency key; `Idempotency-Key` when absent. */
  readonly idempotencyHeader?: string;
  readonly routes: readonly RouteDefinition[];
  /** The errors it declares, by full message name. */
  readonly errors: Readonly<Record<string, ErrorDefinition>>;
  /** Absent: nobody asks who calls. A caller passes on what admitted its own caller by one of the same name. */
  readonly auth?: OperationAuth;
}

/** An operation as its server sees it. */
export interface OperationDefinition extends OperationContract {
  readonly idempotency?: { readonly header: string } | { readonly field: string };
  readonly policy: ServerPolicy;
  /** What the handler may call: service (a key of `clients`) → operation (camelCase) → the effective policy of that edge. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, ClientPolicy>>>>;
  /** Full names of the events that the handler may publish (keys of `events`). */
  readonly publishes: readonly { readonly event: string; readonly outbox: boolean }[];
}

/** A handler of an event. */
export interface ConsumerDefinition {
  /** As in the `.svc`: `MarkPaid`. */
  readonly name: string;
  /** Full name of the event. */
  readonly event: string;
  readonly group: string;
  readonly attempts: number;
  readonly backoff: readonly [min: number, max: number];
  readonly deadLetter: boolean;
  readonly concurrent: number;
  readonly deadline?: number;
  readonly calls: OperationDefinition['calls'];
  readonly publishes: OperationDefinition['publishes'];
}

/** An event: where it travels and what orders it. */
export interface EventDefinition {
  readonly message: string;
  /** Name of the broker resource; the in-memory broker of the process where absent. */
  readonly resource?: string;
  /** The field that orders and partitions it. */
  readonly key?: string;
}

/** A service or external that this one calls. */
export interface ClientDefinition {
  /** As in the `.svc`. */
  readonly name: string;
  readonly external?: true;
  /** Where it listens unless configured otherwise: the declared ports, or the url of an external. */
  readonly http?: { readonly port: number } | { readonly url: string };
  readonly grpc?: { readonly port: number; readonly service: string };
  /** By camelCase name; only operations that some handler here calls. */
  readonly operations: Readonly<Record<string, OperationContract>>;
}

export type AuthDefinition =
  | { readonly kind: 'jwt'; readonly issuer: string; readonly audience?: string; readonly jwks: string }
  | { readonly kind: 'key'; readonly header: string }
  | { readonly kind: 'mtls'; readonly peers?: readonly string[] };

/** A resource that the service uses, for instance `{ kind: 'postgres', version: '16' }`. */
export interface ResourceDefinition {
  readonly kind: string;
  readonly version?: string;
}

export interface ConfigEntry extends Constraints {
  readonly type: ScalarName | 'secret';
  /** In the JSON form of its type. Without one the value must be provided. */
  readonly default?: unknown;
  readonly hot?: true;
}

export interface ProbeDefinition {
  readonly path: string;
  /** Resources (camelCase keys of `resources`) and services that must answer. */
  readonly needs: readonly string[];
  readonly timeout: number;
}

declare const contract: unique symbol;

/** A service. `Contract` holds the TypeScript types that generated code has of it; it is there for the compiler only. */
export interface ServiceDefinition<Contract = unknown> {
  readonly [contract]?: Contract;
  /** As in the `.svc`: `order-history`. */
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly http?: { readonly port: number };
  /** `service` is the full protobuf name: `shop.orders.OrdersService`. */
  readonly grpc?: { readonly port: number; readonly service: string };
  readonly types: Readonly<Record<string, TypeDefinition>>;
  /** By camelCase name. */
  readonly operations: Readonly<Record<string, OperationDefinition>>;
  readonly consumers: Readonly<Record<string, ConsumerDefinition>>;
  readonly events: Readonly<Record<string, EventDefinition>>;
  /** By camelCase name. */
  readonly clients: Readonly<Record<string, ClientDefinition>>;
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  readonly auth: Readonly<Record<string, AuthDefinition>>;
  readonly config: Readonly<Record<string, ConfigEntry>>;
  readonly health: { readonly live: string; readonly ready: ProbeDefinition };
  /** How long calls that still run may take when the service is stopped, in milliseconds. */
  readonly drain: number;
  readonly discovery: 'static' | 'dns' | (string & {});
  /** Services show each other certificates: by a mesh, or by the runtime where it is given some. */
  readonly mtls?: true;
  /** What the service promises: answers within `latency` milliseconds. Metrics can tell those from the others. */
  readonly slo?: { readonly latency: number };
}

/** A route that a gateway opens. */
export interface GatewayRoute extends RouteDefinition {
  /** The same for everybody who asks: nobody asks who calls, and the answer is one. What a gateway with `cache` may keep. */
  readonly shared?: true;
}

/** A gateway as the local run serves it: routes of whole services, or of single operations. */
export interface GatewayDefinition {
  readonly name: string;
  readonly hosts: readonly string[];
  /** By camelCase service name: where it listens and which routes are open. */
  readonly upstreams: Readonly<
    Record<string, { readonly name: string; readonly port: number; readonly routes: readonly GatewayRoute[] }>
  >;
  /** Before all its routes together. */
  readonly policy: ServerPolicy;
}
