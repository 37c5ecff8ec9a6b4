/** The types of what a test says and sees, from those that a definition carries. */

import type {
  BidiStreamCall,
  CallOptions,
  CallReply,
  ClientStreamCall,
  HeaderValue,
  Principal,
  ServerStreamCall,
  UnaryCall,
} from '../context.ts';
import type { Duration } from './duration.ts';

// biome-ignore lint/suspicious/noExplicitAny: a definition without types of its own allows anything
type Any = any;
type AnyCall = UnaryCall<Any, Any> | ServerStreamCall<Any, Any> | ClientStreamCall<Any, Any> | BidiStreamCall<Any, Any>;
// biome-ignore lint/suspicious/noExplicitAny: a function of any kind
type AnyFunction = (...given: any[]) => unknown;

/** The types of a service by the names of its `.svc`, as generated code has them. */
export interface Contract {
  readonly handlers: object;
  readonly calls: object;
  readonly consumers: object;
  readonly publishes: object;
  readonly clients: object;
  readonly resources: object;
  readonly config: object;
}

/** What is known of a definition that was written by hand. */
interface Untyped {
  readonly handlers: Readonly<Record<string, AnyFunction>>;
  readonly calls: Readonly<Record<string, AnyCall>>;
  readonly consumers: Readonly<Record<string, Any>>;
  readonly publishes: Readonly<Record<string, Any>>;
  readonly clients: Readonly<Record<string, Readonly<Record<string, AnyCall>>>>;
  readonly resources: Readonly<Record<string, object>>;
  readonly config: Readonly<Record<string, unknown>>;
}

/** The contract of a definition; anything goes where it carries none. */
export type ContractOf<Carried> = Carried extends Contract ? Carried : Untyped;

/** Who calls, as a test says it. */
export interface TestPrincipal {
  readonly subject: string;
  readonly scopes?: readonly string[];
  /** One of the `auth` declarations of the operation; each of them takes a principal that names none. */
  readonly auth?: string;
  readonly claims?: Principal['claims'];
}

export interface TestCallOptions {
  /** Who calls. It stands for credentials that are good; whether they suffice is for the operation to say. */
  readonly principal?: TestPrincipal;
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  /** Told what came with the answer, as any caller. */
  readonly onAnswer?: CallOptions['onAnswer'];
  /** How long the caller waits. */
  readonly deadline?: Duration;
  /** Aborts when the caller goes away. */
  readonly signal?: AbortSignal;
}

type RequestOf<Call> = Call extends (request: infer Request, options?: CallOptions) => unknown ? Request : never;

/** What `call` takes behind the name of an operation. */
export type CallArguments<Call> =
  RequestOf<Call> extends void
    ? [request?: undefined, options?: TestCallOptions]
    : [request: RequestOf<Call>, options?: TestCallOptions];

/** What `call` gives: a promise of the answer, or the stream of answers. */
export type CallAnswer<Call> = Call extends (...given: Any[]) => infer Answer ? Answer : never;

/** What a fake is told of a call beside its request. */
export interface FakeCall {
  /** The calling service. */
  readonly from: string;
  /** By lower-case name, as they travel. */
  readonly headers: Readonly<Record<string, string>>;
  /** What goes with the answer. */
  readonly reply: CallReply;
  /** Milliseconds that the caller waits; undefined when it would wait for ever. */
  readonly timeLeft: number | undefined;
  /** Aborts when the caller no longer waits. */
  readonly signal: AbortSignal;
}

type FakeAnswer<Answer> = Answer extends Promise<infer Value> ? Value | Promise<Value> : Answer;

/** An operation of a neighbour as a test plays it. */
export type Fake<Call> = Call extends (request: infer Request, options?: CallOptions) => infer Answer
  ? (request: Request, call: FakeCall) => FakeAnswer<Answer>
  : never;

/** Neighbours as a test plays them, by the names that handlers know; what is left out cannot be called. */
export type Fakes<Clients> = {
  readonly [Name in keyof Clients]?: {
    readonly [Operation in keyof Clients[Name]]?: Fake<Clients[Name][Operation]>;
  };
};

/** One object with the members of all: `A | B` becomes `A & B`. */
export type All<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer Both) => void
  ? Both
  : never;
