import type { ClientPolicy } from '../../definition.ts';
import { ServiceError } from '../../errors.ts';
import { DEFAULT_SHARE } from '../../policy/budget.ts';
import type { Attempt, EdgeEvent } from '../../policy/call.ts';
import { WatchedSignal } from '../watched-signal.ts';
import type { Called, Invariants } from './invariants.ts';
import type { ProcessWatch, Traffic } from './process-watch.ts';
import type { InvariantName } from './violation.ts';
import { MOMENT, watchdog } from './watchdog.ts';

/** Retries and hedges in flight that every budget allows (Envoy's `min_retry_concurrency`). */
const FLOOR = 3;

const NEVER = Number.POSITIVE_INFINITY;

/** One attempt that has been sent and has not ended. */
interface Live {
  readonly endpoint: string;
  readonly extra: boolean;
}

/** Watches one call at its caller. */
export class CallWatch {
  readonly #invariants: Invariants;
  readonly #watch: ProcessWatch;
  readonly #called: Called;
  readonly #policy: ClientPolicy;
  readonly #traffic: Traffic;
  readonly #deadlineAt: number;
  readonly #self: { readonly id: number; readonly what: string };
  readonly #callOff: (() => void) | undefined;
  readonly #live = new Map<number, Live>();
  readonly #work = new Set<Attempt>();
  readonly #extras = new Set<number>();
  /** Whether there is a deadline, its caller's or its own. */
  readonly #ends: boolean;
  #settled = false;
  #tries = 0;
  #retries = 0;
  #hedges = 0;
  #asks = 0;

  constructor(invariants: Invariants, watch: ProcessWatch, called: Called) {
    this.#invariants = invariants;
    this.#watch = watch;
    this.#called = called;
    const { model, signal } = called;
    this.#policy = model.policy;
    this.#ends = called.deadlineAt !== undefined || model.policy.deadline !== undefined;
    this.#traffic = watch.traffic(model.service);
    this.#traffic.calls++;
    if (this.#called.cached) {
      this.#traffic.caches = true;
      watch.rests = false;
    }
    watch.used(model.policy, model.service);
    this.#self = { id: called.id, what: `a call to ${model.service}` };
    watch.unsettled.add(this.#self);
    watch.begin();
    const { process } = watch;
    // A fallback that calls somebody else has the caller's own time for it.
    const own = model.instead === undefined ? (model.policy.deadline ?? NEVER) : NEVER;
    this.#deadlineAt = Math.min(called.deadlineAt ?? NEVER, process.clock.now() + own);
    if (signal instanceof WatchedSignal) signal.onAbort = () => this.#soon(() => this.#left());
    if (this.#deadlineAt === NEVER) return;
    this.#callOff = watchdog(process, invariants.clock, this.#deadlineAt, () =>
      this.#violated('deadline', 'the call goes on after its deadline'),
    );
  }

  observe(event: EdgeEvent): void {
    switch (event.kind) {
      case 'attempt-started':
        this.#started(event.number, event.endpoint, event.hedge);
        break;
      case 'attempt-ended':
        this.#ended(event.number);
        break;
      case 'retry':
        // Asking for an answer that is being worked on uses up no attempt, where there is a deadline to end it.
        if (event.cause === 'still-running' && this.#ends) this.#asks++;
        else this.#retries++;
        if (this.#retries >= (this.#policy.retry?.attempts ?? 1)) this.#violated('attempts', `retry ${this.#retries}`);
        this.#addExtra(event.number);
        break;
      case 'hedge':
        this.#hedges++;
        if (this.#hedges > (this.#policy.hedge?.extra ?? 0)) this.#violated('attempts', `hedge ${this.#hedges}`);
        this.#addExtra(event.number);
        break;
      case 'breaker': {
        const wrong = this.#watch.breaker(this.#policy.breaker!, event.endpoint).changed(event.to, this.#now());
        if (wrong) this.#violated('breaker', `${event.endpoint}: ${wrong}`);
        break;
      }
      case 'refused':
      case 'cache':
      case 'fallback':
      case 'ejected':
        break;
    }
  }

  #started(number: number, endpoint: string, hedge: boolean): void {
    if (!hedge) this.#tries++;
    const { retry, limit, bulkhead, breaker } = this.#policy;
    const most = (retry?.attempts ?? 1) + this.#asks;
    if (this.#tries > most) this.#violated('attempts', `try ${this.#tries} of ${most}`);
    if (this.#live.has(number)) this.#violated('once', `attempt ${number} begins twice`);
    const extra = this.#extras.has(number);
    const live = { endpoint, extra };
    this.#live.set(number, live);
    if (extra) this.#traffic.extras++;
    // Behind a queue an attempt is sent later than it was let through.
    if (bulkhead && bulkhead.queue > 0) return;
    const now = this.#now();
    if (limit && !this.#watch.bucket(limit, this.#called.model.service).take(now)) {
      this.#violated('limit', `attempt ${number} is more than ${limit.rate} a second, ${limit.burst} at once`);
    }
    const wrong = breaker && this.#watch.breaker(breaker, endpoint).attempted(live, now);
    if (wrong) this.#violated('breaker', `${endpoint}: ${wrong}`);
  }

  #notAfterTheEnd(number: number): void {
    if (this.#called.cached) return;
    if (this.#called.signal?.aborted)
      this.#violated('cancellation', `attempt ${number} begins after the caller has gone`);
    else if (this.#settled) this.#violated('once', `attempt ${number} begins after the call has ended`);
  }

  #ended(number: number): void {
    const live = this.#live.get(number);
    if (!live) {
      this.#violated('once', `attempt ${number} ends, which has not begun or has ended before`);
      return;
    }
    this.#live.delete(number);
    if (live.extra) this.#traffic.extras--;
    if (this.#policy.breaker) this.#watch.breaker(this.#policy.breaker, live.endpoint).ended(live);
  }

  /** A place in the budget was taken. */
  #addExtra(number: number): void {
    this.#extras.add(number);
    const share = this.#policy.retry?.budget ?? DEFAULT_SHARE;
    const { service } = this.#called.model;
    const { calls, extras } = this.#watch.state.edge(this.#policy, service).destination.budget;
    const { calls: seen, extras: sent, caches } = this.#traffic;
    const allowed = (of: number) => Math.max(FLOOR, share * of);
    if (extras > allowed(calls)) this.#violated('budget', `${extras} of ${calls} calls are retries or hedges`);
    if (sent + 1 > extras)
      this.#violated('budget', `${sent + 1} retries or hedges where the budget knows of ${extras}`);
    if (!caches && calls > seen) this.#violated('budget', `the budget counts ${calls} calls where there are ${seen}`);
  }

  /** A request goes out; `work` settles when the transport is through with it. */
  sent(attempt: Attempt, work: Promise<unknown>): void {
    // A fetch that others may wait for goes on after the deadline of who began it.
    const callUntil = this.#called.cached ? NEVER : this.#deadlineAt;
    const late = this.#now() - Math.min(attempt.deadlineAt ?? NEVER, callUntil);
    if (late >= 0) this.#violated('deadline', `attempt ${attempt.number} is sent ${late} ms after its time`);
    this.#notAfterTheEnd(attempt.number);
    const { bulkhead } = this.#policy;
    const { service } = this.#called.model;
    const { running } = this.#watch;
    const now = bulkhead ? running.add(bulkhead, service, 1) : 0;
    if (bulkhead && now > bulkhead.concurrent) {
      this.#violated('permits', `${now} attempts run, where the bulkhead allows ${bulkhead.concurrent}`);
    }
    this.#work.add(attempt);
    this.#watch.begin();
    const through = () => {
      this.#work.delete(attempt);
      this.#watch.end();
      if (bulkhead) running.add(bulkhead, service, -1);
    };
    work.then(through, through);
  }

  settled(error: unknown): void {
    this.#settled = true;
    if (error !== undefined && !isExpected(error)) this.#violated('errors', `the call fails with ${error}`);
    this.#callOff?.();
    this.#traffic.calls--;
    this.#watch.unsettled.delete(this.#self);
    this.#watch.end();
    if (this.#called.cached) return;
    this.#soon(() => {
      for (const { signal, number } of this.#work) {
        if (!signal.aborted) this.#violated('cancellation', `attempt ${number} goes on after the call has ended`);
      }
    });
  }

  /** The caller has gone a moment ago. */
  #left(): void {
    if (!this.#settled) this.#violated('cancellation', 'the call goes on after its caller has gone');
  }

  #soon(look: () => void): void {
    this.#invariants.clock.after(MOMENT, () => {
      if (this.#watch.process.alive) look();
    });
  }

  #now(): number {
    return this.#watch.process.clock.now();
  }

  #violated(invariant: InvariantName, what: string): void {
    this.#invariants.violated(invariant, this.#watch.process, what, this.#called.id);
  }
}

/** Those of policies, and those that a transport gives: with the code of a socket, or the status of a reply. */
function isExpected(error: unknown): boolean {
  return error instanceof ServiceError || (error instanceof Error && ('code' in error || 'status' in error));
}
