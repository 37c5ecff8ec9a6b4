/** Counts of requests, kept where they happen and told to prom-client when somebody asks: its own lookup by labels costs more than a small handler. */

import { Counter, Gauge, type Metric, type Registry } from 'prom-client';
import type { CodeName } from '../errors.ts';
import type { Transport } from './observe.ts';

/** Seconds; from a quick read to the longest deadline one would set. */
export const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The requests of one operation over one transport. */
export class Tally {
  readonly labels: { readonly operation: string; readonly transport: Transport };
  inFlight = 0;
  readonly answered = new Map<'ok' | CodeName, number>();
  /** By bucket, and beyond the last one; each request in one of them. */
  readonly buckets = new Array<number>(BUCKETS.length + 1).fill(0);
  seconds = 0;

  constructor(operation: string, transport: Transport) {
    this.labels = { operation, transport };
  }

  begin(): void {
    this.inFlight += 1;
  }

  end(code: 'ok' | CodeName, seconds: number): void {
    this.inFlight -= 1;
    this.answered.set(code, (this.answered.get(code) ?? 0) + 1);
    this.seconds += seconds;
    let bucket = 0;
    while (bucket < BUCKETS.length && seconds > BUCKETS[bucket]!) bucket += 1;
    this.buckets[bucket]! += 1;
  }
}

export interface Tallies {
  /** The same for the same operation and transport. */
  of(operation: string, transport: Transport): Tally;
}

/** Registers `weir_requests_total`, `weir_request_duration_seconds` and `weir_requests_in_flight`. */
export function createTallies(registry: Registry): Tallies {
  const tallies = new Map<string, Tally>();
  const registers = [registry];
  new Counter({
    name: 'weir_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['operation', 'transport', 'code'],
    registers,
    collect() {
      this.reset();
      for (const { labels, answered } of tallies.values()) {
        for (const [code, count] of answered) this.inc({ ...labels, code }, count);
      }
    },
  });
  registry.registerMetric(durations(tallies) as unknown as Metric);
  new Gauge({
    name: 'weir_requests_in_flight',
    help: 'Requests that have arrived and are not answered yet.',
    labelNames: ['operation', 'transport'],
    registers,
    collect() {
      for (const { labels, inFlight } of tallies.values()) this.set(labels, inFlight);
    },
  });
  return {
    of(operation, transport) {
      const key = `${transport} ${operation}`;
      let tally = tallies.get(key);
      if (tally === undefined) {
        tally = new Tally(operation, transport);
        tallies.set(key, tally);
      }
      return tally;
    },
  };
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A metric as the registry reads it: prom-client's own histogram has no way to take in counts that were made elsewhere. */
function durations(tallies: ReadonlyMap<string, Tally>): Metric {
  const name = 'weir_request_duration_seconds';
  const help = 'Time from the arrival of a request to its answer; of a stream, to its end.';
  const get = async () => {
    const values = [...tallies.values()].flatMap((tally) => histogram(name, tally));
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  };
  return { name, help, get, reset: () => {} } as unknown as Metric;
}

function histogram(name: string, { labels, buckets, seconds }: Tally): Sample[] {
  let count = 0;
  const values: Sample[] = buckets.map((own, i) => {
    count += own;
    return { metricName: `${name}_bucket`, labels: { le: BUCKETS[i] ?? '+Inf', ...labels }, value: count };
  });
  values.push({ metricName: `${name}_sum`, labels, value: seconds });
  values.push({ metricName: `${name}_count`, labels, value: count });
  return values;
}
