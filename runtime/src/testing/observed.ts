/** What a test sees of its services: log lines, hops, metrics. */

import type { Logger } from 'pino';
import { createLog } from '../observe/log.ts';
import type { Hop } from '../observe/observe.ts';

/** A line of the log, as it was written. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg?: string };

export interface Observed {
  readonly log: Logger;
  readonly lines: readonly LogLine[];
  readonly hops: Hop[];
}

/** A log into memory, from `debug` on unless the environment of the test says otherwise. */
export function createObserved(env: NodeJS.ProcessEnv): Observed {
  const lines: LogLine[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as LogLine);
  const log = createLog(undefined, { WEIR_LOG_LEVEL: 'debug', ...env }, { write });
  return { log, lines, hops: [] };
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/**
 * The sum of all samples of a metric with these labels, in Prometheus' text format; 0 when there are none.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function metricIn(text: string, name: string, labels: Readonly<Record<string, string>>): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    const [, sample, list = '', value] = SAMPLE.exec(line) ?? [];
    if (sample !== name) continue;
    const own = new Map([...list.matchAll(LABEL)].map(([, label, text]) => [label, text]));
    if (Object.entries(labels).every(([label, wanted]) => own.get(label) === wanted)) sum += Number(value);
  }
  return sum;
}
