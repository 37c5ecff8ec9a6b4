import type { LimitKey, ServerPolicy } from '../definition.ts';
import type { RefusedBy } from '../errors.ts';
import type { Alarm } from './alarms.ts';
import type { Bulkhead, Waiter } from './bulkhead.ts';
import { AnswerCache } from './cache.ts';
import { cancelledBy, deadlineError, refusal } from './ends.ts';
import { type Abortable, LazySignal, signalOf } from './lazy-signal.ts';
import { requestKey } from './request-key.ts';
import { LoopLag, Shedder } from './shed.ts';
import type { PolicyState } from './state.ts';

/**
 * Answers from the operation's cache, or by `fetch`. Call it only where authentication and validation are done.
 * `scope` keeps apart whose answers must not be mixed, as a rule the principal's name.
 */
export type Cached = <A>(request: unknown, scope: string, fetch: (signal: AbortSignal) => Promise<A>) => Promise<A>;

export interface AdmitCall<T> {
  /** When the caller stops waiting, as an instant of the clock. */
  readonly deadlineAt?: number | undefined;
  readonly limitKey: (key: LimitKey) => string;
  /** Aborts when the caller goes away. */
  readonly signal: Abortable;
  readonly request?: unknown;
  /** Told when the call is refused. */
  readonly refused?: ((by: RefusedBy) => void) | undefined;
  /** The work. */
  run(admitted: AdmittedCall): Promise<T>;
}

/** A call that was let in. */
export interface AdmittedCall {
  /** Aborts with the caller's and at the deadline. */
  readonly signal: AbortSignal;
  /** The same for who need not have the signal made. */
  readonly lifetime: Abortable;
  /** When nobody waits any longer, as an instant of the clock. */
  readonly deadlineAt: number | undefined;
  readonly cached: Cached;
}

export interface Admission {
  /** Runs the call's work, or rejects with a `ServiceError` whose `origin` is `deadline`, `refused` or `cancelled`. */
  admit<T>(call: AdmitCall<T>): Promise<T>;
  /** One of the same parts with other numbers, which knows what this one does. Calls under way stay with this one. */
  successor(policy: ServerPolicy): Admission;
}

/**
 * What a server does before the handler of one operation runs. In this order: deadline already gone, shed, limit, bulkhead.
 * The permit is held until the work has settled, also when the deadline has come before.
 *
 * @param target how errors name the operation
 */
export function createAdmission(policy: ServerPolicy, state: PolicyState, target = 'this operation'): Admission {
  return admissionBy(new Gate(policy, state, target));
}

function admissionBy(gate: Gate): Admission {
  return {
    admit: (call) => gate.admit(call),
    successor: (policy) => admissionBy(gate.successor(policy)),
  };
}

/** Where the parts of a server apply; no service can have such a name. */
export const SERVER = '(server)';

const lags = new WeakMap<PolicyState, LoopLag>();

function lagOf(state: PolicyState): LoopLag {
  let lag = lags.get(state);
  if (!lag) {
    lag = new LoopLag(state.clock);
    lags.set(state, lag);
  }
  return lag;
}

class Gate {
  readonly policy: ServerPolicy;
  readonly state: PolicyState;
  readonly target: string;
  readonly shedder: Shedder | undefined;
  readonly bulkhead: Bulkhead | undefined;
  readonly answers: AnswerCache | undefined;

  constructor(policy: ServerPolicy, state: PolicyState, target: string, before?: Gate) {
    const { shed, cache } = policy;
    this.policy = policy;
    this.state = state;
    this.target = target;
    this.shedder = shed && (before?.shedder?.successor(shed, lagOf(state)) ?? new Shedder(shed, lagOf(state)));
    this.bulkhead = policy.bulkhead && state.bulkhead(policy.bulkhead, SERVER);
    this.answers = cache && (before?.answers?.successor(cache) ?? new AnswerCache(cache, state));
  }

  successor(policy: ServerPolicy): Gate {
    if (this.policy.limit && policy.limit) this.state.inheritLimiter(this.policy.limit, policy.limit, SERVER);
    return new Gate(policy, this.state, this.target, this);
  }

  admit<T>(call: AdmitCall<T>): Promise<T> {
    const now = this.state.clock.now();
    const deadlineAt = this.#deadlineOf(call, now);
    if (call.signal.aborted) return Promise.reject(cancelledBy(call.signal, this.target));
    if (now >= deadlineAt) return Promise.reject(deadlineError(this.target));
    if (this.shedder && !this.shedder.tryEnter(now)) return this.refuse(call, 'shed');
    const limited = this.#limit(call);
    if (limited !== undefined) {
      this.shedder?.leave(undefined, now);
      return this.refuse(call, 'limit', limited);
    }
    if (!this.bulkhead && !this.shedder?.counts && deadlineAt === Number.POSITIVE_INFINITY) {
      return call.run(new Passed(this, call, deadlineAt));
    }
    return new Promise((resolve, reject) => new Admitted(this, call, deadlineAt, resolve, reject).enter(now));
  }

  refuse<T>(call: AdmitCall<T>, by: RefusedBy, retryAfter?: number): Promise<never> {
    call.refused?.(by);
    return Promise.reject(refusal(by, this.target, retryAfter));
  }

  cached<T>(call: AdmitCall<T>, deadlineAt: number): Cached {
    return (request, scope, fetch) => {
      if (!this.answers) return fetch(signalOf(call.signal));
      const key = `${JSON.stringify(scope)} ${requestKey(request, this.policy.cache?.key)}`;
      return this.answers.get(key, { target: this.target, signal: call.signal, deadlineAt }, (signal) => fetch(signal));
    };
  }

  #deadlineOf<T>(call: AdmitCall<T>, now: number): number {
    const own = this.policy.deadline === undefined ? Number.POSITIVE_INFINITY : now + this.policy.deadline;
    return Math.min(call.deadlineAt ?? Number.POSITIVE_INFINITY, own);
  }

  /** Milliseconds to wait if the limit refuses; undefined if it admits. */
  #limit<T>(call: AdmitCall<T>): number | undefined {
    const { limit } = this.policy;
    if (!limit) return undefined;
    const answer = this.state.limiter(limit, SERVER).take(limit.key ? call.limitKey(limit.key) : '');
    return answer.ok ? undefined : answer.retryAfter;
  }
}

/** A call that there was nothing to stop. */
class Passed<T> implements AdmittedCall {
  readonly #gate: Gate;
  readonly #call: AdmitCall<T>;
  readonly #deadlineAt: number;

  constructor(gate: Gate, call: AdmitCall<T>, deadlineAt: number) {
    this.#gate = gate;
    this.#call = call;
    this.#deadlineAt = deadlineAt;
  }

  get lifetime(): Abortable {
    return this.#call.signal;
  }

  get deadlineAt(): undefined {
    return undefined;
  }

  get signal(): AbortSignal {
    return signalOf(this.lifetime);
  }

  get cached(): Cached {
    return this.#gate.cached(this.#call, this.#deadlineAt);
  }
}

/** A call past the gate: it waits for a permit, then its work runs. It is its own alarm, at its deadline. */
class Admitted<T> implements Alarm, AdmittedCall {
  readonly due: number;
  place = -1;
  readonly #gate: Gate;
  readonly #call: AdmitCall<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  /** Only where there is a deadline to add to the caller's own signal. */
  readonly #deadline: LazySignal | undefined;
  #waiter: Waiter | undefined;
  #ended = false;
  /** Waiting for a permit is part of the latency that shedding goes by: it is the queue that must not grow. */
  #enteredAt = 0;

  constructor(
    gate: Gate,
    call: AdmitCall<T>,
    deadlineAt: number,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#gate = gate;
    this.#call = call;
    this.due = deadlineAt;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#deadline = deadlineAt === Number.POSITIVE_INFINITY ? undefined : new LazySignal();
  }

  get lifetime(): Abortable {
    return this.#deadline ?? this.#call.signal;
  }

  get deadlineAt(): number | undefined {
    return this.#deadline && this.due;
  }

  get signal(): AbortSignal {
    return signalOf(this.lifetime);
  }

  get cached(): Cached {
    return this.#gate.cached(this.#call, this.due);
  }

  enter(now: number): void {
    const { bulkhead, state } = this.#gate;
    this.#enteredAt = now;
    this.#call.signal.addEventListener('abort', this);
    if (this.#deadline) state.alarms.add(this, now);
    if (!bulkhead || bulkhead.tryEnter()) {
      this.#run();
      return;
    }
    this.#waiter = () => {
      // Its alarm may be late, as all timers are now and then.
      if (state.clock.now() >= this.due) {
        this.ring();
        return false;
      }
      this.#waiter = undefined;
      this.#run();
      return true;
    };
    if (bulkhead.wait(this.#waiter)) return;
    this.#end();
    this.#gate.shedder?.leave(undefined, now);
    this.#gate.refuse(this.#call, 'bulkhead').catch(this.#reject);
  }

  #run(): void {
    const call = this.#call;
    const gate = this.#gate;
    const leave = () => {
      gate.bulkhead?.leave();
      if (!gate.shedder) return;
      const now = gate.state.clock.now();
      gate.shedder.leave(now - this.#enteredAt, now);
    };
    let work: Promise<T>;
    try {
      work = Promise.resolve(call.run(this));
    } catch (error) {
      work = Promise.reject(error);
    }
    work.then(
      (value) => {
        leave();
        if (this.#end()) this.#resolve(value);
      },
      (error) => {
        leave();
        if (this.#end()) this.#reject(error);
      },
    );
  }

  ring(): void {
    this.#giveUp(deadlineError(this.#gate.target));
  }

  handleEvent(): void {
    this.#giveUp(cancelledBy(this.#call.signal, this.#gate.target));
  }

  #giveUp(error: unknown): void {
    if (!this.#end()) return;
    if (this.#waiter) {
      this.#gate.bulkhead?.giveUp(this.#waiter);
      this.#gate.shedder?.leave(undefined, this.#gate.state.clock.now());
    }
    this.#deadline?.abort(error);
    this.#reject(error);
  }

  /** Stops waiting for deadline and abort; false if that was done before. */
  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#gate.state.alarms.remove(this);
    this.#call.signal.removeEventListener('abort', this);
    return true;
  }
}
