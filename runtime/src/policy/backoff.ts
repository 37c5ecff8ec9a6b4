import type { RetryPolicy } from '../definition.ts';
import type { Random } from './random.ts';

/** The longest that a server may make us wait by `Retry-After` or pushback, in milliseconds. */
const LONGEST_WAIT = 30_000;

/** A wait that was asked for is lengthened by up to this share, so that those who were told the same do not come back together. */
const SPREAD = 0.2;

/** The share of the backoff that is random; the rest is certain. */
const RANDOM_SHARE = { full: 1, equal: 0.5, none: 0 } as const;

/**
 * Milliseconds to wait before a retry (1 = the first): the backoff, doubling from its minimum to its maximum, unless the
 * server asked for a wait of its own.
 */
export function backoff(
  policy: Pick<RetryPolicy, 'backoff' | 'jitter'>,
  retry: number,
  retryAfter: number | undefined,
  random: Random,
): number {
  if (retryAfter !== undefined) return waitAsked(retryAfter, random);
  const [min, max] = policy.backoff;
  const longest = Math.min(max, min * 2 ** (retry - 1));
  const share = RANDOM_SHARE[policy.jitter];
  return longest * (1 - share) + longest * share * random();
}

/** Milliseconds to wait where the server asks for so many: with jitter, and an end. */
export function waitAsked(retryAfter: number, random: Random): number {
  return Math.min(retryAfter, LONGEST_WAIT) * (1 + SPREAD * random());
}
