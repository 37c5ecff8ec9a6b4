/** Counts of requests, kept where they happen and told to prom-client when somebody asks. */

import { Counter, Gauge, type Registry } from 'prom-client';
import type { CodeName } from '../errors.ts';
import { histogramOf, Latencies } from './histogram.ts';
import type { Transport } from './observe.ts';
import type { TraceContext } from './trace.ts';

/** The requests of one operation over one transport. */
export class Tally {
  readonly labels: { readonly operation: string; readonly transport: Transport };
  inFlight = 0;
  readonly answered = new Map<'ok' | CodeName, number>();
  readonly latencies: Latencies;

  constructor(operation: string, transport: Transport, buckets: readonly number[]) {
    this.labels = { operation, transport };
    this.latencies = new Latencies(buckets);
  }

  begin(): void {
    this.inFlight += 1;
  }

  /** @param trace of a request whose span goes somewhere */
  end(code: 'ok' | CodeName, seconds: number, trace: TraceContext | undefined): void {
    this.inFlight -= 1;
    this.answered.set(code, (this.answered.get(code) ?? 0) + 1);
    this.latencies.add(seconds, trace);
  }
}

export interface Tallies {
  /** The same for the same operation and transport. */
  of(operation: string, transport: Transport): Tally;
}

/**
 * Registers `weir_requests_total`, `weir_request_duration_seconds` and `weir_requests_in_flight`.
 *
 * @param buckets upper bounds, in seconds
 */
export function createTallies(registry: Registry, buckets: readonly number[]): Tallies {
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
  registry.registerMetric(
    histogramOf(
      'weir_request_duration_seconds',
      'Time from the arrival of a request to its answer; of a stream, to its end.',
      () => tallies.values(),
    ),
  );
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
        tally = new Tally(operation, transport, buckets);
        tallies.set(key, tally);
      }
      return tally;
    },
  };
}
