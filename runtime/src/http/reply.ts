/** What handlers add to answers, over HTTP. */

import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Reply } from '../headers.ts';

/** Headers that say a list to which others add as well. */
const LISTS = new Set(['vary', 'access-control-expose-headers']);

/** To an answer that is sent in one piece. What is known at its end is known by then. */
export function addHeaders(reply: FastifyReply, { headers, trailers }: Pick<Reply, 'headers' | 'trailers'>): void {
  for (const [name, value] of Object.entries({ ...trailers, ...headers })) {
    const before = LISTS.has(name) ? reply.getHeader(name) : undefined;
    reply.header(name, before === undefined ? value : [before, value].flat().join(', '));
  }
}

/** Behind a stream, in chunks as it is. https://www.rfc-editor.org/rfc/rfc9112#section-7.1.2 */
export function addTrailers(raw: ServerResponse, { trailers }: Pick<Reply, 'trailers'>): void {
  raw.addTrailers(
    Object.entries(trailers).flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const)),
  );
}
