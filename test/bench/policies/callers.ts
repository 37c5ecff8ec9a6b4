import { policy } from '@weir/runtime/policy';
import {
  bulkhead,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  type IPolicy,
  retry,
  SamplingBreaker,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import CircuitBreaker from 'opossum';

export type Call = () => Promise<unknown>;

/** What is called: an asynchronous function that succeeds at once, so that what is measured is what stands around it. */
async function answer(): Promise<string> {
  return 'ok';
}

/** The same for who passes the attempt's signal on, as calls over a network do. */
async function answerWith(signal: AbortSignal): Promise<string> {
  return signal.aborted ? 'too late' : 'ok';
}

/** Milliseconds, shares and counts that are the same for all who have the part. */
const settings = { timeout: 1000, attempts: 3, failures: 0.5, window: 10_000, open: 5000, concurrent: 100, queue: 100 };

function weir() {
  const { timeout, attempts, failures, window, open, concurrent, queue } = settings;
  return policy({
    timeout,
    retry: { attempts },
    breaker: { failures, of: 20, within: window, open },
    bulkhead: { concurrent, queue },
    // More than any loop can call: what counts is the counting.
    limit: { rate: 1e9 },
  });
}

/** In the order of its documents (retry, breaker, timeout), with the bulkhead within. */
function cockatiel(...within: IPolicy[]) {
  return wrap(
    retry(handleAll, { maxAttempts: settings.attempts - 1, backoff: new ExponentialBackoff() }),
    circuitBreaker(handleAll, {
      halfOpenAfter: settings.open,
      breaker: new SamplingBreaker({ threshold: settings.failures, duration: settings.window }),
    }),
    ...within,
    bulkhead(settings.concurrent, settings.queue),
  );
}

function opossum(more: CircuitBreaker.Options = {}) {
  const { timeout, failures, window, open, concurrent } = settings;
  return {
    timeout,
    errorThresholdPercentage: failures * 100,
    volumeThreshold: 20,
    rollingCountTimeout: window,
    resetTimeout: open,
    capacity: concurrent,
    ...more,
  };
}

/** Each set up as its own documents advise. */
export const callers: Readonly<Record<string, () => Call>> = {
  bare: () => answer,
  weir: () => {
    const guarded = weir();
    return () => guarded(answer);
  },
  'weir, signal read': () => {
    const guarded = weir();
    return () => guarded(({ signal }) => answerWith(signal));
  },
  'cockatiel, no timeout': () => {
    const guarded = cockatiel();
    return () => guarded.execute(answer);
  },
  cockatiel: () => {
    const guarded = cockatiel(timeout(settings.timeout, TimeoutStrategy.Aggressive));
    return () => guarded.execute(answer);
  },
  opossum: () => {
    const guarded = new CircuitBreaker(answer, opossum());
    return () => guarded.fire();
  },
  'opossum, no statistics': () => {
    const guarded = new CircuitBreaker(answer, opossum({ rollingPercentilesEnabled: false, enableSnapshots: false }));
    return () => guarded.fire();
  },
};
