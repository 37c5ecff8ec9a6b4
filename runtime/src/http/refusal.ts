/** What Fastify itself refuses, as errors of ours. */

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ServiceError } from '../errors.ts';
import { PROBLEM_TYPE, type Problem } from './problem.ts';

/** Statuses that Fastify's own errors carry, and what is said instead of their texts. */
const DETAILS: Readonly<Record<number, string>> = {
  400: 'The request is malformed.',
  408: 'The request took too long to arrive.',
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

const STATUS_OF_PARSER: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers bytes that are no HTTP, on the bare socket, and closes it. */
export function refuseBytes(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = STATUS_OF_PARSER[error.code ?? ''] ?? 400;
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status]!,
    status,
    detail: DETAILS[status]!,
    code: 'invalid-argument',
  };
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
