import { codeOfStatus, ServiceError } from '../errors.ts';

/** Codes of Node and undici that mean that no byte of the request reached a server. */
export const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Codes that mean that the connection broke, with the request perhaps carried out. */
const BROKEN = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** Causes of causes that are looked at; `fetch` nests two deep. */
const DEPTH = 5;

const translated = new WeakMap<object, ServiceError>();

/**
 * What a policy makes of something thrown that is no `ServiceError`, as in policies used by hand: errors of sockets and of
 * `fetch` by their code, through `cause`; errors with an HTTP `status` or `statusCode` (and `retryAfter`, in ms; both may have
 * `responseBegun`);
 * `TimeoutError` and `AbortError` by name; anything else is `unknown`. The thrown value itself is what callers see.
 */
export function translateError(thrown: unknown): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  if (typeof thrown !== 'object' || thrown === null) return translate(thrown);
  let error = translated.get(thrown);
  if (!error) {
    error = translate(thrown);
    translated.set(thrown, error);
  }
  return error;
}

function translate(thrown: unknown): ServiceError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  let error = thrown;
  for (let depth = 0; depth < DEPTH && typeof error === 'object' && error !== null; depth++) {
    const found = recognize(error as Foreign, message);
    if (found) return found;
    error = (error as Foreign).cause;
  }
  return new ServiceError('unknown', message, { cause: thrown });
}

interface Foreign {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly retryAfter?: unknown;
  readonly responseBegun?: unknown;
  readonly cause?: unknown;
}

function recognize(error: Foreign, message: string): ServiceError | undefined {
  if (error instanceof ServiceError) return error;
  const responseBegun = error.responseBegun === true;
  if (typeof error.code === 'string') {
    if (NEVER_SENT.has(error.code))
      return new ServiceError('unavailable', message, { origin: 'connect', cause: error });
    if (BROKEN.has(error.code))
      return new ServiceError('unavailable', message, { origin: 'remote', responseBegun, cause: error });
  }
  const status = error.status ?? error.statusCode;
  if (typeof status === 'number' && status >= 400) {
    const retryAfter = typeof error.retryAfter === 'number' ? error.retryAfter : undefined;
    const options = { status, retryAfter, responseBegun, origin: 'remote', cause: error } as const;
    return new ServiceError(codeOfStatus(status), message, options);
  }
  if (error.name === 'TimeoutError') {
    return new ServiceError('deadline-exceeded', message, { origin: 'timeout', cause: error });
  }
  if (error.name === 'AbortError') return new ServiceError('cancelled', message, { origin: 'cancelled', cause: error });
  return undefined;
}
