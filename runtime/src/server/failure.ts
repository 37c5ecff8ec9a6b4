/** What of a failure the caller may know: contracts and codes, never what happened inside. */

import { DeclaredError, ServiceError } from '../errors.ts';

export interface Failure {
  /** What the caller is told. */
  readonly answer: ServiceError;
  /** Whether the service is to blame, so that the cause belongs in its log. */
  readonly fault: boolean;
}

const OWN_FAULT = 'The service failed. Its log says more, under the request id.';
const BEHIND = 'A service that this one needs is unavailable.';

/**
 * Turns whatever was thrown into what may be answered.
 *
 * Errors that the operation declares and errors that a handler throws on purpose pass. A neighbour's failure becomes
 * `unavailable` or `deadline-exceeded`; anything else that comes from elsewhere is this service's own fault, since its
 * callers know nothing of its neighbours' contracts.
 *
 * @param declared full names of the errors that the operation declares
 */
export function failureOf(thrown: unknown, declared: Readonly<Record<string, unknown>>): Failure {
  if (!(thrown instanceof ServiceError)) return ownFault(thrown);
  if (thrown instanceof DeclaredError) {
    return Object.hasOwn(declared, thrown.error) ? { answer: thrown, fault: false } : ownFault(thrown);
  }
  switch (thrown.origin) {
    case 'local':
    case 'deadline':
    case 'cancelled':
      return { answer: thrown, fault: thrown.status >= 500 && thrown.code !== 'deadline-exceeded' };
    default:
      return neighbourFailure(thrown);
  }
}

function neighbourFailure(error: ServiceError): Failure {
  const { retryAfter } = error;
  if (error.stillRunning) {
    return { answer: new ServiceError('unavailable', BEHIND, { cause: error, retryAfter }), fault: true };
  }
  switch (error.code) {
    case 'cancelled':
      return { answer: error, fault: false };
    case 'deadline-exceeded':
      return {
        answer: new ServiceError('deadline-exceeded', `${BEHIND} It did not answer in time.`, { cause: error }),
        fault: true,
      };
    case 'unavailable':
    case 'resource-exhausted':
      return { answer: new ServiceError('unavailable', BEHIND, { cause: error, retryAfter }), fault: true };
    default:
      return ownFault(error);
  }
}

function ownFault(cause: unknown): Failure {
  return { answer: new ServiceError('internal', OWN_FAULT, { cause }), fault: true };
}
