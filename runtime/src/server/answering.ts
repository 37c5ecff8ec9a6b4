/** One call on its way to an answer: deadline already gone, shed, limit, auth, validate, idempotency, handler. */

import type { Logger } from 'pino';
import type { Codec } from '../codec/codec.ts';
import type { LivePolicies } from '../config/policies.ts';
import type { Principal } from '../context.ts';
import type { OperationDefinition, ServerPolicy } from '../definition.ts';
import { DeclaredError, ServiceError } from '../errors.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Transport } from '../observe/observe.ts';
import type { Tally } from '../observe/tally.ts';
import type { TraceContext } from '../observe/trace.ts';
import type { AdmittedCall } from '../policy/admission.ts';
import type { Clock } from '../policy/clock.ts';
import type { Abortable, AbortListener } from '../policy/lazy-signal.ts';
import type { PolicyState } from '../policy/state.ts';
import type { ServiceTls } from '../tls/service.ts';
import type { Authenticate } from './auth.ts';
import type { CallIdentity, IncomingCall } from './call.ts';
import type { HandlerScope, MakeContext, Uses } from './context.ts';
import { type Failure, failureOf } from './failure.ts';
import type { Credentials, CredentialsOf } from './forward.ts';
import { type Gates, limitKey } from './gates.ts';
import type { Idempotency } from './idempotency.ts';

export type Handler = (request: unknown, context: unknown) => unknown;

export interface OperationDeps {
  readonly codec: Codec;
  readonly clock: Clock;
  readonly state: PolicyState;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly authenticate: Authenticate;
  readonly credentialsOf: CredentialsOf;
  readonly idempotency: Idempotency;
  readonly policies: LivePolicies;
  readonly tls: ServiceTls | undefined;
  contextsOf(uses: Uses): MakeContext;
}

/** An operation with all that its calls need. */
export interface OperationParts {
  readonly definition: OperationDefinition;
  readonly handler: Handler;
  readonly deps: OperationDeps;
  /** As it holds now: a file may change its numbers. */
  readonly policy: ServerPolicy;
  readonly gates: Gates;
  readonly contextOf: MakeContext;
  tallyOf(transport: Transport): Tally;
}

/** A call that is being answered. It is what its handler's context is made of, and hears of its caller's leaving itself. */
export class Answering implements HandlerScope, AbortListener {
  readonly parts: OperationParts;
  readonly call: IncomingCall;
  readonly identity: CallIdentity;
  readonly startedAt: number;
  readonly deadlineAt: number | undefined;
  principal: Principal | undefined;
  /** In TypeScript form, once the call was admitted. */
  request: unknown;
  /** Aborts with the caller's and at the deadline. */
  signal: Abortable;
  failure: Failure | undefined;
  #log: Logger | undefined;
  #reject: ((error: ServiceError) => void) | undefined;

  constructor(parts: OperationParts, call: IncomingCall, identity: CallIdentity) {
    const { policy, deps } = parts;
    this.parts = parts;
    this.call = call;
    this.identity = identity;
    this.signal = call.caller;
    this.startedAt = deps.clock.now();
    const timeLeft = Math.min(call.timeLeft ?? Number.POSITIVE_INFINITY, policy.deadline ?? Number.POSITIVE_INFINITY);
    this.deadlineAt = timeLeft === Number.POSITIVE_INFINITY ? undefined : this.startedAt + timeLeft;
  }

  get requestId(): string {
    return this.identity.requestId;
  }

  get trace(): TraceContext {
    return this.identity.trace;
  }

  get log(): Logger {
    const { definition, deps } = this.parts;
    const { requestId, trace } = this.identity;
    this.#log ??= deps.log.child({ operation: definition.name, requestId, traceId: trace.traceId });
    return this.#log;
  }

  get idempotencyKey(): string | undefined {
    const { idempotency } = this.parts.definition;
    if (idempotency === undefined) return this.call.header('idempotency-key');
    if ('header' in idempotency) return this.call.header(idempotency.header.toLowerCase());
    const value = (this.request as Record<string, unknown>)[idempotency.field];
    return value === undefined ? undefined : String(value);
  }

  get credentials(): Credentials | undefined {
    const { principal, call } = this;
    return principal && this.parts.deps.credentialsOf(principal, (name) => call.header(name));
  }

  /** Whose answers must not be mixed with another's. */
  get whose(): string {
    return this.principal === undefined ? '' : `${this.principal.auth} ${this.principal.subject}`;
  }

  /**
   * Runs the work and tells metrics and log how it ended. Waits no longer than the caller does, also for handlers that do
   * not listen to their signal. Rejects with what the caller may know.
   */
  settle<T>(work: (answering: Answering) => Promise<T>): Promise<T> {
    const { caller, transport } = this.call;
    this.parts.tallyOf(transport).begin();
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      if (caller.aborted) {
        this.handleEvent();
        return;
      }
      caller.addEventListener('abort', this);
      work(this).then(
        (answer) => {
          if (this.#end(undefined)) resolve(answer);
        },
        (thrown) => this.#failed(thrown),
      );
    });
  }

  /** The caller has gone away, or the service stops. */
  handleEvent(): void {
    const { reason } = this.call.caller;
    this.#failed(new ServiceError('cancelled', 'The caller has gone away.', { origin: 'cancelled', cause: reason }));
  }

  #failed(thrown: unknown): void {
    const reject = this.#reject;
    const failure = this.failure ?? refusalOf(this.call.caller, thrown);
    if (this.#end(failure)) reject?.(failure.answer);
  }

  /** False when it had ended before. */
  #end(failure: Failure | undefined): boolean {
    if (this.#reject === undefined) return false;
    this.#reject = undefined;
    this.call.caller.removeEventListener('abort', this);
    this.#report(failure);
    return true;
  }

  /** Admission, authentication and validation; then the work. */
  admitted<T>(work: (admitted: AdmittedCall) => Promise<T>): Promise<T> {
    const { call, deadlineAt } = this;
    return this.parts.gates.early.admit({
      deadlineAt,
      limitKey: (key) => limitKey(key, call, undefined, undefined),
      signal: call.caller,
      run: (admitted) => this.#entered(admitted, work),
    });
  }

  #entered<T>(admitted: AdmittedCall, work: (admitted: AdmittedCall) => Promise<T>): Promise<T> {
    const { definition, deps } = this.parts;
    if (deps.tls?.requiresPeers === true && this.call.peer === undefined) return Promise.reject(noPeer());
    if (definition.auth === undefined) return this.#read(admitted, work);
    return deps
      .authenticate(definition.auth, (name) => this.call.header(name), this.call.peer)
      .then((principal) => {
        this.principal = principal;
        return this.#read(admitted, work);
      });
  }

  #read<T>(admitted: AdmittedCall, work: (admitted: AdmittedCall) => Promise<T>): Promise<T> {
    const { late } = this.parts.gates;
    this.request = this.call.request();
    if (late === undefined) return work(admitted);
    return late.admit({
      limitKey: (key) => limitKey(key, this.call, this.principal, this.request),
      signal: admitted.lifetime,
      run: () => work(admitted),
    });
  }

  /** Calls the handler; what it throws is turned into what may be answered. */
  async handle(lifetime: Abortable): Promise<unknown> {
    const { handler, contextOf } = this.parts;
    this.signal = lifetime;
    const context = contextOf(this);
    const { span } = this.identity;
    try {
      if (span === undefined) return await handler(this.request, context);
      return await span.run(() => handler(this.request, context));
    } catch (thrown) {
      return this.fail(thrown);
    }
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
  once<T>(run: () => Promise<T>): Promise<T> {
    const { definition, deps } = this.parts;
    // Of a stream of requests nobody knows whether another is the same.
    const hasKeys = definition.idempotency !== undefined && definition.stream === undefined;
    const key = hasKeys ? this.idempotencyKey : undefined;
    if (key === undefined) return run();
    const { codec } = deps;
    const { name, response, errors } = definition;
    const call = { operation: name, whose: this.whose, key, request: this.request };
    return deps.idempotency.once(call, { codec, response, errors }, run);
  }

  #report(failure: Failure | undefined): void {
    const { identity, parts, call } = this;
    const { log, clock } = parts.deps;
    const latency = clock.now() - this.startedAt;
    const code = failure?.answer.code ?? 'ok';
    const isFault = failure?.fault === true;
    parts.tallyOf(call.transport).end(code, latency / 1000, identity.span?.trace);
    const error = failure?.answer.cause ?? failure?.answer;
    const isEmpty = call.transport === 'http' && parts.definition.response === undefined;
    const status = failure?.answer.status ?? (isEmpty ? 204 : 200);
    // What a stream that fails began its answer with, only its transport knows.
    const sent = failure !== undefined && parts.definition.stream !== undefined ? undefined : status;
    identity.span?.end({ transport: call.transport, code, status: sent }, error);
    if (!log.isLevelEnabled(isFault ? 'error' : 'info')) return;
    const line = {
      operation: parts.definition.name,
      transport: call.transport,
      requestId: identity.requestId,
      traceId: identity.trace.traceId,
      spanId: identity.trace.spanId,
      principal: this.principal?.subject,
      code,
      status,
      latency: Math.round(latency * 1000) / 1000,
    };
    if (isFault) log.error({ ...line, err: error }, 'request failed');
    else log.info(line, 'request');
  }
}

function noPeer(): ServiceError {
  return new ServiceError('unauthenticated', 'The caller must show a certificate of this system, and has not.');
}

/** What was thrown before or around the handler: refusals of our own, or a fault of the runtime. */
function refusalOf(caller: Abortable, thrown: unknown): Failure {
  // A service that stops says so, where the admission knows of an abort only.
  if (caller.reason instanceof ServiceError) return { answer: caller.reason, fault: false };
  if (!(thrown instanceof ServiceError)) return failureOf(thrown, {});
  return { answer: thrown, fault: thrown.status >= 500 && thrown.origin === 'local' && thrown.cause !== undefined };
}
