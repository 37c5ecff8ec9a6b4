import type { ClientPolicy, ServerPolicy } from '@weir/runtime';
import { effectivePolicy, serverPolicy } from '../../model/effective-policy.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Consumer, Model, Operation, Service } from '../../model/model.ts';
import { callsOf, handled } from '../definition/neighbours.ts';
import { clientPolicy, serverPolicyOf } from '../definition/policy.ts';
import { byText } from '../order.ts';

/** Numbers of one policy, by part: `{ timeout: '300ms', retry: { attempts: 3 } }`. */
export interface PolicyNumbers {
  readonly [part: string]: string | number | PolicyNumbers;
}

/**
 * The numbers of all policies of a service as they are declared, in the form in which the runtime takes changes of them:
 * operations by name, edges as `PlaceOrder -> users.GetUser`. Sorted; what has no number is left out.
 */
export function policyNumbers(model: Model, service: Service): Readonly<Record<string, PolicyNumbers>> {
  const found = new Map<string, PolicyNumbers>();
  for (const handler of handled(service)) {
    // The deadline of a consumer is no policy.
    if (!('event' in handler)) put(found, handler.name, numbersOf(serverPolicyOf(serverPolicy(model, handler))));
    for (const [edge, policy] of edgesOf(model, handler)) put(found, `${handler.name} -> ${edge}`, numbersOf(policy));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => byText(a, b)));
}

/** Of two items for one operation the first says which policy holds. */
function put(found: Map<string, PolicyNumbers>, name: string, numbers: PolicyNumbers): void {
  if (!found.has(name) && Object.keys(numbers).length > 0) found.set(name, numbers);
}

function edgesOf(model: Model, handler: Operation | Consumer): [edge: string, policy: ClientPolicy][] {
  const { operations, services, externals } = indexOf(model);
  return callsOf(handler).flatMap((item) => {
    const operation = operations.get(item.target.id ?? '');
    const owner = operation && (services.get(operation.service) ?? externals.get(operation.service));
    // Where a call falls back has no number.
    return owner
      ? [[`${owner.name}.${operation.name}`, clientPolicy(effectivePolicy(model, handler, item), () => undefined)]]
      : [];
  });
}

function numbersOf(policy: ClientPolicy & ServerPolicy): PolicyNumbers {
  const { timeout, deadline, retry, breaker, bulkhead, limit, hedge, cache, shed } = policy;
  return said({
    timeout: duration(timeout),
    deadline: duration(deadline),
    retry: retry && said({ attempts: retry.attempts, backoff: range(retry.backoff), budget: share(retry.budget) }),
    breaker:
      breaker &&
      said({
        failures: share(breaker.failures),
        of: breaker.of,
        within: duration(breaker.within),
        open: duration(breaker.open),
        probes: breaker.probes,
        slow: breaker.slow && said({ share: share(breaker.slow.share), over: duration(breaker.slow.over) }),
      }),
    bulkhead: bulkhead && { concurrent: bulkhead.concurrent, queue: bulkhead.queue },
    limit: limit && said({ rate: `${digits(limit.rate)}/s`, burst: limit.burst }),
    hedge: hedge && said({ after: delay(hedge.after), extra: hedge.extra }),
    cache: cache && said({ ttl: duration(cache.ttl), stale: duration(cache.stale) }),
    shed: shed && said({ lag: duration(shed.lag) }),
  });
}

/** What is there, without parts that have no number. */
function said(numbers: Readonly<Record<string, string | number | PolicyNumbers | undefined>>): PolicyNumbers {
  const entries = Object.entries(numbers).flatMap(([name, value]): [string, string | number | PolicyNumbers][] => {
    const isEmpty = typeof value === 'object' && Object.keys(value).length === 0;
    return value === undefined || isEmpty ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

const units = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** Milliseconds as the language writes them, in the largest unit of which they are a whole number: `90s`. */
export function durationText(ms: number): string {
  const unit = units.find(([, length]) => ms > 0 && ms % length === 0);
  return unit ? `${ms / unit[1]}${unit[0]}` : `${digits(ms)}ms`;
}

const duration = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : durationText(ms));

const range = ([min, max]: readonly [number, number]): string => `${durationText(min)}..${durationText(max)}`;

const delay = (after: number | { readonly percentile: number }): string =>
  typeof after === 'number' ? durationText(after) : `p${after.percentile}`;

const share = (fraction: number | undefined): string | undefined =>
  fraction === undefined ? undefined : `${digits(Number((fraction * 100).toPrecision(12)))}%`;

/** Without an exponent, which the runtime does not read. */
const digits = (value: number): string => (/e/.test(`${value}`) ? value.toFixed(20).replace(/\.?0+$/, '') : `${value}`);
