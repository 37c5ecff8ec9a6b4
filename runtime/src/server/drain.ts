/** How a service stops: no new work, running work finishes, and all of it in time. */

import type { Logger } from 'pino';
import type { Environment } from '../config/environment.ts';
import { readNumber } from '../config/numbers.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { RunningConsumers } from '../events/consume.ts';
import type { Clock } from '../policy/clock.ts';
import type { InFlight } from './in-flight.ts';
import type { Listener } from './listeners.ts';

/** Of the time to drain, what streams get before they are told to come again elsewhere. */
const STREAMS_SHARE = 0.25;
/**
 * Milliseconds beyond the time to drain, which belongs to calls whole: one whose deadline is as long as the drain comes to its
 * own end. Until then the answers of what was cut off go out; half of it is for them, half for closing. It is far less
 * than the margin that manifests add to `terminationGracePeriodSeconds`.
 */
const CLOSING = 1000;
/** Of it, what calls get whose deadlines end with the drain: a process that is busy is late with both. */
const MOMENT = 100;

export interface Draining {
  /** Milliseconds that running calls have. */
  readonly limit: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly listeners: readonly Listener[];
  readonly consumers: RunningConsumers | undefined;
  readonly inFlight: InFlight;
  /** Closes clients and resources. */
  closeParts(): Promise<void>;
}

/** How long a service may drain, in milliseconds: `WEIR_DRAIN`, which environments differ in, else as it is declared. */
export function drainTime({ drain: declared }: Pick<ServiceDefinition, 'drain'>, env: Environment): number {
  if (!env.WEIR_DRAIN) return declared;
  const read = readNumber('duration', env.WEIR_DRAIN);
  if (!read.ok) throw new Error(`WEIR_DRAIN is "${env.WEIR_DRAIN}"; write ${read.expected}.`);
  return read.value as number;
}

/** Resolves when everything is closed, or `CLOSING` after the time to drain is over. */
export async function drain(draining: Draining): Promise<void> {
  const { limit, clock, log } = draining;
  const over = Promise.withResolvers<void>();
  const cancel = clock.after(limit + CLOSING, () => {
    log.error({ limit }, 'the time to drain is over, and that to close; what still runs is left behind');
    over.resolve();
  });
  try {
    await Promise.race([finish(draining), over.promise]);
  } finally {
    cancel();
  }
}

async function finish({ limit, clock, log, listeners, consumers, inFlight, closeParts }: Draining): Promise<void> {
  const cut = () => {
    for (const listener of listeners) listener.destroy();
  };
  inFlight.drain();
  const timers = [
    clock.after(limit * STREAMS_SHARE, () => inFlight.stopStreams()),
    clock.after(limit + MOMENT, () => {
      // Connections that are left have half a request, or nothing to say.
      if (inFlight.size === 0) return cut();
      log.warn({ limit, calls: inFlight.size }, 'calls still run when the time to drain is over; they are cut off');
      inFlight.stopAll();
    }),
    clock.after(limit + CLOSING / 2, cut),
  ];
  try {
    const closed = listeners.map((listener) => listener.close());
    await Promise.all([...closed, consumers?.stop({ within: limit })]);
  } finally {
    for (const cancel of timers) cancel();
  }
  await closeParts();
}
