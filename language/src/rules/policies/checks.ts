import type { Checks } from '../rule.ts';
import { breakerNeverTrips } from './breaker-never-trips.ts';
import { bulkheadStarves } from './bulkhead-starves.ts';
import { cacheWrite } from './cache-write.ts';
import { fallbackCycle } from './fallback-cycle.ts';
import { fallbackSameFate } from './fallback-same-fate.ts';
import { noEffect } from './no-effect.ts';
import { hedgeNonIdempotent, retryNonIdempotent } from './non-idempotent.ts';
import { retriesCannotFit } from './retries-cannot-fit.ts';
import { retryWithoutBreaker } from './retry-without-breaker.ts';
import { retryWithoutBudget } from './retry-without-budget.ts';
import { missingTimeout, timeoutOverDeadline } from './timeouts.ts';

export const policies = {
  'no-effect': noEffect,
  'missing-timeout': missingTimeout,
  'timeout-over-deadline': timeoutOverDeadline,
  'retries-cannot-fit': retriesCannotFit,
  'retry-non-idempotent': retryNonIdempotent,
  'hedge-non-idempotent': hedgeNonIdempotent,
  'cache-write': cacheWrite,
  'retry-without-breaker': retryWithoutBreaker,
  'retry-without-budget': retryWithoutBudget,
  'breaker-never-trips': breakerNeverTrips,
  'bulkhead-starves': bulkheadStarves,
  'fallback-same-fate': fallbackSameFate,
  'fallback-cycle': fallbackCycle,
} satisfies Partial<Checks>;
