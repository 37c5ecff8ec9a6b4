/** Counts of what happens on edges, one object for each edge, so that no call looks anything up by labels. */

import { Counter, type Registry } from 'prom-client';
import type { Outcome } from '../policy/outcome.ts';
import { histogramOf, Latencies } from './histogram.ts';
import type { TraceContext } from './trace.ts';

/** The calls of one operation of another service. */
export class EdgeTally {
  readonly labels: { readonly from: string; readonly to: string; readonly operation: string };
  readonly attempts = new Map<Outcome, number>();
  readonly retries = new Map<string, number>();
  readonly refusals = new Map<string, number>();
  readonly latencies = new Latencies();

  constructor(from: string, to: string, operation: string) {
    this.labels = { from, to, operation };
  }

  /** @param trace of a call whose spans go somewhere */
  attempt(outcome: Outcome, seconds: number, trace: TraceContext | undefined): void {
    count(this.attempts, outcome);
    this.latencies.add(seconds, trace);
  }

  retry(cause: string): void {
    count(this.retries, cause);
  }

  refusal(by: string): void {
    count(this.refusals, by);
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

export interface EdgeTallies {
  /** The same for the same edge. */
  of(from: string, to: string, operation: string): EdgeTally;
}

/** Registers the metrics of edges, but for the state of breakers: that is the endpoint's. */
export function createEdgeTallies(registry: Registry): EdgeTallies {
  const tallies = new Map<string, EdgeTally>();
  const counter = (
    name: string,
    help: string,
    label: string,
    counts: (tally: EdgeTally) => ReadonlyMap<string, number>,
  ) =>
    new Counter({
      name,
      help,
      labelNames: ['from', 'to', 'operation', label],
      registers: [registry],
      collect() {
        this.reset();
        for (const tally of tallies.values()) {
          for (const [value, number] of counts(tally)) this.inc({ ...tally.labels, [label]: value }, number);
        }
      },
    });
  counter('weir_edge_attempts_total', 'Attempts of calls to other services.', 'outcome', ({ attempts }) => attempts);
  registry.registerMetric(
    histogramOf('weir_edge_attempt_duration_seconds', 'Time that attempts of calls to other services took.', () =>
      tallies.values(),
    ),
  );
  counter('weir_edge_retries_total', 'Attempts that followed a failed one.', 'cause', ({ retries }) => retries);
  counter('weir_edge_refusals_total', 'Calls that a policy of the caller refused.', 'by', ({ refusals }) => refusals);
  return {
    of(from, to, operation) {
      const key = `${from} ${to} ${operation}`;
      let tally = tallies.get(key);
      if (tally === undefined) {
        tally = new EdgeTally(from, to, operation);
        tallies.set(key, tally);
      }
      return tally;
    },
  };
}
