import type { ClientPolicy } from '../definition.ts';
import type { Attempt, EdgeCall, EdgeEvent } from './call.ts';
import { callEdge } from './edge.ts';
import { seededRandom } from './random.ts';
import { createPolicyState, type PolicyState } from './state.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** For tests of policies: one caller process in virtual time, and the calls it makes. */
export interface Testbed {
  readonly clock: VirtualClock;
  readonly state: PolicyState;
  readonly events: EdgeEvent[];
  /** Calls `users.GetUser`, idempotent and reading unless said otherwise, and watches what comes of it. */
  call<T>(policy: ClientPolicy, attempt: (attempt: Attempt) => Promise<T>, more?: Partial<EdgeCall<T>>): Watched<T>;
  /** Settles with `value` in so many milliseconds, whatever the signal says. */
  later<T>(ms: number, value: T): Promise<T>;
  /** Rejects in so many milliseconds. */
  failLater(ms: number, error: unknown): Promise<never>;
}

export function testbed(seed = 1): Testbed {
  const clock = virtualClock();
  const state = createPolicyState({ clock, random: seededRandom(seed) });
  const events: EdgeEvent[] = [];
  return {
    clock,
    state,
    events,
    call: (policy, attempt, more) =>
      watch(
        callEdge(state, {
          destination: 'users',
          operation: 'GetUser',
          idempotent: true,
          reads: true,
          request: { id: '1' },
          policy,
          endpoints: ['a:1'],
          observe: (event) => events.push(event),
          attempt,
          ...more,
        }),
        () => clock.now(),
      ),
    later: (ms, value) => new Promise((resolve) => clock.after(ms, () => resolve(value))),
    failLater: (ms, error) => new Promise((_, reject) => clock.after(ms, () => reject(error))),
  };
}

/** A promise whose state can be looked at. */
export interface Watched<T> {
  readonly settled: boolean;
  readonly value: T | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at properties of whatever was thrown
  readonly error: any;
  /** The instant at which it settled. */
  readonly at: number | undefined;
}

export function watch<T>(promise: Promise<T>, now: () => number): Watched<T> {
  const watched: { -readonly [K in keyof Watched<T>]: Watched<T>[K] } = {
    settled: false,
    value: undefined,
    error: undefined,
    at: undefined,
  };
  promise.then(
    (value) => Object.assign(watched, { settled: true, value, at: now() }),
    (error) => Object.assign(watched, { settled: true, error, at: now() }),
  );
  return watched;
}

/** Never settles: work that ignores its signal. */
export function hang(): Promise<never> {
  return new Promise(() => {});
}

/** A clock that only tells the time, for what never waits. */
export function dial() {
  let now = 0;
  const turn = (ms: number) => {
    now += ms;
  };
  return { now: () => now, after: () => () => {}, turn };
}
