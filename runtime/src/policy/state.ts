import type { BulkheadPolicy, ClientPolicy, LimitPolicy } from '../definition.ts';
import { Alarms } from './alarms.ts';
import { type Balance, balanceOf } from './balance.ts';
import type { BreakerState } from './breaker.ts';
import { Budget } from './budget.ts';
import { Bulkhead } from './bulkhead.ts';
import { AnswerCache } from './cache.ts';
import type { Clock } from './clock.ts';
import { Endpoint } from './endpoint.ts';
import type { Percentiles } from './latency.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import { Outliers } from './outliers.ts';
import type { Random } from './random.ts';

/** What all calls to one destination share. */
export class Destination {
  readonly name: string;
  readonly budget = new Budget();
  readonly outliers = new Outliers();
  readonly endpoints = new Map<string, Endpoint>();

  constructor(name: string) {
    this.name = name;
  }
}

/** What one policy remembers about calls to one destination. */
export interface Edge {
  readonly policy: ClientPolicy;
  readonly destination: Destination;
  readonly balance: Balance;
  /** The breaker's settings as text; edges that agree share breakers. */
  readonly breakerSettings: string;
  readonly bulkhead: Bulkhead | undefined;
  readonly limiter: Limiter | undefined;
  readonly cache: AnswerCache | undefined;
  /** Latencies by operation, for hedging after a percentile. */
  readonly latencies: Map<string, Percentiles>;
  /** The candidates of the latest call, and what is known about each. */
  addresses: readonly string[];
  endpoints: readonly Endpoint[];
}

export interface PolicyStateOptions {
  readonly clock: Clock;
  readonly random: Random;
}

/** An endpoint's breaker, for metrics and the curious. */
export interface BreakerReport {
  readonly destination: string;
  readonly endpoint: string;
  readonly state: BreakerState;
}

/** An endpoint that gets no calls, until an instant of the clock. */
export interface EjectionReport {
  readonly destination: string;
  readonly endpoint: string;
  readonly until: number;
}

/** More endpoints than this at one destination, and those long unused are forgotten. */
const MANY_ENDPOINTS = 256;
const LONG_UNUSED = 10 * 60_000;

/**
 * What policies remember for one caller process: breakers by endpoint, budgets by destination, bulkheads and limiters by
 * part (the object in the policy) and destination, caches. One for each service process.
 */
export class PolicyState {
  readonly clock: Clock;
  readonly random: Random;
  /** All timeouts, deadlines, backoffs and hedges, over one timer. */
  readonly alarms: Alarms;
  readonly #destinations = new Map<string, Destination>();
  readonly #edges = new ByPart<ClientPolicy, Edge>();
  readonly #bulkheads = new ByPart<BulkheadPolicy, Bulkhead>();
  readonly #limiters = new ByPart<LimitPolicy, Limiter>();

  constructor(options: PolicyStateOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.alarms = new Alarms(options.clock);
  }

  edge(policy: ClientPolicy, destination: string): Edge {
    return this.#edges.get(policy, destination, () => this.#createEdge(policy, destination));
  }

  /**
   * Gives a policy that is new here what another remembers, which has the same parts with other numbers: breakers, what
   * limits have counted, cached answers, latencies. What runs in a bulkhead goes on there, and is not counted by a new one.
   */
  inherit(from: ClientPolicy, to: ClientPolicy, destination: string): void {
    const old = this.#edges.find(from, destination);
    if (old === undefined || this.#edges.find(to, destination) !== undefined) return;
    if (from.limit && to.limit) this.inheritLimiter(from.limit, to.limit, destination);
    const edge = this.edge(to, destination);
    const { balance, latencies, addresses, endpoints } = old;
    const cache = to.cache && (to.cache === from.cache ? old.cache : old.cache?.successor(to.cache));
    Object.assign(edge, { balance, latencies, addresses, endpoints, cache });
    if (to.breaker === undefined) return;
    for (const endpoint of edge.destination.endpoints.values()) {
      endpoint.inheritBreaker(old.breakerSettings, to.breaker, edge.breakerSettings);
    }
  }

  inheritLimiter(from: LimitPolicy, to: LimitPolicy, at: string): void {
    const old = this.#limiters.find(from, at);
    if (old !== undefined) this.#limiters.get(to, at, () => old.successor(to));
  }

  bulkhead(part: BulkheadPolicy, at: string): Bulkhead {
    return this.#bulkheads.get(part, at, () => new Bulkhead(part));
  }

  limiter(part: LimitPolicy, at: string): Limiter {
    return this.#limiters.get(part, at, () => createLimiter(part, this.clock));
  }

  endpoint(destination: Destination, address: string, now: number): Endpoint {
    let endpoint = destination.endpoints.get(address);
    if (!endpoint) {
      if (destination.endpoints.size >= MANY_ENDPOINTS) forgetUnused(destination, now);
      endpoint = new Endpoint(address);
      destination.endpoints.set(address, endpoint);
    }
    endpoint.usedAt = now;
    return endpoint;
  }

  /** The endpoints that are passed over now, because they did worse than the others. */
  ejections(): EjectionReport[] {
    const now = this.clock.now();
    return [...this.#destinations.values()].flatMap(({ name, endpoints }) =>
      [...endpoints.values()]
        .filter(({ standing }) => standing.isEjected(now))
        .map(({ address, standing }) => ({ destination: name, endpoint: address, until: standing.ejectedUntil })),
    );
  }

  breakers(): BreakerReport[] {
    return [...this.#destinations.values()].flatMap(({ name, endpoints }) =>
      [...endpoints.values()].flatMap((endpoint) =>
        endpoint.breakerStates().map((state) => ({ destination: name, endpoint: endpoint.address, state })),
      ),
    );
  }

  #createEdge(policy: ClientPolicy, name: string): Edge {
    let destination = this.#destinations.get(name);
    if (!destination) {
      destination = new Destination(name);
      this.#destinations.set(name, destination);
    }
    const { bulkhead, limit, cache } = policy;
    return {
      policy,
      destination,
      balance: balanceOf(policy.balance, this.random),
      breakerSettings: JSON.stringify(policy.breaker ?? null),
      bulkhead: bulkhead && this.bulkhead(bulkhead, name),
      limiter: limit && this.limiter(limit, name),
      cache: cache && new AnswerCache(cache, this),
      latencies: new Map(),
      addresses: [],
      endpoints: [],
    };
  }
}

/** @param options the clock and the randomness that every policy goes by */
export function createPolicyState(options: PolicyStateOptions): PolicyState {
  return new PolicyState(options);
}

function forgetUnused(destination: Destination, now: number): void {
  for (const [address, endpoint] of destination.endpoints) {
    if (endpoint.inFlight === 0 && now - endpoint.usedAt > LONG_UNUSED) destination.endpoints.delete(address);
  }
}

/** One value for each policy part and place where it applies; gone when the part is. */
class ByPart<Part extends object, Value> {
  readonly #parts = new WeakMap<Part, Map<string, Value>>();

  find(part: Part, at: string): Value | undefined {
    return this.#parts.get(part)?.get(at);
  }

  get(part: Part, at: string, create: () => Value): Value {
    let places = this.#parts.get(part);
    if (!places) {
      places = new Map();
      this.#parts.set(part, places);
    }
    let value = places.get(at);
    if (value === undefined) {
      value = create();
      places.set(at, value);
    }
    return value;
  }
}
