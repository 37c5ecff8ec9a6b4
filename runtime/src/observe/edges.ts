/** Turns what policies do on the edges of a service into metrics, log lines and hops. */

import type { Logger } from 'pino';
import type { EdgeEvent } from '../policy/edge.ts';
import type { Metrics } from './metrics.ts';
import type { EdgeObserver, EdgeSubject, HopListener } from './observe.ts';

const BREAKER_STATES = { closed: 0, 'half-open': 1, open: 2 } as const;

export interface EdgeObserverOptions {
  /** The calling service. */
  readonly from: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly onHop?: HopListener | undefined;
}

export function createEdgeObserver(options: EdgeObserverOptions): EdgeObserver {
  return (subject) => (event) => observe(options, subject, event);
}

function observe({ from, metrics, log, onHop }: EdgeObserverOptions, subject: EdgeSubject, event: EdgeEvent): void {
  const { to, operation, transport, traceId, requestId } = subject;
  const isDetail = event.kind === 'attempt-started' || event.kind === 'hedge' || event.kind === 'cache';
  if (isDetail && !log.isLevelEnabled('debug')) return;
  const labels = { from, to, operation };
  const line = { from, to, operation, requestId, traceId };
  switch (event.kind) {
    case 'attempt-ended': {
      const { number, latency, outcome, code, endpoint } = event;
      metrics.edgeAttempts.inc({ ...labels, outcome });
      metrics.edgeDuration.observe(labels, latency / 1000);
      if (log.isLevelEnabled('debug')) {
        log.debug({ ...line, endpoint, attempt: number, latency, outcome, code }, 'attempt');
      }
      const hop = { from, to, service: from, operation, attempt: number, transport, latency, traceId };
      onHop?.({ ...hop, outcome: code ?? 'ok' });
      return;
    }
    case 'retry':
      metrics.edgeRetries.inc({ ...labels, cause: event.cause });
      log.info({ ...line, attempt: event.number, delay: event.delay, cause: event.cause }, 'retry');
      return;
    case 'refused':
      metrics.edgeRefusals.inc({ ...labels, by: event.by });
      log.warn({ ...line, by: event.by, endpoint: event.endpoint }, 'refused by a policy');
      return;
    case 'breaker':
      // Operations of equal settings share a breaker, so it is the endpoint's, whichever of them tripped it.
      metrics.edgeBreakerState.set({ from, to, endpoint: event.endpoint }, BREAKER_STATES[event.to]);
      log.warn({ ...line, endpoint: event.endpoint, was: event.from, is: event.to }, `breaker ${event.to}`);
      return;
    case 'fallback':
      log.warn({ ...line, fallback: event.to, err: event.error }, 'fallback');
      return;
    case 'attempt-started':
    case 'hedge':
    case 'cache':
      log.debug({ ...line, event }, event.kind);
  }
}
