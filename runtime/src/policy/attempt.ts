import { ServiceError } from '../errors.ts';
import type { Alarm } from './alarms.ts';
import { type Breaker, type BreakerState, type BreakerToken, REFUSED } from './breaker.ts';
import type { Waiter } from './bulkhead.ts';
import type { Attempt } from './call.ts';
import { chooseEndpoint, soonestProbe } from './choose.ts';
import type { Endpoint } from './endpoint.ts';
import { refusal, timeoutError } from './ends.ts';
import { translateError } from './foreign.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { EdgeRun } from './run.ts';

/** What a failure counts as a latency at least, so that an endpoint which fails fast does not look fast. Milliseconds. */
const FAILURE_LATENCY = 1000;

/** How long an endpoint that throttles is passed over if it does not say, and at most. Milliseconds. */
const REST = 1000;
const LONGEST_REST = 30_000;

/**
 * One attempt, through endpoint and breaker, limit, bulkhead and timeout to the transport. It *ends* when the call knows
 * its outcome; its work *settles* when the transport is through, and only then is the permit returned.
 *
 * It is its own alarm, at the earlier of its timeout and the call's deadline.
 */
export class AttemptRun<T> implements Attempt, Alarm {
  readonly number: number;
  readonly hedge: boolean;
  /** Holds a place in the retry budget. */
  readonly budgeted: boolean;
  readonly startedAt: number;
  due: number;
  place = -1;
  ended = false;
  /** The work goes on after it has succeeded (a stream); whoever reads it calls `leave`. */
  outlives = false;
  readonly #run: EdgeRun<T>;
  #endpoint: Endpoint | undefined;
  #breaker: Breaker | undefined;
  #token: BreakerToken = REFUSED;
  #waiter: Waiter | undefined;
  /** The endpoint's own time begins here: it is not to blame for the wait in our queue. */
  #sentAt: number | undefined;
  #controller: AbortController | undefined;
  #aborted = false;
  #abortReason: unknown;

  constructor(run: EdgeRun<T>, number: number, now: number, hedge: boolean, budgeted: boolean) {
    this.#run = run;
    this.number = number;
    this.hedge = hedge;
    this.budgeted = budgeted;
    this.startedAt = now;
    const { timeout } = run.edge.policy;
    this.due = timeout === undefined ? run.deadlineAt : Math.min(now + timeout, run.deadlineAt);
  }

  get endpoint(): string {
    return this.#endpoint?.address ?? '';
  }

  get deadlineAt(): number | undefined {
    return this.due === Number.POSITIVE_INFINITY ? undefined : this.due;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  start(): void {
    const { state, edge } = this.#run;
    if (!this.#pickEndpoint()) return;
    const limited = edge.limiter?.take(this.#run.limitKey, this.startedAt);
    if (limited && !limited.ok) {
      this.#refuse('limit', limited.retryAfter);
      return;
    }
    if (this.due !== Number.POSITIVE_INFINITY) state.alarms.add(this, this.startedAt);
    if (!edge.bulkhead || edge.bulkhead.tryEnter()) {
      this.#send(this.startedAt);
      return;
    }
    this.#waiter = () => {
      const now = state.clock.now();
      // Its alarm may be late, as all timers are now and then.
      if (now >= this.due) {
        this.ring();
        return false;
      }
      this.#waiter = undefined;
      this.#send(now);
      return true;
    };
    if (!edge.bulkhead.wait(this.#waiter)) {
      this.#waiter = undefined;
      this.#refuse('bulkhead');
    }
  }

  #pickEndpoint(): boolean {
    const { state, edge, call, tried } = this.#run;
    if (call.endpoints.length === 0) {
      const error = new ServiceError('unavailable', `no endpoint of ${call.destination} is known`, {
        origin: 'connect',
      });
      this.#fail(error, 'failure');
      return false;
    }
    const endpoint = chooseEndpoint(state, edge, call, tried, this.startedAt);
    if (!endpoint) {
      this.#refuse('breaker', soonestProbe(state, edge, call, this.startedAt));
      return false;
    }
    this.#endpoint = endpoint;
    const { breaker } = edge.policy;
    if (!breaker) return true;
    this.#breaker = endpoint.breaker(breaker, edge.breakerSettings);
    const before = this.#breaker.state;
    this.#token = this.#breaker.acquire(this.startedAt);
    this.#reportBreaker(before);
    return true;
  }

  #send(now: number): void {
    const { call } = this.#run;
    const endpoint = this.#endpoint!;
    this.#sentAt = now;
    endpoint.inFlight++;
    call.observe?.({ kind: 'attempt-started', number: this.number, endpoint: endpoint.address, hedge: this.hedge });
    let settling: Promise<T>;
    try {
      // Functions given by hand may return a plain value.
      settling = Promise.resolve(call.attempt(this));
    } catch (error) {
      settling = Promise.reject(error);
    }
    settling.then(
      (value) => this.#settledWell(value),
      (error) => this.#settledBadly(error),
    );
  }

  #settledWell(value: T): void {
    if (this.ended) {
      this.#discard(value);
      return;
    }
    this.#end('success');
    this.#run.succeeded(this, value);
    // Last, since the permit may wake a hedge of this very call, which has no use for it any more.
    if (!this.outlives) this.leave();
  }

  /** Nobody waits for it any longer, but it may hold something: a stream is open. */
  #discard(value: T): void {
    const { discard } = this.#run.call;
    const leave = () => this.leave();
    if (discard) discard(value).then(leave, leave);
    else this.leave();
  }

  #settledBadly(error: unknown): void {
    this.leave();
    if (!this.ended) this.#fail(error, outcomeOf(error));
  }

  /** The work has settled: the permit goes back. */
  leave(): void {
    this.#endpoint!.inFlight--;
    this.#run.edge.bulkhead?.leave();
  }

  #fail(error: unknown, outcome: Outcome): void {
    this.#end(outcome, error);
    this.#run.failed(this, error, outcome);
  }

  #refuse(by: 'breaker' | 'limit' | 'bulkhead', retryAfter?: number): void {
    this.#run.call.observe?.({ kind: 'refused', by, ...(this.#endpoint && { endpoint: this.#endpoint.address }) });
    this.#fail(refusal(by, this.#run.target, retryAfter), 'refused');
  }

  /** The timeout, or the call's deadline, has come. */
  ring(): void {
    if (this.due >= this.#run.deadlineAt) {
      this.#run.deadlinePassed();
      return;
    }
    if (this.#sentAt === undefined) {
      this.#refuse('bulkhead');
      return;
    }
    const error = timeoutError(this.#run.target, this.#run.edge.policy.timeout!);
    this.#fail(error, 'failure');
    this.abort(error);
  }

  /** The call has ended without waiting for this attempt. Being too late for the deadline counts against the endpoint. */
  abandon(reason: ServiceError): void {
    this.#end(reason.origin === 'deadline' && this.#sentAt !== undefined ? 'failure' : 'cancelled', reason);
    this.abort(reason);
  }

  /** Tells the transport to stop. */
  abort(reason: unknown): void {
    this.#aborted = true;
    this.#abortReason = reason;
    this.#controller?.abort(reason);
  }

  #end(outcome: Outcome, error?: unknown): void {
    const { state, edge, call } = this.#run;
    this.ended = true;
    state.alarms.remove(this);
    if (this.#waiter) edge.bulkhead?.giveUp(this.#waiter);
    if (this.budgeted) edge.destination.budget.giveBack();
    if (!this.#endpoint) return;
    const now = state.clock.now();
    const latency = now - (this.#sentAt ?? now);
    this.#judge(this.#endpoint, outcome, error, latency, now);
    if (this.#sentAt !== undefined && call.observe) {
      const { number, hedge, endpoint } = this;
      const ended = { kind: 'attempt-ended', number, endpoint, hedge, latency, outcome } as const;
      call.observe(error === undefined ? ended : { ...ended, code: translateError(error).code });
    }
  }

  /** What the outcome says about the endpoint: to its breaker and to the balancer. */
  #judge(endpoint: Endpoint, outcome: Outcome, error: unknown, latency: number, now: number): void {
    switch (outcome) {
      case 'success':
      case 'answered':
        endpoint.latency.add(latency, now);
        this.#recordOnBreaker(false, latency, now);
        this.#judgeStanding(endpoint, false, now);
        break;
      case 'failure':
        endpoint.latency.add(Math.max(latency, FAILURE_LATENCY), now);
        this.#recordOnBreaker(true, latency, now);
        this.#judgeStanding(endpoint, true, now);
        break;
      case 'throttled':
        endpoint.restsUntil = now + Math.min(translateError(error).retryAfter ?? REST, LONGEST_REST);
        this.#breaker?.release(this.#token);
        break;
      case 'cancelled':
      case 'refused':
        this.#breaker?.release(this.#token);
        break;
    }
  }

  #recordOnBreaker(failed: boolean, latency: number, now: number): void {
    if (!this.#breaker) return;
    const before = this.#breaker.state;
    this.#breaker.record(this.#token, failed, latency, now);
    this.#reportBreaker(before);
  }

  /** An endpoint among others is passed over for a while if it does worse than they. */
  #judgeStanding(endpoint: Endpoint, failed: boolean, now: number): void {
    const { edge, call } = this.#run;
    const among = edge.endpoints;
    if (among.length < 2) return;
    edge.destination.outliers.judge(endpoint, failed, among, now, ({ address }, time, cause) =>
      call.observe?.({ kind: 'ejected', endpoint: address, time, cause }),
    );
  }

  #reportBreaker(from: BreakerState): void {
    const to = this.#breaker!.state;
    if (from !== to) this.#run.call.observe?.({ kind: 'breaker', endpoint: this.endpoint, from, to });
  }
}
