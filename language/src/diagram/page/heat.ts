import type { Availability, Demand, Latency } from './data.ts';

/** How hot an edge or node is drawn: 0 is cool, 4 the worst. */
export type Heat = 0 | 1 | 2 | 3 | 4;

/** Of an amplification. 10 is where the rule `retry-amplification` begins to warn by default. */
export function heatOfAmplification(product: number | null): Heat {
  if (product === null || product > 30) return 4;
  return product > 10 ? 3 : product > 4 ? 2 : product > 1 ? 1 : 0;
}

/** Of the longest that a call can take: against what people at a screen feel, wait for, and give up on (Nielsen, 1993). */
export function heatOfWorst(ms: number | null): Heat {
  if (ms === null || ms > 10_000) return 4;
  return ms > 3_000 ? 3 : ms > 1_000 ? 2 : ms > 300 ? 1 : 0;
}

/** Of what a promised latency is used up by the promises of others. */
export function heatOfLatency({ promised, needed }: Latency): Heat {
  const share = needed / promised;
  return share > 2 ? 4 : share > 1 ? 3 : share > 0.8 ? 2 : share > 0.5 ? 1 : 0;
}

/** Of the time that may be failed in by a promise, the share that others can use up. */
export function heatOfAvailability({ promised, possible }: Availability): Heat {
  if (promised === undefined || possible === undefined) return 0;
  const used = (100 - possible) / Math.max(1e-9, 100 - promised);
  return used > 10 ? 4 : used > 1 + 1e-9 ? 3 : used > 0.9 ? 2 : used > 0.5 ? 1 : 0;
}

/** Of the share of what is let through. */
export function heatOfDemand({ rate, limit }: Demand): Heat {
  const share = limit === undefined ? 0 : rate / limit;
  return share >= 2 ? 4 : share > 1 ? 3 : share > 0.8 ? 2 : share > 0.5 ? 1 : 0;
}

/** `×12`. */
export const timesText = (product: number | null): string => (product === null ? '×∞' : `×${product}`);

/** `800 ms`, `1.42 s`, `2 min`; `no bound` where there is none. */
export function worstText(ms: number | null): string {
  if (ms === null) return 'no bound';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${Math.round(ms / 10) / 100} s`;
  return ms < 120_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 6000) / 10} min`;
}

/** `600 ms of 2 s`; `2 s promised` where nobody else is waited for. */
export const latencyText = ({ promised, needed }: Latency): string =>
  needed === 0 ? `${worstText(promised)} promised` : `${worstText(needed)} of ${worstText(promised)}`;

/** `99.95%`. As many digits as there are nines and two more, never rounded up. */
export function percentText(percent: number): string {
  const gap = 100 - percent;
  const digits = gap <= 0 ? 2 : Math.min(6, Math.max(1, Math.ceil(-Math.log10(gap)) + 2));
  // Floating point first: 99.95 must not become 99.94.
  return `${Number((Math.floor(percent * 10 ** digits + 1e-6) / 10 ** digits).toFixed(digits))}%`;
}

/** `99.9%`; `99.9%, at most 99.85%` where it needs others; `at most 99.85%` without a promise. */
export function availabilityText({ promised, possible }: Availability): string {
  return [
    ...(promised === undefined ? [] : [percentText(promised)]),
    ...(possible === undefined ? [] : [`at most ${percentText(possible)}`]),
  ].join(', ');
}

const rate = (value: number): string => String(value >= 100 ? Math.round(value) : Math.round(value * 10) / 10);

/** `420 of 500/s`, `≥ 420/s`; `up to 500/s` where nobody knows what is asked. */
export function demandText({ rate: asked, atLeast, limit }: Demand): string {
  if (asked === 0 && limit !== undefined) return `up to ${rate(limit)}/s`;
  return `${atLeast ? '≥ ' : ''}${rate(asked)}${limit === undefined ? '' : ` of ${rate(limit)}`}/s`;
}
