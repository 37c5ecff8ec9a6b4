import type {
  BalancePolicy,
  BreakerPolicy,
  BulkheadPolicy,
  CachePolicy,
  ClientPolicy,
  HedgePolicy,
  LimitPolicy,
  RetryCause,
  RetryPolicy,
  ServerPolicy,
} from '../definition.ts';
import type { Dice } from './dice.ts';

const CAUSES: readonly RetryCause[] = [
  'connect',
  'unavailable',
  'timeout',
  'throttled',
  '502',
  '503',
  '504',
  'internal',
];

/** Draws policies, any that the language can express; some of them share their bulkheads and limits, as `extends` makes them. */
export class RandomPolicies {
  readonly #dice: Dice;
  readonly #bulkheads: BulkheadPolicy[] = [];
  readonly #limits: LimitPolicy[] = [];

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  client(): ClientPolicy {
    const dice = this.#dice;
    const cache = dice.maybe(0.2, () => this.#cache());
    return {
      ...dice.maybe(0.7, () => ({ timeout: dice.between(5, 500) })),
      ...dice.maybe(0.6, () => ({ deadline: dice.between(20, 2000) })),
      ...dice.maybe(0.7, () => ({ retry: this.#retry() })),
      ...dice.maybe(0.5, () => ({ breaker: this.#breaker() })),
      ...dice.maybe(0.4, () => ({ bulkhead: this.#bulkhead() })),
      ...dice.maybe(0.2, () => ({ limit: this.#limit() })),
      ...dice.maybe(0.3, () => ({ hedge: this.#hedge() })),
      ...(cache && { cache }),
      ...(cache ? dice.maybe(0.5, () => ({ fallback: { to: 'stale' as const } })) : {}),
      ...dice.maybe(0.1, () => ({ fallback: { to: 'literal' as const, value: 'literal' } })),
      ...dice.maybe(0.5, () => ({ balance: this.#balance() })),
    };
  }

  server(): ServerPolicy {
    const dice = this.#dice;
    return {
      ...dice.maybe(0.4, () => ({ deadline: dice.between(20, 1000) })),
      ...dice.maybe(0.2, () => ({ limit: this.#limit() })),
      ...dice.maybe(0.5, () => ({ bulkhead: this.#bulkhead() })),
      ...dice.maybe(0.15, () => ({ cache: this.#cache() })),
      ...dice.maybe(0.3, () => ({ shed: { gradient: dice.chance(0.8), ...dice.maybe(0.3, () => ({ lag: 50 })) } })),
    };
  }

  #retry(): RetryPolicy {
    const dice = this.#dice;
    const min = dice.pick([0, 1, 10, 25, 100]);
    return {
      attempts: dice.whole(1, 5),
      backoff: [min, min * dice.whole(1, 10)],
      jitter: dice.pick(['full', 'equal', 'none']),
      on: dice.some(CAUSES, 0.6),
      ...dice.maybe(0.7, () => ({ budget: dice.pick([0, 0.1, 0.2, 0.5, 1]) })),
    };
  }

  #breaker(): BreakerPolicy {
    const dice = this.#dice;
    return {
      failures: dice.pick([0.1, 0.5, 1]),
      of: dice.whole(1, 20),
      ...dice.maybe(0.6, () => ({ within: dice.between(100, 5000) })),
      open: dice.between(50, 2000),
      probes: dice.whole(1, 4),
      ...dice.maybe(0.3, () => ({ slow: { share: 0.5, over: dice.between(10, 200) } })),
    };
  }

  #bulkhead(): BulkheadPolicy {
    const dice = this.#dice;
    if (this.#bulkheads.length > 0 && dice.chance(0.3)) return dice.pick(this.#bulkheads);
    const bulkhead = { concurrent: dice.whole(1, 8), queue: dice.pick([0, 1, 4, 16]) };
    this.#bulkheads.push(bulkhead);
    return bulkhead;
  }

  #limit(): LimitPolicy {
    const dice = this.#dice;
    if (this.#limits.length > 0 && dice.chance(0.3)) return dice.pick(this.#limits);
    const limit = { rate: dice.between(2, 100), burst: dice.whole(1, 20) };
    this.#limits.push(limit);
    return limit;
  }

  #hedge(): HedgePolicy {
    const dice = this.#dice;
    const after = dice.chance(0.7) ? dice.between(0, 100) : { percentile: dice.pick([50, 95, 99]) };
    return { after, extra: dice.whole(1, 2) };
  }

  #cache(): CachePolicy {
    const dice = this.#dice;
    return { ttl: dice.between(10, 1000), ...dice.maybe(0.6, () => ({ stale: dice.between(10, 2000) })) };
  }

  #balance(): BalancePolicy {
    return this.#dice.pick([
      { by: 'round-robin' },
      { by: 'least-request' },
      { by: 'p2c' },
      { by: 'consistent-hash', key: 'key' },
    ]);
  }
}
