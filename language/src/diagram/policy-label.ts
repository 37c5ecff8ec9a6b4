import type { EffectivePolicy } from '../model/effective-policy.ts';
import type { PartName, PartValues } from '../model/model.ts';
import { durationRange, shortDuration } from './quantities.ts';

/** At most so many terms stand on an edge; the rest is counted, and its tooltip has everything. */
const termsShown = 4;

/**
 * What holds on an edge in its short form, such as `800ms · ×3 · breaker`. An edge that stands for several calls with
 * different policies shows ranges (`300–800ms · ×1–3`). Undefined when nothing is applied.
 */
export function policyLabel(policies: readonly EffectivePolicy[]): string | undefined {
  const terms = [
    timeTerm(policies),
    attemptsTerm(policies),
    ...nameTerms.filter((name) => policies.some((policy) => policy[name])),
  ].filter((term) => term !== '');
  if (terms.length === 0) return undefined;
  if (terms.length <= termsShown) return terms.join(' · ');
  return [...terms.slice(0, termsShown - 1), `+${terms.length - termsShown + 1}`].join(' · ');
}

/** Parts that show by their name alone, the most telling first. */
const nameTerms = ['breaker', 'fallback', 'cache', 'hedge', 'bulkhead', 'limit'] as const satisfies readonly PartName[];

function timeTerm(policies: readonly EffectivePolicy[]): string {
  const timeouts = policies.flatMap((policy) => policy.timeout?.value.ms ?? []);
  if (timeouts.length > 0) return durationRange(timeouts);
  const deadlines = policies.flatMap((policy) => policy.deadline?.value.ms ?? []);
  return deadlines.length > 0 ? `≤${durationRange(deadlines)}` : '';
}

function attemptsTerm(policies: readonly EffectivePolicy[]): string {
  const attempts = policies.map((policy) => policy.retry?.value.attempts ?? 1);
  const [low, high] = [Math.min(...attempts), Math.max(...attempts)];
  if (policies.length === 0 || high <= 1) return '';
  return low === high ? `×${high}` : `×${low}–${high}`;
}

/** Every part of a policy in words, for a tooltip: `timeout 800ms, retry 3 attempts 25ms..400ms, …`. */
export function policyInWords(policy: EffectivePolicy): string {
  return Object.entries(policy)
    .map(([name, part]) => partInWords(name as PartName, part.value))
    .join(', ');
}

function partInWords(name: PartName, value: PartValues[PartName]): string {
  const words = writers[name] as (value: PartValues[PartName]) => string;
  return `${name} ${words(value)}`.trimEnd();
}

const writers: { readonly [N in PartName]: (value: PartValues[N]) => string } = {
  timeout: ({ ms }) => shortDuration(ms),
  deadline: ({ ms }) => shortDuration(ms),
  retry: ({ attempts, backoff }) => `${attempts} attempts ${shortDuration(backoff.min)}..${shortDuration(backoff.max)}`,
  breaker: ({ failures, of, within, open }) =>
    `${failures}% of ${of}${within === undefined ? '' : ` within ${shortDuration(within)}`}, open ${shortDuration(open)}`,
  bulkhead: ({ concurrent, queue }) => `${concurrent} concurrent, queue ${queue}`,
  limit: ({ rate }) => `${rate}/s`,
  hedge: ({ after, extra }) =>
    `after ${'ms' in after ? shortDuration(after.ms) : `p${after.percentile}`}, extra ${extra}`,
  cache: ({ ttl, stale }) => shortDuration(ttl) + (stale === undefined ? '' : `, stale ${shortDuration(stale)}`),
  fallback: (value) => {
    switch (value.to) {
      case 'stale':
        return 'stale';
      case 'operation':
        return value.operation.name;
      case 'literal':
        return 'a literal';
    }
  },
  balance: ({ by }) => by,
  shed: () => '',
};
