import { literalText } from '../../model/literal-text.ts';
import type { LimitKey, PartName, PartValues } from '../../model/model.ts';
import { durationText } from '../naming.ts';

/** A part as one would write it in a source, its defaults spelled out: `retry { attempts 3  backoff 25ms..250ms … }`. */
export function partText<N extends PartName>(name: N, value: PartValues[N]): string {
  return `${name} ${writers[name](value)}`.trimEnd();
}

const writers: { readonly [N in PartName]: (value: PartValues[N]) => string } = {
  timeout: ({ ms }) => durationText(ms),
  deadline: ({ ms }) => durationText(ms),
  retry: ({ attempts, backoff, jitter, on, budget }) =>
    block(
      `attempts ${attempts}`,
      `backoff ${durationText(backoff.min)}..${durationText(backoff.max)}`,
      `jitter ${jitter}`,
      `on [${on.join(', ')}]`,
      budget !== undefined && `budget ${budget}%`,
    ),
  breaker: ({ failures, of, within, open, probes, slow }) =>
    block(
      `failures ${failures}%`,
      `of ${of}`,
      within !== undefined && `within ${durationText(within)}`,
      `open ${durationText(open)}`,
      `probes ${probes}`,
      slow && `slow ${slow.percent}% over ${durationText(slow.over)}`,
    ),
  bulkhead: ({ concurrent, queue }) => block(`concurrent ${concurrent}`, `queue ${queue}`),
  limit: ({ rate, burst, key, scope, fail }) =>
    block(
      `rate ${rateText(rate)}`,
      `burst ${burst}`,
      key && `key ${limitKeyText(key)}`,
      scope !== 'replica' && `scope ${scope}`,
      fail !== 'open' && `fail ${fail}`,
    ),
  hedge: ({ after, extra }) =>
    block(`after ${'ms' in after ? durationText(after.ms) : percentileText(after.percentile)}`, `extra ${extra}`),
  cache: ({ ttl, stale, key }) =>
    block(
      `ttl ${durationText(ttl)}`,
      stale !== undefined && `stale ${durationText(stale)}`,
      key && `key [${key.join(', ')}]`,
    ),
  fallback: (fallback) => {
    switch (fallback.to) {
      case 'stale':
        return 'stale';
      case 'operation':
        return fallback.operation.name;
      case 'literal':
        return literalText(fallback.value);
    }
  },
  balance: ({ by, key }) => (key === undefined ? by : `${by} by ${key}`),
  shed: ({ lag, gradient }) => block(lag !== undefined && `lag ${durationText(lag)}`, gradient && 'gradient'),
};

const block = (...settings: readonly (string | false | undefined)[]): string =>
  `{ ${settings.filter((setting) => setting).join('  ')} }`;

function limitKeyText(key: LimitKey): string {
  switch (key.by) {
    case 'client.ip':
    case 'principal':
      return key.by;
    case 'header':
      return `header ${JSON.stringify(key.name)}`;
    case 'field':
      return `field ${key.name}`;
  }
}

/** Calls per second in the unit that leaves a whole number: `200/s`, `30/min`. */
export function rateText(perSecond: number): string {
  const units = [
    ['s', 1],
    ['min', 60],
    ['h', 3600],
  ] as const;
  for (const [unit, seconds] of units) {
    const rate = Number((perSecond * seconds).toPrecision(12));
    if (Number.isInteger(rate)) return `${rate}/${unit}`;
  }
  return `${Number(perSecond.toPrecision(12))}/s`;
}

/** `p99` for 99, `p999` for 99.9. */
export function percentileText(percentile: number): string {
  const [whole = '', fraction = ''] = String(percentile).split('.');
  return `p${whole.padStart(2, '0')}${fraction}`;
}
