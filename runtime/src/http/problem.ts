/** Errors over HTTP: problem details. https://www.rfc-editor.org/rfc/rfc9457 */

import { STATUS_CODES } from 'node:http';
import type { Codec } from '../codec/codec.ts';
import { type CodeName, DeclaredError, type ServiceError, type Violation } from '../errors.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** Before the full name of a declared error, in `type`. */
export const ERROR_URN = 'urn:weir:error:';

/** The `type` of the answer to a repeated request whose first still runs. */
export const STILL_RUNNING = 'urn:weir:problem:still-running';

export interface Problem {
  /** `urn:weir:error:shop.orders.OutOfStock` for a declared error, `urn:weir:problem:still-running`, else `about:blank`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What happened this time; left out where there is no more to say than `title` does. */
  readonly detail?: string;
  /** The path of the request. */
  readonly instance?: string;
  /** The code, which the status alone does not tell. */
  readonly code: CodeName;
  readonly requestId?: string;
  /** `Retry-After` exactly: the header has whole seconds only. */
  readonly retryAfterMs?: number;
  readonly violations?: readonly Violation[];
  /** The fields of a declared error, in JSON form. */
  readonly fields?: unknown;
}

/** The problem details of an error that the caller may know. */
export function problemOf(
  error: ServiceError,
  codec: Codec,
  at: Pick<Problem, 'instance' | 'requestId'> = {},
): Problem {
  const { status, code, message, retryAfter, violations } = error;
  const rest = {
    status,
    ...(saysOnlyItsName(error) ? {} : { detail: message }),
    ...at,
    code,
    ...(retryAfter === undefined || retryAfter < 0 ? {} : { retryAfterMs: Math.ceil(retryAfter) }),
    ...(violations === undefined ? {} : { violations }),
  };
  if (error instanceof DeclaredError) {
    const fields = codec.toJson(error.error, error.fields);
    return { type: ERROR_URN + error.error, title: titleOf(error.error), ...rest, fields };
  }
  return { type: error.stillRunning ? STILL_RUNNING : 'about:blank', title: STATUS_CODES[status] ?? 'Error', ...rest };
}

/** A declared error whose thrower gave no message has its name as one; so has its copy on the side of a client. */
function saysOnlyItsName(error: ServiceError): boolean {
  return error instanceof DeclaredError && error.message === shortNameOf(error.error);
}

const shortNameOf = (error: string) => error.slice(error.lastIndexOf('.') + 1);

/** `shop.orders.OutOfStock` → `Out of stock` */
function titleOf(error: string): string {
  const words = shortNameOf(error).replace(/([a-z0-9])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
