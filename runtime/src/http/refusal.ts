/** What Fastify itself refuses, as errors of ours. */

import { ServiceError } from '../errors.ts';

/** Statuses that Fastify's own errors carry, and what is said instead of their texts. */
const DETAILS: Readonly<Record<number, string>> = {
  400: 'The request is malformed.',
  413: 'The body is too large.',
  414: 'The url is too long.',
  415: 'The body must be application/json.',
  431: 'The headers are too large.',
};

/** An error that Fastify raised before an operation was reached; anything that is not the client's fault is `internal`. */
export function refusalOf(thrown: unknown): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  const status = (thrown as { statusCode?: unknown }).statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new ServiceError('invalid-argument', DETAILS[status] ?? DETAILS[400]!, { status, cause: thrown });
  }
  if (status === 503) return new ServiceError('unavailable', 'The service is shutting down.', { cause: thrown });
  return new ServiceError('internal', 'The service failed. Its log says more.', { cause: thrown });
}
