/** One call on its way to an answer: deadline already gone, shed, limit, auth, validate, idempotency, handler. */

import type { Logger } from 'pino';
import type { Codec } from '../codec/codec.ts';
import type { CallContext, Principal } from '../context.ts';
import type { OperationDefinition } from '../definition.ts';
import { DeclaredError, ServiceError } from '../errors.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Transport } from '../observe/observe.ts';
import type { Cached } from '../policy/admission.ts';
import type { Clock } from '../policy/clock.ts';
import type { PolicyState } from '../policy/state.ts';
import type { Authenticate } from './auth.ts';
import type { CallIdentity, IncomingCall } from './call.ts';
import { type Failure, failureOf } from './failure.ts';
import { type Gates, limitKey } from './gates.ts';
import type { IdempotencyStore } from './idempotency.ts';

export type Handler = (request: unknown, context: unknown) => unknown;

/** What a handler's context is made of, for one call. */
export interface HandlerScope extends Pick<CallIdentity, 'requestId' | 'trace'> {
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

/** An operation with all that its calls need. */
export interface OperationParts {
  readonly definition: OperationDefinition;
  readonly handler: Handler;
  readonly deps: OperationDeps;
  readonly gates: Gates;
}

/** A call that was admitted, authenticated and found valid. */
interface Admitted {
  readonly request: unknown;
  /** Aborts with the caller's and at the deadline. */
  readonly signal: AbortSignal;
  readonly cached: Cached;
}

export class Answering {
  readonly parts: OperationParts;
  readonly call: IncomingCall;
  readonly identity: CallIdentity;
  readonly startedAt: number;
  readonly deadlineAt: number | undefined;
  principal: Principal | undefined;
  failure: Failure | undefined;

  constructor(parts: OperationParts, call: IncomingCall, identity: CallIdentity) {
    const { definition, deps } = parts;
    this.parts = parts;
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
    const { definition, deps } = this.parts;
    const labels = { operation: definition.name, transport: this.call.transport };
    deps.metrics.inFlight.inc(labels);
    try {
      const answer = await unlessAborted(this.call.signal, work(this));
      this.report(labels, undefined);
      return answer;
    } catch (thrown) {
      const failure = this.failure ?? refusalOf(this.call.signal, thrown);
      this.report(labels, failure);
      throw failure.answer;
    } finally {
      deps.metrics.inFlight.dec(labels);
    }
  }

  /** Whose answers must not be mixed with another's. */
  get scope(): string {
    return this.principal === undefined ? '' : `${this.principal.auth} ${this.principal.subject}`;
  }

  /** Admission, authentication and validation; then the work. */
  admitted<T>(work: (admitted: Admitted) => Promise<T>): Promise<T> {
    const { call, deadlineAt, parts } = this;
    const { definition, deps, gates } = parts;
    return gates.early.admit({
      deadlineAt,
      limitKey: (key) => limitKey(key, call, undefined, undefined),
      signal: call.signal,
      run: async (signal, cached) => {
        if (definition.auth !== undefined) this.principal = await deps.authenticate(definition.auth, call.header);
        const request = call.request();
        if (gates.late === undefined) return work({ request, signal, cached });
        const run = (inner: AbortSignal) => work({ request, signal: inner, cached });
        return gates.late.admit({ limitKey: (key) => limitKey(key, call, this.principal, request), signal, run });
      },
    });
  }

  /** Calls the handler; what it throws is turned into what may be answered. */
  handle(request: unknown, signal: AbortSignal): unknown {
    const { identity, deadlineAt, principal } = this;
    const { definition, deps, handler } = this.parts;
    const log = deps.log.child({
      operation: definition.name,
      requestId: identity.requestId,
      traceId: identity.trace.traceId,
    });
    const idempotencyKey = this.idempotencyKey(request);
    const context = deps.contextOf(definition, { ...identity, log, signal, deadlineAt, principal, idempotencyKey });
    return this.blamed(() => identity.span.run(() => handler(request, context)));
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
    this.failure = failureOf(this.encodable(thrown), this.parts.definition.errors);
    throw this.failure.answer;
  }

  /** A declared error whose fields do not fit its message cannot be sent: that is a fault of the handler instead. */
  encodable(thrown: unknown): unknown {
    const { definition, deps } = this.parts;
    if (!(thrown instanceof DeclaredError) || !Object.hasOwn(definition.errors, thrown.error)) return thrown;
    try {
      deps.codec.serialize(thrown.error, thrown.fields);
      return thrown;
    } catch (fault) {
      return fault;
    }
  }

  /** Deduplicates by idempotency key, where the operation asks for it and the caller gave one. */
  once<T>(request: unknown, run: () => Promise<T>): Promise<T> {
    const { definition, deps } = this.parts;
    const key = definition.idempotency === undefined ? undefined : this.idempotencyKey(request);
    if (key === undefined) return run();
    const scope = `${definition.name} ${this.scope}`;
    const bytes =
      definition.request === undefined ? Buffer.alloc(0) : deps.codec.serialize(definition.request, request);
    return deps.idempotency.once(scope, key, bytes, run);
  }

  idempotencyKey(request: unknown): string | undefined {
    const { idempotency } = this.parts.definition;
    if (idempotency === undefined) return this.call.header('idempotency-key');
    if ('header' in idempotency) return this.call.header(idempotency.header.toLowerCase());
    const value = (request as Record<string, unknown>)[idempotency.field];
    return value === undefined ? undefined : String(value);
  }

  report(labels: { operation: string; transport: Transport }, failure: Failure | undefined): void {
    const { identity, startedAt, principal } = this;
    const { deps } = this.parts;
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
    const error = failure?.answer.cause ?? failure?.answer;
    identity.span.end({ code, fault: failure?.fault === true, error });
    if (failure?.fault) deps.log.error({ ...line, err: error }, 'request failed');
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

/** Waits no longer than the signal says, also for handlers that do not listen to it. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(callerGone(signal.reason));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    const stay = () => signal.removeEventListener('abort', leave);
    work.then(
      (answer) => {
        stay();
        resolve(answer);
      },
      (error) => {
        stay();
        reject(error);
      },
    );
  });
}

function callerGone(cause: unknown): ServiceError {
  return new ServiceError('cancelled', 'The caller has gone away.', { origin: 'cancelled', cause });
}
