import { type RefusedBy, ServiceError } from '../errors.ts';

/** The errors that end a call from our side. `target` is what was called: `users.GetUser`. */

/** How errors name what is called; by hand there is no operation. */
export function targetOf(call: { readonly destination: string; readonly operation: string }): string {
  return call.operation === '' ? call.destination : `${call.destination}.${call.operation}`;
}

export function deadlineError(target: string): ServiceError {
  return new ServiceError('deadline-exceeded', `the deadline of ${target} has passed`, { origin: 'deadline' });
}

export function timeoutError(target: string, timeout: number): ServiceError {
  return new ServiceError('deadline-exceeded', `${target} took longer than its timeout of ${timeout} ms`, {
    origin: 'timeout',
  });
}

export function cancelledBy(signal: { readonly reason: unknown }, target: string): ServiceError {
  const message = `the caller no longer waits for ${target}`;
  return new ServiceError('cancelled', message, { origin: 'cancelled', cause: signal.reason });
}

/** The error of a call that one of our own policies refused. `retryAfter` in milliseconds. */
export function refusal(by: RefusedBy, target: string, retryAfter?: number): ServiceError {
  const options = { origin: 'refused', refusedBy: by, retryAfter } as const;
  switch (by) {
    case 'breaker':
      return new ServiceError('unavailable', `${target} has failed too often; its breaker is open`, options);
    case 'limit':
      return new ServiceError('resource-exhausted', `${target} is called more often than its limit allows`, options);
    case 'bulkhead':
      return new ServiceError('unavailable', `${target} has too many calls running; its bulkhead is full`, options);
    case 'shed':
      return new ServiceError('unavailable', `${target} is overloaded and sheds work`, options);
  }
}
