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

/** `×12`. */
export const timesText = (product: number | null): string => (product === null ? '×∞' : `×${product}`);

/** `800 ms`, `1.42 s`, `2 min`; `no bound` where there is none. */
export function worstText(ms: number | null): string {
  if (ms === null) return 'no bound';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${Math.round(ms / 10) / 100} s`;
  return ms < 120_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 6000) / 10} min`;
}
