/** Pieces of PromQL: selectors and sums. https://prometheus.io/docs/prometheus/latest/querying/basics/ */

/** A value to match: a text; any of several; or none of several. */
export type Match = string | { readonly any: readonly string[] } | { readonly none: readonly string[] };

/** `weir_requests_total{service="orders",code=~"internal|unknown"}`; without a metric only the braces. */
export function select(metric: string, labels: Readonly<Record<string, Match>>): string {
  const matchers = Object.entries(labels).flatMap(([name, match]): string[] => {
    if (typeof match === 'string') return [`${name}=${quoted(match)}`];
    if ('any' in match) return [`${name}=~${quoted(match.any.map(literal).join('|'))}`];
    return match.none.length === 0 ? [] : [`${name}!~${quoted(match.none.map(literal).join('|'))}`];
  });
  return `${metric}{${matchers.join(',')}}`;
}

/** Per second, over a window. */
export const rate = (selector: string, window: string): string => `rate(${selector}[${window}])`;

/**
 * Added up, but for each namespace alone: one Prometheus often watches several environments of a system. Without
 * namespaces the label is empty, and so is the difference.
 */
export const sumBy = (labels: readonly string[], vector: string): string =>
  `sum by (${['namespace', ...labels].join(', ')}) (${vector})`;

/** A bound of a bucket as a match. Prometheus 3 writes whole seconds as `1.0`, older ones as they were scraped. */
export const bound = (seconds: number): Match =>
  Number.isInteger(seconds) ? { any: [String(seconds), `${seconds}.0`] } : String(seconds);

/** Go's string literals are JSON's, but for what no name holds. */
export const quoted = (text: string): string => JSON.stringify(text);

/** RE2 takes a quoted point; names hold nothing else that means something. */
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `90m`, `6h`, `3d`: the largest unit that says it whole. */
export function duration(seconds: number): string {
  const [unit, size] = units.find(([, size]) => seconds % size === 0) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
] as const;
