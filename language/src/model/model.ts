/**
 * The system as plain data: what the text says, with source positions, and nothing that needs the parser.
 *
 * It survives `JSON.parse(JSON.stringify(model))`. References are full names (`shop.orders.Order`), unique within their
 * kind; a reference that means nothing has no `id`. Durations are milliseconds, sizes bytes, rates calls per second, cpu
 * millicores, percentages percent (99.9 % is 99.9). Lists stand in the order of package, file, line.
 */

/** The version of this shape; it changes when a field changes its meaning or goes. */
export const modelVersion = 1;

/** Lines and columns count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A place in a source. `file` is relative to the project's root, with `/`. The end is exclusive. */
export interface Place {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** A name as written, and the full name of what it means. */
export interface Ref {
  readonly name: string;
  readonly id?: string;
  readonly at: Place;
}

/** A value with the place where it was written. */
export interface At<T> {
  readonly value: T;
  readonly at: Place;
}

export interface Allow {
  readonly rule: string;
  readonly reason: string;
  readonly at: Place;
}

/** What every declaration has. */
export interface Declared {
  /** Full name: package and name. Unique within the kind, unless `duplicate-name` says otherwise. */
  readonly id: string;
  readonly name: string;
  readonly package: string;
  /** The place of the name. */
  readonly at: Place;
  /** The whole declaration. */
  readonly extent: Place;
  readonly docs?: string;
  readonly deprecated?: string;
  readonly allows: readonly Allow[];
}

/** A member that has a name but no full name of its own. */
export interface Member {
  readonly name: string;
  readonly at: Place;
  readonly docs?: string;
  readonly deprecated?: string;
  readonly allows: readonly Allow[];
}

// ── types ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const scalarNames = [
  'bool',
  'int32',
  'int64',
  'uint32',
  'uint64',
  'float',
  'double',
  'string',
  'bytes',
  'uuid',
  'timestamp',
  'duration',
  'decimal',
  'json',
] as const;
export type ScalarName = (typeof scalarNames)[number];

/** The type of a field as written: a base, perhaps a list, perhaps optional. */
export type TypeExpression =
  | { readonly kind: 'scalar'; readonly scalar: ScalarName; readonly at: Place }
  /** A message, error, event, enum or alias; `of` says which when it could be found. */
  | {
      readonly kind: 'named';
      readonly ref: Ref;
      readonly of?: 'message' | 'error' | 'event' | 'enum' | 'alias';
      readonly at: Place;
    }
  | { readonly kind: 'map'; readonly key: TypeExpression; readonly value: TypeExpression; readonly at: Place }
  | { readonly kind: 'list'; readonly element: TypeExpression; readonly at: Place };

export type Constraint =
  /** Ends as written, so that 64-bit numbers and decimals keep their digits; an end left out is open. */
  | { readonly kind: 'range'; readonly min?: string; readonly max?: string; readonly at: Place }
  | { readonly kind: 'length'; readonly min?: number; readonly max?: number; readonly at: Place }
  | { readonly kind: 'matches'; readonly pattern: string; readonly at: Place }
  | { readonly kind: 'one-of'; readonly values: readonly Literal[]; readonly at: Place };

/** A value written in the source. Numbers keep their text; a number with a unit is a quantity. */
export type Literal =
  | { readonly kind: 'string'; readonly value: string; readonly at: Place }
  | { readonly kind: 'number'; readonly text: string; readonly at: Place }
  | { readonly kind: 'quantity'; readonly text: string; readonly at: Place }
  /** `true`, `false`, `null`, or the name of an enum's value. */
  | { readonly kind: 'word'; readonly word: string; readonly at: Place }
  | { readonly kind: 'list'; readonly items: readonly Literal[]; readonly at: Place }
  | {
      readonly kind: 'object';
      readonly entries: readonly { readonly key: string; readonly value: Literal }[];
      readonly at: Place;
    };

export interface Field extends Member {
  /** The number as written; absent when it was left out or is no integer. */
  readonly number?: At<number>;
  readonly type: TypeExpression;
  readonly optional: boolean;
  readonly constraints: readonly Constraint[];
  /** The oneof that it belongs to. */
  readonly oneof?: string;
  /** The whole field. */
  readonly extent: Place;
}

export interface Reserved {
  /** Both ends included. */
  readonly numbers: readonly { readonly from: number; readonly to: number; readonly at: Place }[];
  readonly names: readonly At<string>[];
}

/** What a message, an error and an event share. */
export interface MessageShape extends Declared {
  readonly fields: readonly Field[];
  readonly oneofs: readonly Member[];
  readonly reserved: Reserved;
}

export interface Message extends MessageShape {
  readonly kind: 'message';
}

export interface ErrorMessage extends MessageShape {
  readonly kind: 'error';
  readonly status?: At<number>;
  /** The gRPC code, when it is given: `failed-precondition`. */
  readonly grpc?: At<string>;
}

export interface EventMessage extends MessageShape {
  readonly kind: 'event';
  /** The broker that carries it. */
  readonly on?: Ref;
  readonly key?: At<string>;
}

export interface EnumValue extends Member {
  readonly number?: At<number>;
}

export interface Enum extends Declared {
  readonly kind: 'enum';
  readonly values: readonly EnumValue[];
  readonly reserved: Reserved;
}

export interface Alias extends Declared {
  readonly kind: 'alias';
  readonly type: TypeExpression;
  readonly constraints: readonly Constraint[];
}

// ── policies ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const retryCauses = ['connect', 'unavailable', 'timeout', 'throttled', '502', '503', '504', 'internal'] as const;
export type RetryCause = (typeof retryCauses)[number];

export interface Timeout {
  readonly ms: number;
}
/** Parts left out have the defaults of `runtime.md`, filled in by the builder. */
export interface Retry {
  readonly attempts: number;
  readonly backoff: { readonly min: number; readonly max: number };
  readonly jitter: 'full' | 'equal' | 'none';
  readonly on: readonly RetryCause[];
  /** Percent of the calls to the destination; absent when not written. */
  readonly budget?: number;
}
export interface Breaker {
  readonly failures: number;
  readonly of: number;
  readonly within?: number;
  readonly open: number;
  readonly probes: number;
  readonly slow?: { readonly percent: number; readonly over: number };
}
export interface Bulkhead {
  readonly concurrent: number;
  readonly queue: number;
}
export type LimitKey =
  | { readonly by: 'client.ip' }
  | { readonly by: 'principal' }
  | { readonly by: 'header'; readonly name: string }
  | { readonly by: 'field'; readonly name: string };
export interface Limit {
  readonly rate: number;
  readonly burst: number;
  readonly key?: LimitKey;
  readonly scope: 'replica' | 'global';
  readonly fail: 'open' | 'closed';
}
export interface Hedge {
  readonly after: { readonly ms: number } | { readonly percentile: number };
  readonly extra: number;
}
export interface Cache {
  readonly ttl: number;
  readonly stale?: number;
  readonly key?: readonly string[];
}
export type Fallback =
  | { readonly to: 'stale' }
  /** `operation` refers to an operation by `service id.Operation`. */
  | { readonly to: 'operation'; readonly operation: Ref }
  | { readonly to: 'literal'; readonly value: Literal };
export interface Balance {
  readonly by: 'round-robin' | 'least-request' | 'p2c' | 'consistent-hash';
  readonly key?: string;
}
export interface Shed {
  readonly lag?: number;
  readonly gradient: boolean;
}

/** The value of each part, by its keyword. */
export interface PartValues {
  readonly timeout: Timeout;
  readonly deadline: Timeout;
  readonly retry: Retry;
  readonly breaker: Breaker;
  readonly bulkhead: Bulkhead;
  readonly limit: Limit;
  readonly hedge: Hedge;
  readonly cache: Cache;
  readonly fallback: Fallback;
  readonly balance: Balance;
  readonly shed: Shed;
}
export type PartName = keyof PartValues;
export const partNames = [
  'timeout',
  'deadline',
  'retry',
  'breaker',
  'bulkhead',
  'limit',
  'hedge',
  'cache',
  'fallback',
  'balance',
  'shed',
] as const satisfies readonly PartName[];

/** A part as written somewhere. `none` removes what would be inherited. `at` is the whole part. */
export type Part<N extends PartName> = { readonly at: Place } & (
  | { readonly none: true; readonly value?: never }
  | { readonly none?: never; readonly value: PartValues[N] }
);

export type Parts = { readonly [N in PartName]?: Part<N> };

export interface Policy extends Declared {
  readonly kind: 'policy';
  readonly extends?: Ref;
  readonly parts: Parts;
}

/** `with standard { timeout 300ms }`: a policy, parts, or both. */
export interface PolicyUse {
  readonly policy?: Ref;
  readonly parts: Parts;
  readonly at: Place;
}

// ── services ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Uses {
  readonly target: Ref;
  readonly of?: 'service' | 'external' | 'resource';
  readonly with?: PolicyUse;
  readonly allows: readonly Allow[];
}

export interface ConfigEntry extends Member {
  /** `secret` has no type. */
  readonly type: TypeExpression | 'secret';
  readonly default?: Literal;
  readonly hot: boolean;
  readonly constraints: readonly Constraint[];
}

export interface Slo {
  readonly availability?: At<number>;
  readonly latency?: { readonly percentile: number; readonly ms: number; readonly at: Place };
  readonly window?: At<number>;
  readonly at: Place;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  /** The path's place, or the whole route's where there is none. */
  readonly at: Place;
}

/** An item of `calls`: an edge of the call graph. */
export interface CallItem {
  /** The operation: `id` is `service id.Operation`, for instance `shop.users.users.GetUser`. */
  readonly target: Ref;
  /** Full name of the service or external that has the operation; also given when only the operation is unknown. */
  readonly service?: string;
  /** The operation's name as written. */
  readonly operation: string;
  readonly times: number;
  readonly optional: boolean;
  readonly with?: PolicyUse;
  readonly allows: readonly Allow[];
  readonly at: Place;
}

/** Groups run one after the other, the items of a group in parallel. */
export type Calls = readonly (readonly CallItem[])[];

export interface Publishes {
  readonly event: Ref;
  readonly outbox: boolean;
  readonly at: Place;
}

export type AuthUse =
  | { readonly none: true; readonly at: Place }
  | { readonly none?: never; readonly auth: Ref; readonly scopes: readonly string[]; readonly at: Place };

/** The parameters: a message of its own, or inline fields that become `<Name>Request`. */
export type Parameters =
  | { readonly kind: 'inline'; readonly fields: readonly Field[] }
  | { readonly kind: 'message'; readonly type: TypeExpression; readonly stream: boolean };

export interface Operation extends Declared {
  /** `id` is `service id.Name`: `shop.orders.orders.PlaceOrder`. */
  readonly service: string;
  readonly parameters: Parameters;
  readonly result?: { readonly type: TypeExpression; readonly stream: boolean };
  readonly throws: readonly Ref[];
  readonly routes: readonly Route[];
  readonly auth: readonly AuthUse[];
  readonly apply: readonly Ref[];
  /** What may be done to it again, after methods have had their say (`GET` implies `reads`, `PUT` `idempotent`). */
  readonly effect: 'write' | 'idempotent' | 'reads';
  readonly idempotency?: { readonly by: 'header' | 'field'; readonly name: string; readonly at: Place };
  readonly calls: Calls;
  readonly publishes: readonly Publishes[];
  /** Server-side parts and the deadline. */
  readonly parts: Parts;
}

export interface Consumer extends Declared {
  /** `id` is `service id.Name`; the name is `OnPaymentSettled` where `as` is left out. */
  readonly service: string;
  readonly event: Ref;
  readonly group?: string;
  readonly attempts: number;
  readonly backoff: { readonly min: number; readonly max: number };
  readonly deadLetter: boolean;
  readonly concurrent: number;
  readonly calls: Calls;
  readonly publishes: readonly Publishes[];
  readonly parts: Parts;
}

export interface Probe {
  readonly path?: string;
  readonly needs: readonly Ref[];
  readonly timeout?: At<number>;
  readonly period?: At<number>;
  readonly failures?: number;
  readonly at: Place;
}

export interface Span {
  readonly min: number;
  readonly max: number;
}

export interface Deploy {
  readonly replicas?: Span & { readonly at: Place };
  readonly scale?: {
    readonly cpu?: number;
    readonly memory?: number;
    readonly rate?: number;
    readonly lag: readonly { readonly event: Ref; readonly messages: number }[];
    readonly at: Place;
  };
  /** cpu in millicores, memory and storage (ephemeral) in bytes; one value is both request and limit. */
  readonly resources?: { readonly cpu?: Span; readonly memory?: Span; readonly storage?: Span; readonly at: Place };
  readonly rollout?: {
    readonly kind: string;
    readonly steps: readonly number[];
    readonly every?: number;
    readonly abort?: {
      readonly errors?: number;
      readonly latency?: { readonly percentile: number; readonly ms: number };
    };
    readonly at: Place;
  };
  readonly spread?: At<string>;
  /** How many may be down at once: a number, or a percentage. */
  readonly disruption?: At<number | `${number}%`>;
  readonly drain?: At<number>;
  readonly at: Place;
}

export interface Service extends Declared {
  readonly kind: 'service';
  readonly version?: At<string>;
  readonly owner?: string;
  readonly image?: string;
  readonly http?: At<number>;
  readonly grpc?: At<number> & { readonly as?: string };
  readonly uses: readonly Uses[];
  readonly config: readonly ConfigEntry[];
  readonly slo?: Slo;
  readonly auth: readonly AuthUse[];
  readonly apply: readonly Ref[];
  readonly parts: Parts;
  readonly operations: readonly Operation[];
  readonly consumers: readonly Consumer[];
  readonly health: { readonly live?: Probe; readonly ready?: Probe; readonly startup?: Probe };
  readonly deploy?: Deploy;
}

export interface External extends Declared {
  readonly kind: 'external';
  readonly url?: At<string>;
  readonly grpc?: At<number> & { readonly as?: string };
  readonly availability?: At<number>;
  readonly latency?: { readonly percentile: number; readonly ms: number; readonly at: Place };
  readonly parts: Parts;
  readonly operations: readonly Operation[];
  readonly publishes: readonly Publishes[];
}

/** A setting of a resource, an auth or the system: `version 16`. */
export interface Setting {
  readonly key: string;
  readonly value: Literal;
  readonly at: Place;
}

export interface Resource extends Declared {
  readonly kind: 'resource';
  /** `postgres`, `redis`, `nats` … */
  readonly type: At<string>;
  readonly version?: string;
  /** Bytes. */
  readonly storage?: number;
  readonly owner?: Ref;
  readonly settings: readonly Setting[];
}

export interface Auth extends Declared {
  readonly kind: 'auth';
  readonly type: At<string>;
  readonly settings: readonly Setting[];
}

// ── the whole ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Gateway extends Declared {
  readonly kind: 'gateway';
  readonly hosts: readonly At<string>[];
  readonly port?: number;
  readonly tls: boolean;
  /** Whole services or single operations. */
  readonly serves: readonly { readonly target: Ref; readonly of?: 'service' | 'operation' }[];
  readonly auth: readonly AuthUse[];
  readonly apply: readonly Ref[];
  readonly parts: Parts;
}

export interface Context extends Declared {
  readonly kind: 'context';
  readonly services: readonly Ref[];
}

export const relationKinds = [
  'customer-supplier',
  'conformist',
  'anticorruption',
  'partnership',
  'shared-kernel',
  'open-host',
] as const;

export interface Relation {
  readonly from: Ref;
  readonly to: Ref;
  readonly kind: At<string>;
  readonly allows: readonly Allow[];
  readonly at: Place;
}

/** What an environment changes of a service, resource, external or gateway. */
export interface Override {
  readonly target: Ref;
  readonly of?: 'service' | 'resource' | 'external' | 'gateway';
  readonly deploy: Deploy;
  readonly config: readonly { readonly name: string; readonly value: Literal; readonly at: Place }[];
  readonly settings: readonly Setting[];
}

export interface Environment extends Member {
  readonly settings: readonly Setting[];
  readonly overrides: readonly Override[];
}

export interface System extends Declared {
  readonly kind: 'system';
  readonly image?: string;
  /** `static` unless said. */
  readonly discovery: string;
  readonly mtls: boolean;
  readonly mesh?: string;
  readonly defaults: Parts;
  readonly settings: readonly Setting[];
  readonly environments: readonly Environment[];
}

/** What reading the text has found wrong, before any rule: syntax, names and units. */
export interface Problem {
  readonly rule: 'syntax' | 'unresolved-reference' | 'ambiguous-import' | 'unit';
  readonly message: string;
  readonly hint?: string;
  readonly at: Place;
  readonly related?: readonly { readonly message: string; readonly at: Place }[];
  readonly fixes?: readonly Fix[];
}

/** A mend: replace each place by the text. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly at: Place; readonly text: string }[];
}

export interface SourceFile {
  readonly path: string;
  readonly package: string;
  /** The package clause's name. */
  readonly packageAt?: Place;
  readonly imports: readonly ImportClause[];
}

export interface ImportClause {
  readonly package: string;
  /** Absent: the whole package. */
  readonly names?: readonly At<string>[];
  /** Does the package exist in the project? */
  readonly found: boolean;
  readonly at: Place;
}

export interface Model {
  readonly version: typeof modelVersion;
  readonly files: readonly SourceFile[];
  readonly messages: readonly Message[];
  readonly errors: readonly ErrorMessage[];
  readonly events: readonly EventMessage[];
  readonly enums: readonly Enum[];
  readonly aliases: readonly Alias[];
  readonly policies: readonly Policy[];
  readonly services: readonly Service[];
  readonly resources: readonly Resource[];
  readonly externals: readonly External[];
  readonly auths: readonly Auth[];
  readonly gateways: readonly Gateway[];
  readonly contexts: readonly Context[];
  readonly relations: readonly Relation[];
  readonly systems: readonly System[];
  readonly problems: readonly Problem[];
}
