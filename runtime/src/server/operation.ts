/** From an arrived call to its answer, whatever the transport: deadline, shed, limit, auth, validate, idempotency, handler. */

import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Codec } from '../codec/codec.ts';
import type { CallContext, Principal } from '../context.ts';
import type { LimitKey, OperationDefinition } from '../definition.ts';
import { DeclaredError, ServiceError } from '../errors.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Transport } from '../observe/observe.ts';
import { newSpan, parseTraceparent, type TraceContext } from '../observe/trace.ts';
import { type Admission, type Cached, createAdmission } from '../policy/admission.ts';
import type { Clock } from '../policy/clock.ts';
import type { PolicyState } from '../policy/state.ts';
import type { Authenticate, HeaderReader } from './auth.ts';
import { type Failure, failureOf } from './failure.ts';
import type { IdempotencyStore } from './idempotency.ts';
import { pump } from './pump.ts';

/** A call as a transport hands it over. */
export interface IncomingCall {
  readonly transport: Transport;
  readonly header: HeaderReader;
  /** Address of the caller. */
  readonly ip: string;
  /** Milliseconds that the caller waits, from now. */
  readonly timeLeft: number | undefined;
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
  /** The request in TypeScript form, or the stream of them. Throws `invalid-argument` with all violations. */
  request(): unknown;
}

/** What identifies a call to who answers it. */
export interface CallIdentity {
  readonly requestId: string;
  readonly trace: TraceContext;
}

export interface OperationServer {
  readonly definition: OperationDefinition;
  identify(header: HeaderReader): CallIdentity;
  /** Answers a call with one response, encoded. Rejects only with what the caller may know. */
  unary<T>(call: IncomingCall, identity: CallIdentity, encode: (response: unknown) => T): Promise<T>;
  /** Answers a call with a stream. `send` resolves when more may be sent. Rejects only with what the caller may know. */
  stream(call: IncomingCall, identity: CallIdentity, send: (item: unknown) => Promise<void>): Promise<void>;
}

export type Handler = (request: unknown, context: unknown) => unknown;

/** What a handler's context is made of, for one call. */
export interface HandlerScope extends CallIdentity {
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly deadlineAt: number | undefined;
  readonly principal: Principal | undefined;
  readonly idempotencyKey: string | undefined;
}

export interface OperationDeps {
  readonly codec: Codec;
  readonly clock: Clock;
  readonly state: PolicyState;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly authenticate: Authenticate;
  readonly idempotency: IdempotencyStore;
  contextOf(operation: OperationDefinition, scope: HandlerScope): CallContext;
}

const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

export function createOperationServer(
  definition: OperationDefinition,
  handler: Handler,
  deps: OperationDeps,
): OperationServer {
  const { early, late } = admissionsOf(definition, deps.state);
  const gates = { early, late };
  return {
    definition,
    identify: (header) => ({
      requestId: matching(header('x-request-id'), REQUEST_ID) ?? randomUUID(),
      trace: newSpan(parseTraceparent(header('traceparent'), header('tracestate'))),
    }),
    unary: (call, identity, encode) =>
      new Answering(definition, handler, deps, gates, call, identity).settle(async (answering) => {
        const response = await answering.admitted(({ request, signal, cached }) => {
          const answer = (given: AbortSignal) => answering.once(request, async () => answering.handle(request, given));
          return keepsAnswers(definition) ? cached(request, answering.scope, answer) : answer(signal);
        });
        return answering.blamed(() => encode(response));
      }),
    stream: (call, identity, send) =>
      new Answering(definition, handler, deps, gates, call, identity).settle((answering) =>
        answering.admitted(async ({ request, signal }) => {
          const items = await answering.handle(request, signal);
          await pump(blaming(items as AsyncIterable<unknown>, answering), send, signal);
        }),
      ),
  };
}

interface Gates {
  readonly early: Admission;
  /** Limits that need to know the caller or the request. */
  readonly late: Admission | undefined;
}

function admissionsOf(definition: OperationDefinition, state: PolicyState): Gates {
  const { limit, ...rest } = definition.policy;
  const isLate = limit?.key?.by === 'principal' || limit?.key?.by === 'field';
  const early = createAdmission(limit && !isLate ? { ...rest, limit } : rest, state, definition.name);
  return { early, late: isLate ? createAdmission({ limit }, state, definition.name) : undefined };
}

/** A stream has no one answer that could be kept. */
function keepsAnswers({ policy, stream }: OperationDefinition): boolean {
  return policy.cache !== undefined && stream === undefined;
}

/** A call that was admitted, authenticated and found valid. */
interface Admitted {
  readonly request: unknown;
  /** Aborts with the caller's and at the deadline. */
  readonly signal: AbortSignal;
  readonly cached: Cached;
}

/** One call on its way to an answer. */
class Answering {
  readonly definition: OperationDefinition;
  readonly handler: Handler;
  readonly deps: OperationDeps;
  readonly gates: Gates;
  readonly call: IncomingCall;
  readonly identity: CallIdentity;
  readonly startedAt: number;
  readonly deadlineAt: number | undefined;
  principal: Principal | undefined;
  failure: Failure | undefined;

  constructor(
    definition: OperationDefinition,
    handler: Handler,
    deps: OperationDeps,
    gates: Gates,
    call: IncomingCall,
    identity: CallIdentity,
  ) {
    this.definition = definition;
    this.handler = handler;
    this.deps = deps;
    this.gates = gates;
    this.call = call;
    this.identity = identity;
    this.startedAt = deps.clock.now();
    const timeLeft = Math.min(
      call.timeLeft ?? Number.POSITIVE_INFINITY,
      definition.policy.deadline ?? Number.POSITIVE_INFINITY,
    );
    this.deadlineAt = timeLeft === Number.POSITIVE_INFINITY ? undefined : this.startedAt + timeLeft;
  }

  /** Runs the work and tells metrics and log how it ended. */
  async settle<T>(work: (answering: Answering) => Promise<T>): Promise<T> {
    const { metrics } = this.deps;
    const labels = { operation: this.definition.name, transport: this.call.transport };
    metrics.inFlight.inc(labels);
    try {
      const answer = await work(this);
      this.report(labels, undefined);
      return answer;
    } catch (thrown) {
      const failure = this.failure ?? refusalOf(this.call.signal, thrown);
      this.report(labels, failure);
      throw failure.answer;
    } finally {
      metrics.inFlight.dec(labels);
    }
  }

  /** Whose answers must not be mixed with another's. */
  get scope(): string {
    return this.principal === undefined ? '' : `${this.principal.auth} ${this.principal.subject}`;
  }

  /** Admission, authentication and validation; then the work. */
  admitted<T>(work: (admitted: Admitted) => Promise<T>): Promise<T> {
    const { call, deadlineAt, gates } = this;
    return gates.early.admit({
      deadlineAt,
      limitKey: (key) => limitKey(key, this, undefined),
      signal: call.signal,
      run: async (signal, cached) => {
        const { auth } = this.definition;
        if (auth !== undefined) this.principal = await this.deps.authenticate(auth, call.header);
        const request = call.request();
        if (gates.late === undefined) return work({ request, signal, cached });
        const run = (inner: AbortSignal) => work({ request, signal: inner, cached });
        return gates.late.admit({ limitKey: (key) => limitKey(key, this, request), signal, run });
      },
    });
  }

  /** Calls the handler; what it throws is turned into what may be answered. */
  handle(request: unknown, signal: AbortSignal): unknown {
    const { definition, deps, identity, deadlineAt, principal } = this;
    const log = deps.log.child({
      operation: definition.name,
      requestId: identity.requestId,
      traceId: identity.trace.traceId,
    });
    const idempotencyKey = this.idempotencyKey(request);
    const context = deps.contextOf(definition, { ...identity, log, signal, deadlineAt, principal, idempotencyKey });
    return this.blamed(() => this.handler(request, context));
  }

  /** Runs what the service itself is answerable for. */
  blamed<T>(run: () => T): T {
    try {
      const result = run();
      return result instanceof Promise ? (result.catch((thrown) => this.fail(thrown)) as T) : result;
    } catch (thrown) {
      return this.fail(thrown);
    }
  }

  fail(thrown: unknown): never {
    this.failure = failureOf(this.encodable(thrown), this.definition.errors);
    throw this.failure.answer;
  }

  /** A declared error whose fields do not fit its message cannot be sent: that is a fault of the handler instead. */
  encodable(thrown: unknown): unknown {
    if (!(thrown instanceof DeclaredError) || !Object.hasOwn(this.definition.errors, thrown.error)) return thrown;
    try {
      this.deps.codec.serialize(thrown.error, thrown.fields);
      return thrown;
    } catch (fault) {
      return fault;
    }
  }

  /** Deduplicates by idempotency key, where the operation asks for it and the caller gave one. */
  once<T>(request: unknown, run: () => Promise<T>): Promise<T> {
    const key = this.definition.idempotency === undefined ? undefined : this.idempotencyKey(request);
    if (key === undefined) return run();
    const { definition, deps } = this;
    const scope = `${definition.name} ${this.scope}`;
    const bytes =
      definition.request === undefined ? Buffer.alloc(0) : deps.codec.serialize(definition.request, request);
    return deps.idempotency.once(scope, key, bytes, run);
  }

  idempotencyKey(request: unknown): string | undefined {
    const { idempotency } = this.definition;
    if (idempotency === undefined) return this.call.header('idempotency-key');
    if ('header' in idempotency) return this.call.header(idempotency.header.toLowerCase());
    const value = (request as Record<string, unknown>)[idempotency.field];
    return value === undefined ? undefined : String(value);
  }

  report(labels: { operation: string; transport: Transport }, failure: Failure | undefined): void {
    const { deps, identity, startedAt, principal } = this;
    const latency = deps.clock.now() - startedAt;
    const code = failure?.answer.code ?? 'ok';
    deps.metrics.requests.inc({ ...labels, code });
    deps.metrics.duration.observe(labels, latency / 1000);
    const line = {
      ...labels,
      requestId: identity.requestId,
      traceId: identity.trace.traceId,
      principal: principal?.subject,
      code,
      status: failure?.answer.status ?? 200,
      latency: Math.round(latency * 1000) / 1000,
    };
    if (failure?.fault) deps.log.error({ ...line, err: failure.answer.cause ?? failure.answer }, 'request failed');
    else deps.log.info(line, 'request');
  }
}

/** What was thrown before or around the handler: refusals of our own, or a fault of the runtime. */
function refusalOf(signal: AbortSignal, thrown: unknown): Failure {
  // A service that stops says so, where the admission knows of an abort only.
  if (signal.reason instanceof ServiceError) return { answer: signal.reason, fault: false };
  if (!(thrown instanceof ServiceError)) return failureOf(thrown, {});
  return { answer: thrown, fault: thrown.status >= 500 && thrown.origin === 'local' && thrown.cause !== undefined };
}

function limitKey(key: LimitKey, { call, principal }: Answering, request: unknown): string {
  switch (key.by) {
    case 'client.ip':
      return call.ip;
    case 'principal':
      return principal === undefined ? `anonymous ${call.ip}` : `${principal.auth} ${principal.subject}`;
    case 'header':
      return call.header(key.name.toLowerCase()) ?? '';
    case 'field':
      return String((request as Record<string, unknown> | undefined)?.[key.name] ?? '');
  }
}

/** A handler's items, each failure turned into what may be answered. */
function blaming(items: AsyncIterable<unknown>, answering: Answering): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = answering.blamed(() => items[Symbol.asyncIterator]());
      return {
        next: () => answering.blamed(() => iterator.next()),
        return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

function matching(text: string | undefined, pattern: RegExp): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined;
}
