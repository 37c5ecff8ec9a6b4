/** Latencies by bucket, kept where they happen and told to prom-client when somebody asks: its own lookup by labels costs more than a small handler. */

import type { Metric } from 'prom-client';
import type { TraceContext } from './trace.ts';

/** Seconds; from a quick read to the longest deadline one would set. */
export const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** One measurement that leads to its trace. */
interface Exemplar {
  readonly labelSet: { readonly trace_id: string; readonly span_id: string };
  /** Seconds. */
  readonly value: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

type Labels = Readonly<Record<string, string | number>>;

/** The buckets, and one that ends at `objective` seconds: how many answers met it can be counted then, not guessed. */
export function bucketsWith(objective: number | undefined): readonly number[] {
  if (objective === undefined || BUCKETS.includes(objective)) return BUCKETS;
  return [...BUCKETS, objective].sort((a, b) => a - b);
}

/** The latencies of one series. */
export class Latencies {
  readonly #bounds: readonly number[];
  /** By bucket, and beyond the last one; each measurement in one of them. */
  readonly #counts: number[];
  /** The latest of each bucket. */
  #exemplars: (Exemplar | undefined)[] | undefined;
  #seconds = 0;

  constructor(bounds: readonly number[] = BUCKETS) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** @param trace only where its span goes somewhere: an exemplar that leads nowhere is worse than none */
  add(seconds: number, trace: TraceContext | undefined): void {
    this.#seconds += seconds;
    let bucket = 0;
    while (bucket < this.#bounds.length && seconds > this.#bounds[bucket]!) bucket += 1;
    this.#counts[bucket]! += 1;
    if (trace?.sampled !== true) return;
    const labelSet = { trace_id: trace.traceId, span_id: trace.spanId };
    this.#exemplars ??= new Array(this.#counts.length);
    this.#exemplars[bucket] = { labelSet, value: seconds, timestamp: Date.now() / 1000 };
  }

  samples(name: string, labels: Labels): Sample[] {
    let count = 0;
    const values: Sample[] = this.#counts.map((own, i) => {
      count += own;
      const exemplar = this.#exemplars?.[i];
      const bucket = {
        metricName: `${name}_bucket`,
        labels: { le: this.#bounds[i] ?? '+Inf', ...labels },
        value: count,
      };
      return exemplar === undefined ? bucket : { ...bucket, exemplar };
    });
    values.push({ metricName: `${name}_sum`, labels, value: this.#seconds });
    values.push({ metricName: `${name}_count`, labels, value: count });
    return values;
  }
}

export interface Sample {
  /** The metric's own name when absent. */
  readonly metricName?: string;
  readonly labels: Labels;
  readonly value: number;
  readonly exemplar?: Exemplar;
}

/** A metric as the registry reads it: prom-client's own histogram has no way to take in counts that were made elsewhere. */
export function histogramOf(
  name: string,
  help: string,
  series: () => Iterable<{ readonly labels: Labels; readonly latencies: Latencies }>,
): Metric {
  const get = async () => {
    const values = [...series()].flatMap(({ labels, latencies }) => latencies.samples(name, labels));
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  };
  return { name, help, get, reset: () => {} } as unknown as Metric;
}
