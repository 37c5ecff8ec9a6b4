/** What always holds, whatever goes wrong. */
export const INVARIANTS = {
  deadline: 'no call outlives its deadline, and nothing is begun after it',
  cancellation: 'a call that its caller has left ends at once, and nothing goes on for a call that has ended',
  permits: 'no more work runs than the bulkhead allows, and every permit comes back',
  timers: 'no timer and no listener outlives what it was for',
  attempts: 'no call is tried more often than its policy says',
  budget: 'retries and hedges to one destination stay within the budget that they share',
  errors: 'what a call fails with is what a transport or a policy says, and no accident',
  once: 'every call settles, every attempt ends, and each of them once',
  writes: 'what must not be repeated is received once at most',
  limit: 'no more attempts than the limit allows in any time',
  breaker: 'an open breaker lets nothing through before its time, and then no more than its probes',
} as const;

export type InvariantName = keyof typeof INVARIANTS;

/** An invariant that did not hold. */
export interface Violation {
  readonly invariant: InvariantName;
  /** Milliseconds since the simulation began. */
  readonly instant: number;
  readonly process: string;
  /** The call's number; absent where no call is to blame alone. */
  readonly call?: number;
  readonly what: string;
}
