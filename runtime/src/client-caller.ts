/** Who calls: one run of a handler, with its deadline, its trace and its keys. */

import { hash, randomUUID } from 'node:crypto';
import { type AnswerSeen, tellingMany, tellingOne } from './answer-seen.ts';
import { type Edge, policyOn } from './client-edge.ts';
import type { TransportAttempt } from './client-transport.ts';
import type { Codec } from './codec/codec.ts';
import type { CallOptions } from './context.ts';
import type { ClientDefinition, ClientPolicy, LimitKey, OperationDefinition } from './definition.ts';
import type { Resolve } from './discovery/resolve.ts';
import { ServiceError } from './errors.ts';
import { sentHeaders } from './headers.ts';
import { beginCall, type CallSpan } from './observe/call-span.ts';
import { type TraceContext, traceHeaders } from './observe/trace.ts';
import type { Clock } from './policy/clock.ts';
import {
  type Attempt,
  callEdge,
  type EdgeEvent,
  type EdgeRequest,
  openStream,
  type PolicyState,
} from './policy/edge.ts';
import { type Abortable, signalOf } from './policy/lazy-signal.ts';
import { fieldOf } from './policy/request-key.ts';
import type { Credentials } from './server/forward.ts';

/** On whose behalf calls are made: cancellation, deadline and trace go along. */
export interface CallScope {
  readonly signal: Abortable;
  /** Instant of the clock. */
  readonly deadlineAt: number | undefined;
  readonly trace: TraceContext;
  readonly requestId: string;
  /** When the same request, or event, may be handled again: what it calls is then given the same keys again. */
  readonly idempotencyKey?: string | undefined;
  /** What admitted the caller; shown to operations of this system that name the same `auth`. */
  readonly credentials?: Credentials | undefined;
}

/** By camelCase service name, then by camelCase operation name. */
export type CallerClients = Readonly<Record<string, Readonly<Record<string, CallFunction>>>>;

/** A `UnaryCall`, `ServerStreamCall`, `ClientStreamCall` or `BidiStreamCall`, by the operation's contract. */
export type CallFunction = (request?: never, options?: CallOptions) => Promise<unknown> | AsyncIterable<unknown>;

export interface CallerDeps {
  readonly codec: Codec;
  readonly state: PolicyState;
  readonly clock: Clock;
  readonly resolve: Resolve;
}

/** One call as it is made. */
interface MadeCall {
  readonly edge: Edge;
  readonly policy: ClientPolicy;
  /** Undefined for a stream of them. */
  readonly request: unknown;
  readonly options: CallOptions | undefined;
  /** Only where spans go anywhere. */
  readonly span?: CallSpan | undefined;
}

/** One run of a handler, as the one who calls. */
export class Caller {
  readonly #deps: CallerDeps;
  readonly #scope: CallScope;
  readonly #calls: OperationDefinition['calls'];
  readonly #edgeOf: (service: string, operation: string) => Edge;
  /** Calls so far by operation: the same run again makes the same calls in the same order, and gives them the same keys. */
  readonly #counts = new Map<Edge, number>();

  constructor(
    deps: CallerDeps,
    scope: CallScope,
    calls: OperationDefinition['calls'],
    edgeOf: (service: string, operation: string) => Edge,
  ) {
    this.#deps = deps;
    this.#scope = scope;
    this.#calls = calls;
    this.#edgeOf = edgeOf;
  }

  functionFor(service: string, operation: string, declared: ClientPolicy): CallFunction {
    const edge = this.#edgeOf(service, operation);
    const policy = policyOn(edge, declared, this.#deps.codec);
    const { stream } = edge.contract;
    if (stream === undefined) return (request, options) => this.#unary(edge, policy, request, options);
    switch (stream) {
      case 'server':
        return (request, options) => this.#serverStream(edge, policy, request, options);
      case 'client':
        return (requests, options) => this.#clientStream(edge, policy, requests!, options);
      case 'both':
        return (requests, options) => this.#bidiStream(edge, policy, requests!, options);
    }
  }

  #unary(edge: Edge, policy: ClientPolicy, request: unknown, options?: CallOptions): Promise<unknown> {
    const span = beginCall(edge.traced, this.#scope.trace);
    const call = this.#callOnce({ edge, policy, request, options, span }, () => edge.transport.unary(request));
    return span === undefined ? call : span.over(call);
  }

  #clientStream(edge: Edge, policy: ClientPolicy, requests: AsyncIterable<unknown>, options?: CallOptions) {
    const span = beginCall(edge.traced, this.#scope.trace);
    const made = { edge, policy, request: undefined, options, span };
    const call = this.#callOnce(made, () => edge.transport.clientStream(requests));
    return span === undefined ? call : span.over(call);
  }

  #serverStream(edge: Edge, policy: ClientPolicy, request: unknown, options?: CallOptions) {
    return this.#openStream({ edge, policy, request, options }, () => edge.transport.serverStream(request));
  }

  #bidiStream(edge: Edge, policy: ClientPolicy, requests: AsyncIterable<unknown>, options?: CallOptions) {
    const made = { edge, policy, request: undefined, options };
    return this.#openStream(made, () => edge.transport.bidiStream(requests));
  }

  /** @param ready encodes the request, and gives what sends it in each attempt */
  async #callOnce(call: MadeCall, ready: () => (attempt: TransportAttempt) => Promise<unknown>): Promise<unknown> {
    const headers = this.#headers(call);
    const send = ready();
    const onAnswer = call.options?.onAnswer;
    const sendOne = (attempt: Attempt) => send(this.#transportAttempt(attempt, headers, call, undefined));
    return callEdge(this.#deps.state, {
      ...(await this.#edgeRequest(call)),
      attempt:
        onAnswer === undefined
          ? sendOne
          : (attempt) =>
              tellingOne(attempt, onAnswer, (seen) => send(this.#transportAttempt(attempt, headers, call, seen))),
      fallbackOperation: this.#fallback(call),
    });
  }

  async *#openStream(made: MadeCall, ready: () => (attempt: TransportAttempt) => AsyncIterable<unknown>) {
    const span = beginCall(made.edge.traced, this.#scope.trace);
    const call = { ...made, span };
    try {
      const headers = this.#headers(call);
      const send = ready();
      const onAnswer = call.options?.onAnswer;
      const sendOne = (attempt: Attempt) => send(this.#transportAttempt(attempt, headers, call, undefined));
      yield* openStream(this.#deps.state, {
        ...(await this.#edgeRequest(call)),
        attempt:
          onAnswer === undefined
            ? sendOne
            : (attempt) =>
                tellingMany(attempt, onAnswer, (seen) => send(this.#transportAttempt(attempt, headers, call, seen))),
      });
    } catch (error) {
      span?.end(error);
      throw error;
    } finally {
      span?.end();
    }
  }

  async #edgeRequest({ edge, policy, request, options, span }: MadeCall): Promise<EdgeRequest> {
    const { signal, deadlineAt, trace, requestId } = this.#scope;
    const { destination, contract, kind } = edge;
    const credentials = this.#credentialsFor(edge);
    const observe = edge.observe({ trace, requestId, traced: span !== undefined });
    return {
      destination: destination.name,
      operation: contract.name,
      idempotent: contract.kind !== 'write',
      reads: contract.kind === 'reads',
      request,
      // A callee may answer by its headers: what was cached for some is not for others.
      whose: options?.headers === undefined ? credentials?.whose : whoseBy(credentials, options.headers),
      policy,
      endpoints: await this.#resolve(destination, kind),
      signal: options?.signal === undefined ? signal : AbortSignal.any([signalOf(signal), options.signal]),
      deadlineAt,
      limitKey: (key) => limitKey(key, request),
      observe: span === undefined ? observe : bothSee(span, observe),
    };
  }

  async #resolve(destination: ClientDefinition, kind: Edge['kind']): Promise<readonly string[]> {
    try {
      return await this.#deps.resolve(destination, kind);
    } catch (error) {
      throw new ServiceError('unavailable', `${destination.name} cannot be found: ${(error as Error).message}`, {
        origin: 'connect',
        cause: error,
      });
    }
  }

  #transportAttempt(
    attempt: Attempt,
    headers: Readonly<Record<string, string>>,
    { edge, span }: MadeCall,
    seen: AnswerSeen | undefined,
  ): TransportAttempt {
    const { number } = attempt;
    return {
      endpoint: attempt.endpoint,
      signal: attempt.signal,
      timeLeft: attempt.deadlineAt === undefined ? undefined : attempt.deadlineAt - this.#deps.clock.now(),
      headers: { ...headers, ...(span?.headersOf(number) ?? traceHeaders(this.#scope.trace, edge.traced.external)) },
      seen,
      span: span?.attempt(number),
    };
  }

  /** Headers that all attempts of a call share. */
  #headers({ edge, options }: MadeCall): Readonly<Record<string, string>> {
    return {
      'x-request-id': this.#scope.requestId,
      ...this.#credentialsFor(edge)?.headers,
      ...(edge.contract.kind === 'idempotent' ? { [edge.idempotencyHeader]: this.#idempotencyKey(edge) } : {}),
      ...(options?.headers && sentHeaders(options.headers)),
    };
  }

  #credentialsFor({ contract, destination }: Edge): Credentials | undefined {
    // Most operations ask nobody who calls.
    if (contract.auth === undefined || destination.external === true) return undefined;
    const { credentials } = this.#scope;
    return contract.auth.anyOf.some(({ auth }) => auth === credentials?.auth) ? credentials : undefined;
  }

  /** One key for a call, however often it is tried: a callee that deduplicates carries it out once. */
  #idempotencyKey(edge: Edge): string {
    const count = (this.#counts.get(edge) ?? 0) + 1;
    this.#counts.set(edge, count);
    const { idempotencyKey } = this.#scope;
    if (idempotencyKey === undefined) return randomUUID();
    const { destination, contract } = edge;
    // Hashed, so that keys of calls of calls of calls do not grow.
    return hash('sha256', `${idempotencyKey}\n${destination.name}.${contract.name}\n${count}`, 'base64url');
  }

  /** The operation that `fallback` names, called with the same request under its own policy. */
  #fallback({ policy, request, options }: MadeCall) {
    if (policy.fallback?.to !== 'operation') return undefined;
    const { service, operation } = policy.fallback;
    const own = this.#calls[service]?.[operation] ?? UNPROTECTED;
    // Headers were meant for the one that was called.
    const ends = options?.signal && { signal: options.signal };
    return async () => this.functionFor(service, operation, own)(request as never, ends) as Promise<unknown>;
  }
}

function whoseBy(credentials: Credentials | undefined, headers: NonNullable<CallOptions['headers']>): string {
  return JSON.stringify([credentials?.whose, Object.entries(sentHeaders(headers)).sort()]);
}

/** The span first: what else sees the event may look for its attempt. */
function bothSee(span: CallSpan, observe: (event: EdgeEvent) => void): (event: EdgeEvent) => void {
  return (event) => {
    span.seen(event);
    observe(event);
  };
}

/** Under the deadline of its caller, and nothing else. */
const UNPROTECTED: ClientPolicy = {};

/** What a client-side limit counts by. Addresses and principals are known to servers only: there all calls count together. */
function limitKey(key: LimitKey, request: unknown): string {
  return key.by === 'field' ? String(fieldOf(request, key.name) ?? '') : '';
}
