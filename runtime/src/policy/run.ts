import { ServiceError } from '../errors.ts';
import { type Alarm, alarm } from './alarms.ts';
import { AttemptRun } from './attempt.ts';
import { backoff, waitAsked } from './backoff.ts';
import { DEFAULT_SHARE } from './budget.ts';
import type { EdgeCall } from './call.ts';
import { cancelledBy, deadlineError, targetOf } from './ends.ts';
import { translateError } from './foreign.ts';
import { Percentiles } from './latency.ts';
import { type Outcome, retryCauseOf } from './outcome.ts';
import type { Edge, PolicyState } from './state.ts';

const NONE: readonly string[] = [];

/** Never changed: most calls have one attempt, for which a list of one is made. */
const NO_ATTEMPTS: never[] = [];

/**
 * One call: its deadline, its attempts one after another (retries) or side by side (hedges), and the caller's abort.
 *
 * Everything happens in events (an attempt ends, an alarm rings, the caller aborts), so nothing is ever waited out: the
 * first event that ends the call ends it at once, and what is left of it is cancelled.
 */
export class EdgeRun<T> {
  readonly state: PolicyState;
  readonly edge: Edge;
  readonly call: EdgeCall<T>;
  /** Infinity: none. */
  readonly deadlineAt: number;
  /** By what the limit counts this call. */
  readonly limitKey: string;
  /** Endpoints of attempts that failed. */
  tried = NONE;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  #live: AttemptRun<T>[] = NO_ATTEMPTS;
  /** The backoff, or the time until the next hedge. */
  #alarm: Alarm | undefined;
  #attempts = 0;
  #tries = 0;
  #hedges = 0;
  /** A retry is waiting for its backoff, with its place in the budget. */
  #waiting = false;
  #done = false;

  constructor(
    state: PolicyState,
    edge: Edge,
    call: EdgeCall<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.state = state;
    this.edge = edge;
    this.call = call;
    this.#resolve = resolve;
    this.#reject = reject;
    const limitedBy = edge.policy.limit?.key;
    this.limitKey = (limitedBy && call.limitKey?.(limitedBy)) ?? '';
    const own = edge.policy.deadline;
    const inherited = call.deadlineAt ?? Number.POSITIVE_INFINITY;
    this.deadlineAt = own === undefined ? inherited : Math.min(state.clock.now() + own, inherited);
  }

  get target(): string {
    return targetOf(this.call);
  }

  start(): void {
    const { signal } = this.call;
    if (signal?.aborted) {
      this.#reject(cancelledBy(signal, this.target));
      return;
    }
    const now = this.state.clock.now();
    if (now >= this.deadlineAt) {
      this.#reject(deadlineError(this.target));
      return;
    }
    this.edge.destination.budget.begin(this.#share);
    signal?.addEventListener('abort', this);
    this.#launch(now, false, false);
    if (this.edge.policy.hedge && this.call.idempotent) this.#planHedge(now);
  }

  #launch(now: number, hedge: boolean, budgeted: boolean): void {
    if (!hedge) this.#tries++;
    const attempt = new AttemptRun<T>(this, ++this.#attempts, now, hedge, budgeted);
    this.#live = this.#live.length === 0 ? [attempt] : [...this.#live, attempt];
    attempt.start();
  }

  succeeded(attempt: AttemptRun<T>, value: T): void {
    this.#done = true;
    this.#measure(attempt);
    this.#remove(attempt);
    if (this.#live.length > 0) {
      this.#abandonAll(new ServiceError('cancelled', 'another attempt has answered', { origin: 'cancelled' }));
    }
    this.#finish();
    this.#resolve(value);
  }

  failed(attempt: AttemptRun<T>, error: unknown, outcome: Outcome): void {
    this.#remove(attempt);
    if (this.#done) return;
    if (attempt.endpoint !== '') this.tried = [...this.tried, attempt.endpoint];
    // An attempt beside it may still succeed, unless this error is the callee's answer, and final.
    const isFinal = outcome === 'answered' && !translateError(error).stillRunning;
    if (this.#live.length > 0 && !isFinal) this.#heedPushback(error);
    else if (!this.#retry(error)) this.#fail(error);
  }

  /** What a server asks for holds for hedges too (gRPC A6): the next one comes then, or not at all. */
  #heedPushback(error: unknown): void {
    const { retryAfter, origin } = translateError(error);
    const planned = this.#alarm !== undefined && this.#alarm.place >= 0;
    if (!planned || retryAfter === undefined || origin === 'refused') return;
    this.#sleepNoMore();
    if (retryAfter < 0) return;
    this.#wake(this.state.clock.now(), waitAsked(retryAfter, this.state.random), () => this.#hedge());
  }

  /** Plans another try, if policy, operation, budget and deadline allow one. */
  #retry(error: unknown): boolean {
    const retry = this.edge.policy.retry;
    if (!retry || (this.#tries >= retry.attempts && !this.#mayAsk(error))) return false;
    const cause = retryCauseOf(error, retry.on);
    if (cause === undefined || (cause !== 'connect' && !this.call.idempotent)) return false;
    const now = this.state.clock.now();
    const delay = backoff(retry, this.#tries, translateError(error).retryAfter, this.state.random);
    if (now + delay >= this.deadlineAt) return false;
    if (!this.#takeBudget(translateError(error).stillRunning)) return false;
    this.call.observe?.({ kind: 'retry', number: this.#attempts + 1, delay, cause });
    this.#waiting = true;
    this.#wake(now, delay, () => this.#retryNow());
    return true;
  }

  #retryNow(): void {
    const now = this.state.clock.now();
    // There was time when this was planned, but timers are late now and then.
    if (now >= this.deadlineAt) {
      this.deadlinePassed();
      return;
    }
    this.#waiting = false;
    this.#launch(now, false, true);
  }

  /** Asking for the answer of an attempt that still runs tries nothing again; the deadline is its only end. */
  #mayAsk(error: unknown): boolean {
    return translateError(error).stillRunning === true && this.deadlineAt !== Number.POSITIVE_INFINITY;
  }

  get #share(): number {
    return this.edge.policy.retry?.budget ?? DEFAULT_SHARE;
  }

  #takeBudget(asks?: boolean): boolean {
    if (this.edge.destination.budget.tryTake(this.#share, asks)) return true;
    this.call.observe?.({ kind: 'refused', by: 'budget' });
    return false;
  }

  #planHedge(now: number): void {
    const { after, extra } = this.edge.policy.hedge!;
    // Nothing to hedge if the attempt has already failed: the call is over, or waits for its retry.
    if (this.#live.length === 0 || this.#hedges >= extra) return;
    const delay = typeof after === 'number' ? after : this.#percentiles().read(after.percentile);
    if (delay === undefined) return;
    this.#wake(now, delay, () => this.#hedge());
  }

  #hedge(): void {
    const now = this.state.clock.now();
    if (now >= this.deadlineAt) {
      this.deadlinePassed();
      return;
    }
    if (!this.#takeBudget()) return;
    this.#hedges++;
    this.call.observe?.({ kind: 'hedge', number: this.#attempts + 1 });
    // A hedge is of use at an endpoint that is not already being waited for.
    const tried = this.tried;
    this.tried = [...tried, ...this.#live.map((attempt) => attempt.endpoint)];
    this.#launch(now, true, true);
    this.tried = tried;
    this.#planHedge(now);
  }

  #wake(now: number, delay: number, ring: () => void): void {
    this.#sleepNoMore();
    this.#alarm = alarm(now + delay, ring);
    this.state.alarms.add(this.#alarm, now);
  }

  #sleepNoMore(): void {
    if (this.#alarm) this.state.alarms.remove(this.#alarm);
    this.#alarm = undefined;
  }

  deadlinePassed(): void {
    this.#fail(deadlineError(this.target));
  }

  /** The caller's signal has aborted. (The call is its own listener.) */
  handleEvent(): void {
    this.#fail(cancelledBy(this.call.signal!, this.target));
  }

  #fail(error: unknown): void {
    if (this.#done) return;
    this.#done = true;
    if (this.#live.length > 0) this.#abandonAll(asReason(error));
    this.#finish();
    this.#reject(error);
  }

  #abandonAll(reason: ServiceError): void {
    const live = this.#live;
    this.#live = NO_ATTEMPTS;
    for (const attempt of live) {
      attempt.abandon(reason);
      this.#measure(attempt);
    }
  }

  #finish(): void {
    this.#sleepNoMore();
    if (this.#waiting) this.edge.destination.budget.giveBack();
    this.#waiting = false;
    this.edge.destination.budget.end();
    this.call.signal?.removeEventListener('abort', this);
  }

  #remove(attempt: AttemptRun<T>): void {
    const live = this.#live;
    if (live.length === 1 && live[0] === attempt) this.#live = NO_ATTEMPTS;
    else this.#live = live.filter((other) => other !== attempt);
  }

  /** First tries only: one that lost to its hedge took at least this long, and hedges that won would make the percentile sink. */
  #measure(attempt: AttemptRun<T>): void {
    const { hedge } = this.edge.policy;
    if (hedge && typeof hedge.after !== 'number' && !attempt.hedge)
      this.#percentiles().add(this.state.clock.now() - attempt.startedAt);
  }

  #percentiles(): Percentiles {
    const { latencies } = this.edge;
    let percentiles = latencies.get(this.call.operation);
    if (!percentiles) {
      percentiles = new Percentiles();
      latencies.set(this.call.operation, percentiles);
    }
    return percentiles;
  }
}

/** Why the attempts beside the one that failed are cancelled. */
function asReason(error: unknown): ServiceError {
  const { origin } = translateError(error);
  if (error instanceof ServiceError && (origin === 'deadline' || origin === 'cancelled')) return error;
  return new ServiceError('cancelled', 'another attempt has ended the call', { origin: 'cancelled', cause: error });
}
