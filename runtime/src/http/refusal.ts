/** What Fastify itself refuses, as errors of ours. */

import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ServiceError } from '../errors.ts';
import { requestIdOf } from '../server/call.ts';
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

/** A request that reached no operation, for the log. Of bytes that are no HTTP nobody knows method and path. */
export interface Refused {
  readonly method?: string;
  readonly path?: string;
  readonly requestId: string;
  readonly error: ServiceError;
}

/** Milliseconds for which a refused client may read its answer before the connection is cut. */
const LINGER = 2000;

/** Answers bytes that are no HTTP, and requests that do not arrive, on the bare socket, and closes it. */
export function refuseBytes(onRefused: (refused: Refused) => void) {
  const answered = new WeakSet<Socket>();
  return (cause: NodeJS.ErrnoException, socket: Socket): void => {
    // Each further part that arrives is refused again; to cut the connection now might cost the client its answer.
    if (answered.has(socket) && cause.code !== 'ECONNRESET') return;
    if (!socket.writable || cause.code === 'ECONNRESET' || hasBegun(socket)) {
      socket.destroy();
      return;
    }
    const status = STATUS_OF_PARSER[cause.code ?? ''] ?? 400;
    const error = new ServiceError('invalid-argument', DETAILS[status]!, { status, cause });
    const requestId = requestIdOf(undefined);
    onRefused({ requestId, error });
    answered.add(socket);
    answerAndLeave(socket, error, requestId);
  };
}

/**
 * Answers on the bare socket and closes this side of it; what the client still sends is read and thrown away for a while. A
 * connection that is closed on bytes that nobody has read is reset, and the client may lose the answer with it.
 */
export function answerAndLeave(socket: Socket, error: ServiceError, requestId: string): void {
  socket.end(bareAnswer(error, requestId));
  // A client that neither reads nor leaves must not keep its socket.
  setTimeout(() => socket.destroy(), LINGER).unref();
}

/** Whether an answer is on its way already, into which another must not be written. Node keeps it there for its own such check. */
function hasBegun(socket: Socket & { readonly _httpMessage?: ServerResponse | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}

function bareAnswer({ status, code, message }: ServiceError, requestId: string): string {
  const title = STATUS_CODES[status]!;
  const problem: Problem = { type: 'about:blank', title, status, detail: message, code, requestId };
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${body.length}`,
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
