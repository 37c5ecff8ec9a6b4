import type { RetryCause } from '../definition.ts';
import type { ServiceError } from '../errors.ts';
import { translateError } from './foreign.ts';

/** How an attempt ended. `answered`: an error that is the callee's proper answer (4xx, declared errors), no failure of its health. */
export type Outcome = 'success' | 'answered' | 'throttled' | 'failure' | 'cancelled' | 'refused';

/** What an error says about the endpoint that it came from. */
export function outcomeOf(thrown: unknown): Exclude<Outcome, 'success'> {
  const error = translateError(thrown);
  switch (error.origin) {
    case 'refused':
      return 'refused';
    case 'cancelled':
      return 'cancelled';
    case 'connect':
    case 'timeout':
    case 'deadline':
      return 'failure';
    case 'remote':
    case 'local':
      break;
  }
  if (error.code === 'resource-exhausted' || error.status === 429) return 'throttled';
  // A callee that lacks one operation is a callee of another version, not a sick one.
  if (error.code === 'unimplemented') return 'answered';
  if (error.code === 'unavailable' || error.code === 'internal' || error.code === 'unknown') return 'failure';
  return error.status >= 500 ? 'failure' : 'answered';
}

/** Why an attempt is made again; that an earlier one still runs is not one more thing that went wrong, and needs no `on`. */
export type RetryReason = RetryCause | 'still-running';

/**
 * Which of the causes in `on` an error is; undefined if none, and the error is final.
 */
export function retryCauseOf(thrown: unknown, on: readonly RetryCause[]): RetryReason | undefined {
  const error = translateError(thrown);
  if (error.responseBegun || (error.retryAfter !== undefined && error.retryAfter < 0)) return undefined;
  if (error.stillRunning) return 'still-running';
  return on.find((cause) => isCause(error, cause));
}

function isCause(error: ServiceError, cause: RetryCause): boolean {
  switch (error.origin) {
    case 'refused':
    case 'cancelled':
    case 'deadline':
      return false;
    case 'connect':
      return cause === 'connect';
    case 'timeout':
      return cause === 'timeout';
    case 'remote':
    case 'local':
      break;
  }
  switch (cause) {
    case 'connect':
    case 'timeout':
      return false;
    case 'unavailable':
    case 'internal':
      return error.code === cause;
    case 'throttled':
      return outcomeOf(error) === 'throttled';
    case '502':
    case '503':
    case '504':
      return error.status === Number(cause);
  }
}
