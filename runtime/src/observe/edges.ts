/** Turns what policies do on the edges of a service into metrics, log lines and hops. */

import type { Logger } from 'pino';
import type { EdgeEvent } from '../policy/edge.ts';
import type { EdgeTally } from './edge-tally.ts';
import type { Metrics } from './metrics.ts';
import type { CallSubject, EdgeObserver, EdgeSubject, HopListener } from './observe.ts';

const BREAKER_STATES = { closed: 0, 'half-open': 1, open: 2 } as const;

export interface EdgeObserverOptions {
  /** The calling service. */
  readonly from: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly onHop?: HopListener | undefined;
}

export function createEdgeObserver(options: EdgeObserverOptions): EdgeObserver {
  return (edge) => {
    const tally = options.metrics.edges.of(options.from, edge.to, edge.operation);
    return (call) => (event) => observe(options, edge, tally, call, event);
  };
}

function observe(
  { from, metrics, log, onHop }: EdgeObserverOptions,
  { to, operation, transport }: EdgeSubject,
  tally: EdgeTally,
  call: CallSubject,
  event: EdgeEvent,
): void {
  const line = () => ({ from, to, operation, requestId: call.requestId, traceId: call.trace.traceId });
  switch (event.kind) {
    case 'attempt-ended': {
      const { number, latency, outcome, code, endpoint } = event;
      tally.attempt(outcome, latency / 1000, call.traced ? call.trace : undefined);
      if (log.isLevelEnabled('debug')) {
        log.debug({ ...line(), endpoint, attempt: number, latency, outcome, code }, 'attempt');
      }
      if (onHop === undefined) return;
      const { traceId } = call.trace;
      const hop = { from, to, service: from, operation, attempt: number, transport, latency, traceId };
      onHop({ ...hop, outcome: code ?? 'ok' });
      return;
    }
    case 'retry':
      tally.retry(event.cause);
      log.info({ ...line(), attempt: event.number, delay: event.delay, cause: event.cause }, 'retry');
      return;
    case 'refused':
      tally.refusal(event.by);
      log.warn({ ...line(), by: event.by, endpoint: event.endpoint }, 'refused by a policy');
      return;
    case 'breaker':
      // Operations of equal settings share a breaker, so it is the endpoint's, whichever of them tripped it.
      metrics.edgeBreakerState.set({ from, to, endpoint: event.endpoint }, BREAKER_STATES[event.to]);
      log.warn({ ...line(), endpoint: event.endpoint, was: event.from, is: event.to }, `breaker ${event.to}`);
      return;
    case 'ejected':
      metrics.edgeEjections.inc({ from, to, endpoint: event.endpoint, cause: event.cause });
      log.warn({ ...line(), endpoint: event.endpoint, time: event.time, cause: event.cause }, 'endpoint ejected');
      return;
    case 'fallback':
      log.warn({ ...line(), fallback: event.to, err: event.error }, 'fallback');
      return;
    case 'attempt-started':
    case 'hedge':
    case 'cache':
      if (log.isLevelEnabled('debug')) log.debug({ ...line(), event }, event.kind);
  }
}
