/** How a service stops: no new work, running work finishes, and all of it in time. */

import type { Logger } from 'pino';
import type { RunningConsumers } from '../events/consume.ts';
import type { Clock } from '../policy/clock.ts';
import type { InFlight } from './in-flight.ts';
import type { Listener } from './listeners.ts';

/** Of the time to drain, what streams get before they are told to come again elsewhere. */
const STREAMS_SHARE = 0.25;
/** Of the time to drain, what running work gets before it is cut off. */
const WORK_SHARE = 0.9;
/** Of the time to drain, when connections are cut: the answers to what was cut off have gone out by then. */
const CONNECTIONS_SHARE = 0.95;

export interface Draining {
  /** Milliseconds in all. */
  readonly limit: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly listeners: readonly Listener[];
  readonly consumers: RunningConsumers | undefined;
  readonly inFlight: InFlight;
  /** Closes clients and resources. */
  closeParts(): Promise<void>;
}

/** Resolves when everything is closed, or when the time is over. */
export async function drain(draining: Draining): Promise<void> {
  const { limit, clock, log } = draining;
  const over = Promise.withResolvers<void>();
  const cancel = clock.after(limit, () => {
    log.error({ limit }, 'the time to drain is over; what still runs is left behind');
    over.resolve();
  });
  try {
    await Promise.race([finish(draining), over.promise]);
  } finally {
    cancel();
  }
}

async function finish({ limit, clock, log, listeners, consumers, inFlight, closeParts }: Draining): Promise<void> {
  const timers = [
    clock.after(limit * STREAMS_SHARE, () => inFlight.stopStreams()),
    clock.after(limit * WORK_SHARE, () => {
      log.warn({ limit }, 'calls still run near the end of the time to drain; they are cut off');
      inFlight.stopAll();
    }),
    clock.after(limit * CONNECTIONS_SHARE, () => {
      for (const listener of listeners) listener.destroy();
    }),
  ];
  try {
    const closed = listeners.map((listener) => listener.close());
    await Promise.all([...closed, consumers?.stop({ within: limit * WORK_SHARE })]);
  } finally {
    for (const cancel of timers) cancel();
  }
  await closeParts();
}
