import type { ClientPolicy, LimitPolicy, ServerPolicy } from '@weir/runtime';
import type { EffectivePolicy } from '../../model/effective-policy.ts';
import type { Limit, PartName, PartValues } from '../../model/model.ts';
import { literalToJson } from './literal.ts';

/** How a fallback's operation is called: the key of its service in `clients`, and its camelCase name. */
export type FindOperation = (id: string) => { readonly service: string; readonly operation: string } | undefined;

/** An effective policy as the runtime takes it: shares as fractions, ranges as pairs, parts that say nothing left out. */
export function clientPolicy(effective: EffectivePolicy, find: FindOperation): ClientPolicy {
  const { timeout, deadline, retry, breaker, bulkhead, limit, hedge, cache, fallback, balance } = valuesOf(effective);
  const instead = fallback && fallbackOf(fallback, find);
  return {
    ...(timeout && { timeout: timeout.ms }),
    ...(deadline && { deadline: deadline.ms }),
    ...(retry && { retry: retryOf(retry) }),
    ...(breaker && { breaker: breakerOf(breaker) }),
    ...(bulkhead && { bulkhead }),
    ...(limit && { limit: limitPolicy(limit) }),
    ...(hedge && { hedge: { after: 'ms' in hedge.after ? hedge.after.ms : hedge.after, extra: hedge.extra } }),
    ...(cache && { cache }),
    ...(instead && { fallback: instead }),
    ...(balance && { balance }),
  };
}

/** What guards an operation on the receiving side. */
export function serverPolicyOf(effective: EffectivePolicy): ServerPolicy {
  const { deadline, limit, bulkhead, cache, shed } = valuesOf(effective);
  return {
    ...(deadline && { deadline: deadline.ms }),
    ...(limit && { limit: limitPolicy(limit) }),
    ...(bulkhead && { bulkhead }),
    ...(cache && { cache }),
    ...(shed && {
      shed: { ...(shed.lag !== undefined && { lag: shed.lag }), ...(shed.gradient && { gradient: true }) },
    }),
  };
}

/** A limit; what is the runtime's own default is left out. */
function limitPolicy({ rate, burst, key, scope, fail }: Limit): LimitPolicy {
  return {
    rate,
    burst,
    ...(key && { key }),
    ...(scope !== 'replica' && { scope }),
    ...(fail !== 'open' && { fail }),
  };
}

function valuesOf(effective: EffectivePolicy): Partial<PartValues> {
  return Object.fromEntries(Object.entries(effective).map(([name, part]) => [name as PartName, part.value]));
}

function retryOf({ attempts, backoff, jitter, on, budget }: PartValues['retry']): ClientPolicy['retry'] & object {
  return {
    attempts,
    backoff: [backoff.min, backoff.max],
    jitter,
    on,
    ...(budget !== undefined && { budget: share(budget) }),
  };
}

function breakerOf({ failures, slow, ...rest }: PartValues['breaker']): ClientPolicy['breaker'] & object {
  return {
    failures: share(failures),
    ...rest,
    ...(slow && { slow: { share: share(slow.percent), over: slow.over } }),
  };
}

function fallbackOf(fallback: PartValues['fallback'], find: FindOperation): ClientPolicy['fallback'] {
  switch (fallback.to) {
    case 'stale':
      return { to: 'stale' };
    case 'literal':
      return { to: 'literal', value: literalToJson(fallback.value) };
    case 'operation': {
      const found = fallback.operation.id === undefined ? undefined : find(fallback.operation.id);
      return found && { to: 'operation', ...found };
    }
  }
}

/** Percent as a fraction, rounded as a person would: 99.9 gives 0.999, where the division alone gives 0.9990000000000001. */
export const share = (percent: number): number => Number((percent / 100).toPrecision(12));
