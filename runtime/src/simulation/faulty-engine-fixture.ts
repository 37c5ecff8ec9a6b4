/** Engines with one fault each, such as well-known libraries have or had: the simulation must find every one of them. */
import type { ClientPolicy } from '../definition.ts';
import { SERVER } from '../policy/admission.ts';
import type { Alarm } from '../policy/alarms.ts';
import { Budget } from '../policy/budget.ts';
import { Bulkhead } from '../policy/bulkhead.ts';
import type { Attempt, EdgeCall } from '../policy/call.ts';
import type { Abortable } from '../policy/lazy-signal.ts';
import { createLimiter } from '../policy/limiter.ts';
import type { PolicyState } from '../policy/state.ts';
import { type Engine, PRODUCTION } from './engine.ts';
import type { InvariantName } from './invariants/violation.ts';

/** An engine, and the invariant that it breaks. */
export interface Fault {
  readonly engine: Engine;
  readonly breaks: InvariantName;
}

/** Production, with states that were tampered with. */
function tampered(tamper: (state: PolicyState) => void): Engine {
  return {
    ...PRODUCTION,
    createPolicyState(options) {
      const state = PRODUCTION.createPolicyState(options);
      tamper(state);
      return state;
    },
  };
}

/** Production, asked for something else than the caller has asked for. */
function misunderstood(change: <T>(call: EdgeCall<T>) => EdgeCall<T>): Engine {
  return { ...PRODUCTION, callEdge: (state, call) => PRODUCTION.callEdge(state, change(call)) };
}

/** The same changed policy for the same policy: what is remembered goes by the object. */
function misread(change: (policy: ClientPolicy) => ClientPolicy): Engine {
  const changed = new WeakMap<ClientPolicy, ClientPolicy>();
  return misunderstood((call) => {
    let policy = changed.get(call.policy);
    if (!policy) {
      policy = change(call.policy);
      changed.set(call.policy, policy);
    }
    return { ...call, policy };
  });
}

/** Bulkheads of another kind, still one for each part and place. */
function bulkheads(create: (part: ConstructorParameters<typeof Bulkhead>[0]) => Bulkhead): Engine {
  return tampered((state) => {
    const made = new Map<object, Map<string, Bulkhead>>();
    state.bulkhead = (part, at) => {
      const places = made.get(part) ?? new Map<string, Bulkhead>();
      made.set(part, places);
      const bulkhead = places.get(at) ?? create(part);
      places.set(at, bulkhead);
      return bulkhead;
    };
  });
}

/** Budgets of another kind, one for each destination. */
function budgets(create: () => Budget): Engine {
  return tampered((state) => {
    const edge = state.edge.bind(state);
    const changed = new WeakSet<object>();
    state.edge = (policy, name) => {
      const found = edge(policy, name);
      if (!changed.has(found.destination)) {
        Object.defineProperty(found.destination, 'budget', { value: create() });
        changed.add(found.destination);
      }
      return found;
    };
  });
}

class ReturnsTwice extends Bulkhead {
  override leave(): void {
    super.leave();
    super.leave();
  }
}

class ForgetsSome extends Bulkhead {
  #left = 0;

  override leave(): void {
    if (++this.#left % 10 !== 0) super.leave();
  }
}

class Boundless extends Budget {
  override tryTake(): boolean {
    return super.tryTake(Number.POSITIVE_INFINITY);
  }
}

class GivesNothingBack extends Budget {
  override giveBack(): void {}
}

function notSharedBudgets(): Engine {
  return tampered((state) => {
    const edge = state.edge.bind(state);
    const own = new WeakMap<ClientPolicy, Map<string, ReturnType<typeof edge>>>();
    state.edge = (policy, name) => {
      const places = own.get(policy) ?? new Map<string, ReturnType<typeof edge>>();
      own.set(policy, places);
      const found = edge(policy, name);
      const mine = places.get(name) ?? {
        ...found,
        destination: Object.create(found.destination, { budget: { value: new Budget() } }),
      };
      places.set(name, mine);
      return mine;
    };
  });
}

/** The caller hears of its abort, but what goes on behind does not. */
function abandons(): Engine {
  return {
    ...PRODUCTION,
    callEdge: (state, call) =>
      new Promise((resolve, reject) => {
        const { signal, ...deaf } = call;
        const aborted = { handleEvent: () => reject(signal!.reason) };
        signal?.addEventListener('abort', aborted);
        const over = () => signal?.removeEventListener('abort', aborted);
        PRODUCTION.callEdge(state, deaf).then(resolve, reject).then(over);
      }),
  };
}

/** opossum: the permit is free when nobody waits, though the work goes on. */
function freesPermitsEarly(): Engine {
  return misunderstood((call) => ({
    ...call,
    attempt: (attempt) => {
      const work = call.attempt(attempt);
      const given = new Promise<never>((_, reject) => {
        attempt.signal.addEventListener('abort', () => reject(attempt.signal.reason));
      });
      return Promise.race([work, given]);
    },
  }));
}

function keepsListeners(): Engine {
  return misunderstood((call) => {
    const { signal } = call;
    if (!signal) return call;
    const clinging: Abortable = {
      get aborted() {
        return signal.aborted;
      },
      get reason() {
        return signal.reason;
      },
      addEventListener: (type, listener) => signal.addEventListener(type, listener),
      removeEventListener: () => {},
    };
    return { ...call, signal: clinging };
  });
}

/** Nobody tells the attempts that are left over. */
function leavesSiblings(): Engine {
  const never = new AbortController().signal;
  return misunderstood((call) => ({
    ...call,
    attempt: ({ endpoint, number, deadlineAt }: Attempt) =>
      call.attempt({ endpoint, number, deadlineAt, signal: never }),
  }));
}

function keepsAlarms(): Engine {
  return tampered(({ alarms, clock }) => {
    const remove = alarms.remove.bind(alarms);
    alarms.remove = (alarm: Alarm) => {
      if (alarm.due <= clock.now()) remove(alarm);
    };
  });
}

function keepsTimers(): Engine {
  return {
    ...PRODUCTION,
    createPolicyState({ clock, random }) {
      const after = (ms: number, fn: () => void) => {
        clock.after(ms, fn);
        return () => {};
      };
      return PRODUCTION.createPolicyState({ clock: { now: clock.now, after }, random });
    },
  };
}

export const FAULTS: Readonly<Record<string, Fault>> = {
  'a permit is returned twice': { engine: bulkheads((part) => new ReturnsTwice(part)), breaks: 'permits' },
  'one permit in ten never comes back': { engine: bulkheads((part) => new ForgetsSome(part)), breaks: 'permits' },
  'a permit is free while the work goes on': { engine: freesPermitsEarly(), breaks: 'permits' },
  'each policy has a budget of its own': { engine: notSharedBudgets(), breaks: 'budget' },
  'the budget never says no': { engine: budgets(() => new Boundless()), breaks: 'budget' },
  'places in the budget are never given back': { engine: budgets(() => new GivesNothingBack()), breaks: 'budget' },
  'retries go on after an abort': { engine: abandons(), breaks: 'cancellation' },
  'an abort is not heard': { engine: misunderstood(({ signal: _, ...call }) => call), breaks: 'cancellation' },
  'attempts go on when the call has ended': { engine: leavesSiblings(), breaks: 'cancellation' },
  'a listener stays on the signal': { engine: keepsListeners(), breaks: 'timers' },
  'a timer is not cleared': { engine: keepsTimers(), breaks: 'timers' },
  'the alarm of an attempt rings after its end': { engine: keepsAlarms(), breaks: 'timers' },
  'the deadline of the caller is ignored': {
    engine: misunderstood(({ deadlineAt: _, ...call }) => call),
    breaks: 'deadline',
  },
  'the deadline of the policy is ignored': {
    engine: misread(({ deadline: _, ...policy }) => policy),
    breaks: 'deadline',
  },
  'a server begins what nobody waits for': {
    engine: {
      ...PRODUCTION,
      createAdmission({ deadline: _, ...policy }, state, target) {
        const admission = PRODUCTION.createAdmission(policy, state, target);
        return { ...admission, admit: ({ deadlineAt: __, ...call }) => admission.admit(call) };
      },
    },
    breaks: 'deadline',
  },
  'one try too many': {
    engine: misread(({ retry, ...policy }) =>
      retry ? { ...policy, retry: { ...retry, attempts: retry.attempts + 1 } } : policy,
    ),
    breaks: 'attempts',
  },
  'one hedge too many': {
    engine: misread(({ hedge, ...policy }) =>
      hedge ? { ...policy, hedge: { ...hedge, extra: hedge.extra + 1 } } : policy,
    ),
    breaks: 'attempts',
  },
  'a write is repeated': { engine: misunderstood((call) => ({ ...call, idempotent: true })), breaks: 'writes' },
  'a call that fails never settles': {
    engine: {
      ...PRODUCTION,
      callEdge: (state, call) => PRODUCTION.callEdge(state, call).catch(() => new Promise(() => {})),
    },
    breaks: 'once',
  },
  'the end of an attempt is told twice': {
    engine: misunderstood((call) => ({
      ...call,
      observe: (event) => {
        call.observe?.(event);
        if (event.kind === 'attempt-ended' && event.outcome === 'failure') call.observe?.(event);
      },
    })),
    breaks: 'once',
  },
  'a handler runs again when it has failed': {
    engine: {
      ...PRODUCTION,
      createAdmission(policy, state, target) {
        const admission = PRODUCTION.createAdmission(policy, state, target);
        const again: typeof admission.admit = (call) =>
          admission.admit({ ...call, run: (admitted) => call.run(admitted).catch(() => call.run(admitted)) });
        return { ...admission, admit: again };
      },
    },
    breaks: 'once',
  },
  'the limit lets one more through at once': {
    engine: tampered((state) => {
      const limiter = state.limiter.bind(state);
      const generous = new WeakMap<object, ReturnType<typeof createLimiter>>();
      state.limiter = (part, at) => {
        if (at === SERVER) return limiter(part, at);
        const found = generous.get(part) ?? createLimiter({ ...part, burst: part.burst + 1 }, state.clock);
        generous.set(part, found);
        return found;
      };
    }),
    breaks: 'limit',
  },
  'an open breaker lets calls through before its time': {
    engine: misread(({ breaker, ...policy }) =>
      breaker ? { ...policy, breaker: { ...breaker, open: breaker.open / 2 } } : policy,
    ),
    breaks: 'breaker',
  },
  'a half-open breaker lets one probe more through': {
    engine: misread(({ breaker, ...policy }) =>
      breaker ? { ...policy, breaker: { ...breaker, probes: breaker.probes + 1 } } : policy,
    ),
    breaks: 'breaker',
  },
  'a failure is one of our own making': {
    engine: {
      ...PRODUCTION,
      callEdge: (state, call) =>
        PRODUCTION.callEdge(state, call).catch((error) => {
          throw error.retryAfter === undefined ? error : new TypeError('retryAfter is not a function');
        }),
    },
    breaks: 'errors',
  },
};
