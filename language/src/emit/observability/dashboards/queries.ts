import { type Match, quoted, select } from '../promql.ts';

/** Of the namespaces that the dashboard's reader has chosen. Grafana fills the variable in, as a regular expression. */
export function chosen(metric: string, labels: Readonly<Record<string, Match>>): string {
  const inside = select('', labels).slice(1, -1);
  return `${metric}{namespace=~${quoted('$namespace')}${inside === '' ? '' : `,${inside}`}}`;
}

/** Per second, over as long as a point of the panel stands for. */
export const rated = (metric: string, labels: Readonly<Record<string, Match>>): string =>
  `rate(${chosen(metric, labels)}[$__rate_interval])`;

export const total = (by: readonly string[], vector: string): string =>
  by.length === 0 ? `sum(${vector})` : `sum by (${by.join(', ')}) (${vector})`;

/** The time within which a share of what a histogram counted was over. */
export const quantile = (
  share: number,
  histogram: string,
  labels: Readonly<Record<string, Match>>,
  by: readonly string[] = [],
) => `histogram_quantile(${share}, ${total([...by, 'le'], rated(`${histogram}_bucket`, labels))})`;
