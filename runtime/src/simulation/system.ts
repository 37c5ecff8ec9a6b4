import type { ClientPolicy, ServerPolicy } from '../definition.ts';
import type { Distribution } from './distribution.ts';

/**
 * What is simulated, as plain data: services, who calls them, the network between, and what goes wrong when.
 *
 * Times are milliseconds, rates are calls per second, shares are fractions. Parts of policies are remembered by the object,
 * as everywhere in the runtime: two policies that hold the same `bulkhead` share its permits.
 */
export interface System {
  readonly services: Readonly<Record<string, ServiceModel>>;
  /** Names must differ from those of services. */
  readonly callers: Readonly<Record<string, CallerModel>>;
  readonly network: NetworkModel;
  readonly timers: TimerModel;
  readonly disturbances: readonly Disturbance[];
  /** How long callers call. Then everything that is under way is let finish. */
  readonly duration: number;
}

export interface ServiceModel {
  readonly replicas: number;
  /** Requests that a replica works on at once; the others queue for their turn. */
  readonly workers: number;
  /** Requests that a replica has taken in and is not through with, at most: beyond, connections are refused. */
  readonly backlog: number;
  /** Whether a request leaves that queue when nobody waits for its answer any longer. */
  readonly heeds: boolean;
  readonly operations: Readonly<Record<string, OperationModel>>;
}

export interface OperationModel {
  /** `write` must not be repeated blindly. */
  readonly kind: 'write' | 'idempotent' | 'reads';
  /** How long a worker is busy with one request. The calls below keep no worker busy. */
  readonly work: Distribution;
  /** Share of requests that fail, by how; the rest succeeds. */
  readonly fails: Readonly<Partial<Record<Failure, number>>>;
  readonly policy: ServerPolicy;
  /** It answers with a stream. Its server is done with the first message; the others come by themselves. */
  readonly stream?: StreamModel;
  /** Whether it goes by idempotency keys: a repeated request gets the answer of the first, or is told that it still runs. */
  readonly remembers?: boolean;
  /** What the handler calls after its work, one after another; its answer fails if one of them does. */
  readonly calls: readonly CallModel[];
}

export interface StreamModel {
  readonly messages: number;
  /** The time between two messages. */
  readonly every: Distribution;
  /** Share of the messages after which a reader stops. */
  readonly stops: number;
}

/** How a handler fails: with that code; `half-way` breaks off in the middle of its answer. */
export type Failure = 'unavailable' | 'internal' | 'not-found' | 'resource-exhausted' | 'half-way';

/** A call to an operation, under the policy of that edge. */
export interface CallModel {
  readonly service: string;
  readonly operation: string;
  readonly policy: ClientPolicy;
  /** The call that is made where `policy.fallback` is an operation. */
  readonly instead?: CallModel;
}

/** Who calls from outside, open loop: calls come at a rate, however many are still unanswered. */
export interface CallerModel {
  readonly processes: number;
  readonly calls: readonly CallModel[];
  /** Calls per second of each process from an instant on, in order of time. */
  readonly rates: readonly { readonly from: number; readonly rate: number }[];
  /** Different requests: caches and consistent hashing go by them. */
  readonly keys: number;
  /** How much time a caller gives its call, beside the policy's own deadline. */
  readonly deadline?: Distribution;
  /** Callers that go away, and when. */
  readonly leaves?: { readonly share: number; readonly after: Distribution };
}

export interface NetworkModel {
  /** One way. */
  readonly latency: Distribution;
  /** Share of messages that never arrive. */
  readonly loss: number;
  /** When a connection on which a message was lost is known to be broken; also how long a connection is tried for. */
  readonly brokenAfter: number;
  /** How long a client's work goes on after its signal has aborted; absent: not at all. */
  readonly lingers?: Distribution;
  /** Errors are those of sockets and of HTTP, and not `ServiceError`s of a transport of ours. */
  readonly foreignErrors: boolean;
}

/** How exactly timers fire: at most so much before their time, and after. Node's are up to 1 ms early. */
export interface TimerModel {
  readonly early: number;
  readonly late: number;
}

/** Something that goes wrong at an instant, as a rule for a while. Processes are named `orders/0`. */
export type Disturbance = { readonly at: number } & (
  | { readonly kind: 'slow'; readonly process: string; readonly for: number; readonly factor: number }
  /** It does nothing, and hears nothing: a collection of garbage, a machine that is moved. */
  | { readonly kind: 'freeze'; readonly process: string; readonly for: number }
  /** Its clock jumps forward, with all that was to happen in between due at once. */
  | { readonly kind: 'leap'; readonly process: string; readonly by: number }
  /** Killed, and started anew. Announced: the others stop calling it before, and hear when it is back. */
  | { readonly kind: 'restart'; readonly process: string; readonly for: number; readonly announced: boolean }
  /** No message passes between the two. */
  | { readonly kind: 'cut'; readonly process: string; readonly from: string; readonly for: number }
  | { readonly kind: 'loss'; readonly share: number; readonly for: number }
);

/** The name of a replica, or of one of the processes of a caller. */
export function processName(of: string, number: number): string {
  return `${of}/${number}`;
}
