/** Sends an error as problem details, with the headers that its status asks for. */

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Codec } from '../codec/codec.ts';
import type { ServiceError } from '../errors.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: ServiceError,
  codec: Codec,
  requestId?: string,
): FastifyReply {
  if (error.retryAfter !== undefined && error.retryAfter >= 0) {
    reply.header('retry-after', String(Math.ceil(error.retryAfter / 1000)));
  }
  if (error.status === 401) reply.header('www-authenticate', 'Bearer');
  const at = { instance: pathOf(request), ...(requestId === undefined ? {} : { requestId }) };
  const body = JSON.stringify(problemOf(error, codec, at));
  // As bytes: Fastify adds a charset to the type of text, and this type has none.
  return reply.code(error.status).header('content-type', PROBLEM_TYPE).send(Buffer.from(body));
}

/** The path of the request as it was sent, without the query. */
export function pathOf(request: FastifyRequest): string {
  const end = request.url.indexOf('?');
  return end === -1 ? request.url : request.url.slice(0, end);
}

/** The request id that the caller sent, as it was sent. */
export function givenId({ headers }: { readonly headers: IncomingHttpHeaders }): string | undefined {
  return headers['x-request-id']?.toString();
}
