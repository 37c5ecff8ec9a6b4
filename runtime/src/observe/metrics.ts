/** Metrics of a service, in a registry of its own: several services may run in one process. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { createEdgeTallies, type EdgeTallies } from './edge-tally.ts';
import { BUCKETS, bucketsWith } from './histogram.ts';
import { asksForOpenMetrics, OPENMETRICS, openMetricsOf } from './openmetrics.ts';
import { createTallies, type Tallies } from './tally.ts';

export interface Metrics {
  readonly tallies: Tallies;
  readonly events: Counter<'consumer' | 'event' | 'outcome'>;
  readonly eventDuration: Histogram<'consumer' | 'event'>;
  readonly edges: EdgeTallies;
  readonly edgeEjections: Counter<'from' | 'to' | 'endpoint' | 'cause'>;
  /** 0 closed, 1 half open, 2 open. */
  readonly edgeBreakerState: Gauge<'from' | 'to' | 'endpoint'>;
  /** By the path of its file. */
  readonly tlsExpiry: Gauge<'certificate'>;
  readonly tlsReloads: Counter<'outcome'>;
  readonly configReloads: Counter<'outcome'>;
  /** 1 while the file is as it was applied, 0 while it cannot be used. */
  readonly configFileGood: Gauge;
  /** All of them in Prometheus' text format. */
  text(): Promise<string>;
  /** All of them for a scraper: in OpenMetrics, which has exemplars, if its `Accept` names that. */
  exposition(accept: string | undefined): Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface MetricsOptions {
  /** Also those of the process: memory, event loop, garbage collection. */
  readonly ofProcess: boolean;
  /** How quick answers are promised to be, in seconds: buckets of requests have a bound there. */
  readonly objective?: number | undefined;
}

export function createMetrics(service: string, { ofProcess, objective }: MetricsOptions): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (ofProcess) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    tallies: createTallies(registry, bucketsWith(objective)),
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
    edges: createEdgeTallies(registry),
    edgeEjections: new Counter({
      name: 'weir_edge_ejections_total',
      help: 'Endpoints that were passed over for a while because they did worse than the others.',
      labelNames: ['from', 'to', 'endpoint', 'cause'],
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
    text: () => registry.metrics(),
    async exposition(accept) {
      if (asksForOpenMetrics(accept)) {
        return { contentType: OPENMETRICS, text: await openMetricsOf(registry, { service }) };
      }
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
