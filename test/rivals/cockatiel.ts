import {
  BulkheadRejectedError,
  bulkhead,
  ConstantBackoff,
  circuitBreaker,
  handleWhen,
  type IPolicy,
  retry,
  SamplingBreaker,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { type Guard, isFailure, type Library, type Parts } from './library.ts';
import { versionOf } from './versions.ts';

const failures = handleWhen((error) => !(error instanceof BulkheadRejectedError) && isFailure(error));

/** In the order of its documents (retry, breaker, timeout), with the bulkhead within, where it counts what still runs. */
function guard({ timeout: ms, retry: tries, breaker, bulkhead: size }: Parts): Guard {
  const policies: IPolicy[] = [];
  if (tries) {
    const { attempts, backoff } = tries;
    policies.push(retry(failures, { maxAttempts: attempts - 1, backoff: new ConstantBackoff(backoff) }));
  }
  if (breaker) {
    const { of, within, open, probes } = breaker;
    policies.push(
      circuitBreaker(failures, {
        halfOpenAfter: open,
        breaker: new SamplingBreaker({ threshold: 0.5, duration: within, minimumRps: (of * 1000) / within }),
        halfOpenSampling: { calls: probes, threshold: 0 },
      }),
    );
  }
  if (ms !== undefined) policies.push(timeout(ms, TimeoutStrategy.Aggressive));
  if (size) policies.push(bulkhead(size.concurrent));
  const policy = wrap(...(policies as [IPolicy]));
  return { call: (work, options) => policy.execute(({ signal }) => work(signal), options?.signal), close() {} };
}

export const cockatiel: Library = {
  name: 'cockatiel',
  version: versionOf('cockatiel'),
  has: new Set(['timeout', 'retry', 'breaker', 'bulkhead', 'abort', 'cancellation']),
  probes: 3,
  guard,
};
