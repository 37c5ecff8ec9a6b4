import type { EdgeEvent } from '../policy/call.ts';
import type { SimulationEvent } from './events.ts';
import { INVARIANTS } from './invariants/violation.ts';
import type { Disturbance } from './system.ts';

/** An event as a line to read: `   12.345 web/0     #7 attempt 2 ends: failure (unavailable) after 3 ms`. */
export function traceLine(event: SimulationEvent, instant: number): string {
  const [at, text] = tell(event);
  return `${instant.toFixed(3).padStart(11)} ${at.padEnd(9)} ${text}`;
}

function tell(event: SimulationEvent): readonly [at: string, text: string] {
  switch (event.kind) {
    case 'call':
      return [event.at, `#${event.call} calls ${event.model.service}.${event.model.operation}`];
    case 'edge':
      return [event.at, `#${event.call} ${tellEdge(event.event)}`];
    case 'left':
      return [event.at, `#${event.call} its caller goes away`];
    case 'settled':
      return [
        event.at,
        `#${event.call} ${event.error === undefined ? 'succeeds' : `fails: ${tellError(event.error)}`}`,
      ];
    case 'received':
      return [event.at, `#${event.call} arrives from ${event.from}`];
    case 'answered':
      return [event.at, `#${event.call} is answered: ${event.error === undefined ? 'ok' : tellError(event.error)}`];
    case 'begins':
    case 'ends':
      return [
        event.disturbance.kind === 'loss' ? 'network' : event.disturbance.process,
        tellDisturbance(event.disturbance, event.kind),
      ];
    case 'violation': {
      const { invariant, process, call, what } = event.violation;
      return [
        process,
        `${call === undefined ? '' : `#${call} `}VIOLATION of ${invariant}: ${what} (${INVARIANTS[invariant]})`,
      ];
    }
  }
}

function tellEdge(event: EdgeEvent): string {
  switch (event.kind) {
    case 'attempt-started':
      return `attempt ${event.number}${event.hedge ? ' (a hedge)' : ''} to ${event.endpoint}`;
    case 'attempt-ended':
      return `attempt ${event.number} ends: ${event.outcome}${event.code === undefined ? '' : ` (${event.code})`} after ${ms(event.latency)}`;
    case 'retry':
      return `retries because of ${event.cause}: attempt ${event.number} in ${ms(event.delay)}`;
    case 'refused':
      return `refused by the ${event.by}${event.endpoint === undefined ? '' : ` of ${event.endpoint}`}`;
    case 'hedge':
      return `hedges: attempt ${event.number}`;
    case 'cache':
      return `cache: ${event.result}`;
    case 'fallback':
      return `falls back: ${event.to}`;
    case 'ejected':
      return `ejects ${event.endpoint} for ${ms(event.time)}: ${event.cause}`;
    case 'breaker':
      return `breaker of ${event.endpoint}: ${event.from} → ${event.to}`;
  }
}

function tellDisturbance(disturbance: Disturbance, phase: 'begins' | 'ends'): string {
  const over = phase === 'ends';
  switch (disturbance.kind) {
    case 'slow':
      return over ? 'is quick again' : `is ${disturbance.factor} times as slow for ${ms(disturbance.for)}`;
    case 'freeze':
      return over ? 'thaws' : `freezes for ${ms(disturbance.for)}`;
    case 'leap':
      return `its clock leaps by ${ms(disturbance.by)}`;
    case 'restart':
      return over
        ? 'is back'
        : `is killed${disturbance.announced ? ', as announced' : ''}, to be back in ${ms(disturbance.for)}`;
    case 'cut':
      return over
        ? `reaches ${disturbance.from} again`
        : `is cut off from ${disturbance.from} for ${ms(disturbance.for)}`;
    case 'loss':
      return over ? 'loses less again' : `loses ${disturbance.share * 100} % more for ${ms(disturbance.for)}`;
  }
}

function tellError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function ms(time: number): string {
  return `${Number(time.toFixed(3))} ms`;
}
