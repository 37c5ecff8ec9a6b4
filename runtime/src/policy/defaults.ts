import type { BreakerPolicy, ClientPolicy, RetryPolicy, ServerPolicy } from '../definition.ts';
import type { PolicyOptions } from './policy.ts';

/** The defaults of the language (Envoy's and Finagle's), for policies written by hand. Times are milliseconds. */
export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 3,
  backoff: [25, 250],
  jitter: 'full',
  on: ['connect', 'unavailable'],
  budget: 0.2,
};

export const DEFAULT_BREAKER: BreakerPolicy = { failures: 0.5, of: 20, within: 10_000, open: 5000, probes: 3 };

/**
 * Fills in what a policy by hand leaves out.
 *
 * @throws RangeError naming the part that makes no sense
 */
export function partsOf(options: PolicyOptions): ClientPolicy {
  const { timeout, deadline, bulkhead, limit, cache, balance } = options;
  if (timeout !== undefined) atLeast('timeout', timeout, 0);
  if (deadline !== undefined) atLeast('deadline', deadline, 0);
  if (options.fallback === 'stale' && !cache) {
    throw new RangeError("fallback 'stale' gives answers from the cache: the policy needs a `cache`");
  }
  return {
    ...(timeout !== undefined && { timeout }),
    ...(deadline !== undefined && { deadline }),
    ...(options.retry && { retry: retryOf(options.retry) }),
    ...(options.breaker && { breaker: breakerOf(options.breaker) }),
    ...(bulkhead && { bulkhead: bulkheadOf(bulkhead) }),
    ...(limit && { limit: limitOf(limit) }),
    ...(options.hedge && { hedge: hedgeOf(options.hedge) }),
    ...(cache && { cache: cacheOf(cache) }),
    ...(options.fallback && { fallback: { to: options.fallback } }),
    ...(balance && { balance: { by: balance } }),
  };
}

/**
 * Holds the numbers of a policy that is complete to the same rules.
 *
 * @throws RangeError naming the part that makes no sense
 */
export function checkNumbers(policy: ClientPolicy | ServerPolicy): void {
  const { timeout, retry, breaker, hedge } = policy as ClientPolicy;
  const { deadline, limit, bulkhead, cache } = policy;
  const { shed } = policy as ServerPolicy;
  if (timeout !== undefined) atLeast('timeout', timeout, 0);
  if (deadline !== undefined) atLeast('deadline', deadline, 0);
  if (shed?.lag !== undefined) atLeast('shed.lag', shed.lag, 0);
  if (retry) retryOf(retry);
  if (breaker) breakerOf(breaker);
  if (bulkhead) bulkheadOf(bulkhead);
  if (limit) limitOf(limit);
  if (cache) cacheOf(cache);
  if (hedge) hedgeOf({ ...hedge, after: typeof hedge.after === 'number' ? hedge.after : `p${hedge.after.percentile}` });
}

function retryOf(part: Partial<RetryPolicy>): RetryPolicy {
  const retry = { ...DEFAULT_RETRY, ...part };
  whole('retry.attempts', retry.attempts, 1);
  atLeast('retry.backoff[0]', retry.backoff[0], 0);
  atLeast('retry.backoff[1]', retry.backoff[1], retry.backoff[0]);
  atLeast('retry.budget', retry.budget ?? 0, 0);
  return retry;
}

function breakerOf(part: Partial<BreakerPolicy>): BreakerPolicy {
  const { within, ...others } = DEFAULT_BREAKER;
  // A size without a time asks for a window of so many calls.
  const window = part.of === undefined ? { within: within! } : {};
  const breaker: BreakerPolicy = { ...others, ...window, ...part };
  share('breaker.failures', breaker.failures);
  whole('breaker.of', breaker.of, 1);
  if (breaker.within !== undefined) atLeast('breaker.within', breaker.within, 1);
  atLeast('breaker.open', breaker.open, 0);
  whole('breaker.probes', breaker.probes, 1);
  if (breaker.slow) {
    share('breaker.slow.share', breaker.slow.share);
    atLeast('breaker.slow.over', breaker.slow.over, 0);
  }
  return breaker;
}

function bulkheadOf({ concurrent, queue = 0 }: NonNullable<PolicyOptions['bulkhead']>) {
  whole('bulkhead.concurrent', concurrent, 1);
  whole('bulkhead.queue', queue, 0);
  return { concurrent, queue };
}

function limitOf({ rate, burst = rate }: NonNullable<PolicyOptions['limit']>) {
  if (!(rate > 0)) throw wrong('limit.rate', rate, 'more than 0');
  atLeast('limit.burst', burst, 0);
  // The key is whatever the call says: `limitKey`.
  return { rate, burst, key: { by: 'field', name: 'limitKey' } } as const;
}

function hedgeOf({ after, extra = 1 }: NonNullable<PolicyOptions['hedge']>) {
  whole('hedge.extra', extra, 0);
  if (typeof after === 'number') {
    atLeast('hedge.after', after, 0);
    return { after, extra };
  }
  const percentile = Number(after.slice(1));
  if (!(percentile > 0 && percentile < 100)) throw wrong('hedge.after', after, "a percentile such as 'p95'");
  return { after: { percentile }, extra };
}

function cacheOf(cache: NonNullable<PolicyOptions['cache']>) {
  atLeast('cache.ttl', cache.ttl, 0);
  atLeast('cache.stale', cache.stale ?? 0, 0);
  return cache;
}

function atLeast(part: string, value: number, least: number): void {
  if (!(value >= least)) throw wrong(part, value, `${least} or more`);
}

function whole(part: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) throw wrong(part, value, `a whole number, ${least} or more`);
}

function share(part: string, value: number): void {
  if (!(value > 0 && value <= 1)) throw wrong(part, value, 'a share above 0 and at most 1 (0.5 = 50 %)');
}

function wrong(part: string, value: unknown, expected: string): RangeError {
  return new RangeError(`${part} is ${value}; it must be ${expected}`);
}
