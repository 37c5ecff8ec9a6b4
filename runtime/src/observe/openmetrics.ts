/** Metrics with their exemplars in the format that carries them. https://prometheus.io/docs/specs/om/open_metrics_spec/ */

import type { Registry } from 'prom-client';
import type { Sample } from './histogram.ts';

export const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Whether a scraper's `Accept` asks for OpenMetrics. */
export function asksForOpenMetrics(accept: string | undefined): boolean {
  return /application\/openmetrics-text\b(?!\s*;[^,]*\bq=0(\.0*)?\s*(,|;|$))/i.test(accept ?? '');
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly (Omit<Sample, 'exemplar'> & { readonly exemplar?: Sample['exemplar'] | null })[];
}

/**
 * All metrics of a registry. prom-client can write this format itself, but renames its counters by doing so: the next
 * text in the older format would have other names.
 *
 * @param shared labels of every series
 */
export async function openMetricsOf(registry: Registry, shared: Readonly<Record<string, string>>): Promise<string> {
  const families = await Promise.all(registry.getMetricsAsArray().map((metric) => familyOf(metric)));
  return `${families.flatMap((family) => linesOf(family, shared)).join('\n')}\n# EOF\n`;
}

async function familyOf(metric: unknown): Promise<Family> {
  return (metric as { get(): Promise<Family> }).get();
}

function linesOf({ name, help, type, values }: Family, shared: Readonly<Record<string, string>>): string[] {
  // A counter's family has the name without the suffix that its samples have.
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const sampleName = type === 'counter' ? `${family}_total` : name;
  const samples = values.map(({ metricName = sampleName, labels, value, exemplar }) => {
    const line = `${metricName}${braced({ ...labels, ...shared })} ${numberText(value)}`;
    // prom-client's own histograms say null.
    if (exemplar === undefined || exemplar === null) return line;
    const { labelSet, value: measured, timestamp } = exemplar;
    return `${line} # ${braced(labelSet) || '{}'} ${numberText(measured)} ${timestamp.toFixed(3)}`;
  });
  return [`# TYPE ${family} ${type}`, `# HELP ${family} ${escaped(help)}`, ...samples];
}

function braced(labels: Readonly<Record<string, string | number>>): string {
  const each = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return each.length === 0 ? '' : `{${each.join(',')}}`;
}

function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
