/** Services, their operations and event handlers, externals, resources and auth. */

import type { Allow, At, Declared, Member, Place, Ref } from './places.ts';
import type { Parts, PolicyUse } from './policies.ts';
import type { Constraint, Field, Literal, TypeExpression } from './types.ts';

export interface Uses {
  readonly target: Ref;
  readonly of?: 'service' | 'external' | 'resource';
  readonly with?: PolicyUse;
  readonly allows: readonly Allow[];
  /** The whole `uses`, with the others that it names. */
  readonly statement: Place;
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
  /** The whole route. */
  readonly extent: Place;
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
  /** The operation's name. */
  readonly at: Place;
  /** The whole item, with its annotations, `* n`, `?` and `with`. */
  readonly extent: Place;
}

/** Groups run one after the other, the items of a group in parallel. */
export type Calls = readonly (readonly CallItem[])[];

export interface Publishes {
  readonly event: Ref;
  readonly outbox: boolean;
  readonly at: Place;
  /** The whole `publishes`, with the others that it names. */
  readonly statement: Place;
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
  /** Where `reads` is written. */
  readonly readsAt?: Place;
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
  /** Where `dead-letter` or `dead-letter none` is written. */
  readonly deadLetterAt?: Place;
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

/** A request and a limit; `at` is the range. A request above its limit stays as written. */
export interface Quota extends Span {
  readonly at: Place;
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
  readonly resources?: { readonly cpu?: Quota; readonly memory?: Quota; readonly storage?: Quota; readonly at: Place };
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
