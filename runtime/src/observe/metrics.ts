/** Metrics of a service, in a registry of its own: several services may run in one process. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; from a quick read to the longest deadline one would set. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface Metrics {
  /** `code` is `ok`, or the name of the error's code. */
  readonly requests: Counter<'operation' | 'transport' | 'code'>;
  readonly duration: Histogram<'operation' | 'transport'>;
  readonly inFlight: Gauge<'operation' | 'transport'>;
  readonly events: Counter<'consumer' | 'event' | 'outcome'>;
  readonly eventDuration: Histogram<'consumer' | 'event'>;
  readonly edgeAttempts: Counter<'from' | 'to' | 'operation' | 'outcome'>;
  readonly edgeDuration: Histogram<'from' | 'to' | 'operation'>;
  readonly edgeRetries: Counter<'from' | 'to' | 'operation' | 'cause'>;
  readonly edgeRefusals: Counter<'from' | 'to' | 'operation' | 'by'>;
  /** 0 closed, 1 half open, 2 open. */
  readonly edgeBreakerState: Gauge<'from' | 'to' | 'operation' | 'endpoint'>;
  readonly contentType: string;
  /** All of them in Prometheus' text format. */
  text(): Promise<string>;
}

/** @param ofProcess also those of the process: memory, event loop, garbage collection */
export function createMetrics(service: string, ofProcess: boolean): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (ofProcess) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const edge = ['from', 'to', 'operation'] as const;
  return {
    requests: new Counter({
      name: 'weir_requests_total',
      help: 'Requests that were answered.',
      labelNames: ['operation', 'transport', 'code'],
      registers,
    }),
    duration: new Histogram({
      name: 'weir_request_duration_seconds',
      help: 'Time from the arrival of a request to its answer; of a stream, to its end.',
      labelNames: ['operation', 'transport'],
      buckets: BUCKETS,
      registers,
    }),
    inFlight: new Gauge({
      name: 'weir_requests_in_flight',
      help: 'Requests that have arrived and are not answered yet.',
      labelNames: ['operation', 'transport'],
      registers,
    }),
    events: new Counter({
      name: 'weir_events_total',
      help: 'Deliveries of events to consumers.',
      labelNames: ['consumer', 'event', 'outcome'],
      registers,
    }),
    eventDuration: new Histogram({
      name: 'weir_event_duration_seconds',
      help: 'Time that a consumer took for a delivery.',
      labelNames: ['consumer', 'event'],
      buckets: BUCKETS,
      registers,
    }),
    edgeAttempts: new Counter({
      name: 'weir_edge_attempts_total',
      help: 'Attempts of calls to other services.',
      labelNames: [...edge, 'outcome'],
      registers,
    }),
    edgeDuration: new Histogram({
      name: 'weir_edge_attempt_duration_seconds',
      help: 'Time that attempts of calls to other services took.',
      labelNames: [...edge],
      buckets: BUCKETS,
      registers,
    }),
    edgeRetries: new Counter({
      name: 'weir_edge_retries_total',
      help: 'Attempts that followed a failed one.',
      labelNames: [...edge, 'cause'],
      registers,
    }),
    edgeRefusals: new Counter({
      name: 'weir_edge_refusals_total',
      help: 'Calls that a policy of the caller refused.',
      labelNames: [...edge, 'by'],
      registers,
    }),
    edgeBreakerState: new Gauge({
      name: 'weir_edge_breaker_state',
      help: 'State of the circuit breaker: 0 closed, 1 half open, 2 open.',
      labelNames: [...edge, 'endpoint'],
      registers,
    }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
