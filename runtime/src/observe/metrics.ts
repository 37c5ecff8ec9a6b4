/** Metrics of a service, in a registry of its own: several services may run in one process. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { BUCKETS, createTallies, type Tallies } from './tally.ts';

export interface Metrics {
  readonly tallies: Tallies;
  readonly events: Counter<'consumer' | 'event' | 'outcome'>;
  readonly eventDuration: Histogram<'consumer' | 'event'>;
  readonly edgeAttempts: Counter<'from' | 'to' | 'operation' | 'outcome'>;
  readonly edgeDuration: Histogram<'from' | 'to' | 'operation'>;
  readonly edgeRetries: Counter<'from' | 'to' | 'operation' | 'cause'>;
  readonly edgeRefusals: Counter<'from' | 'to' | 'operation' | 'by'>;
  /** 0 closed, 1 half open, 2 open. */
  readonly edgeBreakerState: Gauge<'from' | 'to' | 'operation' | 'endpoint'>;
  /** By the path of its file. */
  readonly tlsExpiry: Gauge<'certificate'>;
  readonly tlsReloads: Counter<'outcome'>;
  readonly configReloads: Counter<'outcome'>;
  /** 1 while the file is as it was applied, 0 while it cannot be used. */
  readonly configFileGood: Gauge;
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
    tallies: createTallies(registry),
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
      help: 'State of the circuit breaker of an endpoint: 0 closed, 1 half open, 2 open.',
      labelNames: ['from', 'to', 'endpoint'],
      registers,
    }),
    tlsExpiry: new Gauge({
      name: 'weir_tls_certificate_expiry_timestamp_seconds',
      help: 'When the certificate that new connections use expires.',
      labelNames: ['certificate'],
      registers,
    }),
    tlsReloads: new Counter({
      name: 'weir_tls_reloads_total',
      help: 'Changes of certificate files: taken, or refused since they were not good.',
      labelNames: ['outcome'],
      registers,
    }),
    configReloads: new Counter({
      name: 'weir_config_reloads_total',
      help: 'Changes of the configuration file, by whether they were applied.',
      labelNames: ['outcome'],
      registers,
    }),
    configFileGood: new Gauge({
      name: 'weir_config_file_good',
      help: 'Whether the configuration file can be used as it is now: 1, or 0 while what held before still holds.',
      registers,
    }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
