import CircuitBreaker from 'opossum';
import { type Guard, isFailure, type Library, type Parts, type Work } from './library.ts';
import { versionOf } from './versions.ts';

/** More calls than any case makes: where no breaker is wanted, the one that is always there never opens. */
const NEVER = 1_000_000;

/** A timeout that is not wanted is left at its default of 10 s. */
function guard({ timeout, breaker, bulkhead }: Parts): Guard {
  const circuit = new CircuitBreaker((work: Work<unknown>, signal: AbortSignal | undefined) => work(signal), {
    ...(timeout !== undefined && { timeout, autoRenewAbortController: true }),
    ...(bulkhead && { capacity: bulkhead.concurrent }),
    ...(breaker && { rollingCountTimeout: breaker.within, resetTimeout: breaker.open }),
    volumeThreshold: breaker?.of ?? NEVER,
    errorThresholdPercentage: 50,
    errorFilter: (error) => !isFailure(error, 'ESEMLOCKED'),
  });
  return {
    call: <T>(work: Work<T>) => circuit.fire(work, signalOf(circuit)) as Promise<T>,
    close: () => circuit.shutdown(),
  };
}

/** In its documents, and not yet in its types. */
function signalOf(circuit: object): AbortSignal | undefined {
  return (circuit as { getSignal(): AbortSignal | undefined }).getSignal();
}

export const opossum: Library = {
  name: 'opossum',
  version: versionOf('opossum'),
  has: new Set(['timeout', 'breaker', 'bulkhead', 'cancellation']),
  probes: 1,
  guard,
};
