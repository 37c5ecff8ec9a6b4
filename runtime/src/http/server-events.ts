/** A server stream over HTTP: server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html */

import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Codec } from '../codec/codec.ts';
import { ServiceError } from '../errors.ts';
import type { Clock } from '../policy/clock.ts';
import type { CallIdentity, IncomingCall } from '../server/call.ts';
import type { OperationServer } from '../server/operation.ts';
import { problemOf } from './problem.ts';
import { pathOf, sendProblem } from './problem-reply.ts';
import { addHeaders, addTrailers } from './reply.ts';
import { cutWhenStalled, readsAgain } from './slow-reader.ts';
import type { HttpTimeouts } from './timeouts.ts';

/** Milliseconds of silence after which a comment is sent, so that proxies keep the connection. */
const KEEP_ALIVE = 15_000;
/** Milliseconds for which a first item or an error is awaited before the answer begins with 200. */
const PATIENCE = 250;

/**
 * Answers with one event for each item: `data: <json>`. A failure before the answer has begun is a problem of its own
 * status; a later one is the last event, `event: error` with the problem as data.
 */
export async function eventStream(
  operation: OperationServer,
  call: IncomingCall,
  identity: CallIdentity,
  reply: FastifyReply,
  { codec, clock, timeouts }: { readonly codec: Codec; readonly clock: Clock; readonly timeouts: HttpTimeouts },
): Promise<FastifyReply> {
  const { raw } = reply;
  const response = operation.definition.response!;
  let idle = () => {};
  let begun = false;
  const begin = () => {
    begun = true;
    if (call.reply !== undefined) addHeaders(reply, { headers: call.reply.headers, trailers: {} });
    reply.hijack();
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };
    // With what plugins have set: once it is hijacked, a reply sends nothing of its own.
    raw.writeHead(200, { ...(reply.getHeaders() as OutgoingHttpHeaders), ...headers });
    raw.flushHeaders();
    keepAlive();
  };
  const keepAlive = () => {
    idle();
    idle = clock.after(KEEP_ALIVE, () => {
      if (!raw.writableNeedDrain) raw.write(': keep-alive\n\n');
      keepAlive();
    });
  };
  const beginWithout = () => {
    // Its handler has headers in mind, and has not come to say them.
    if (call.reply?.hasHeaders === false) idle = clock.after(PATIENCE, beginWithout);
    else begin();
  };
  idle = clock.after(PATIENCE, beginWithout);
  try {
    await operation.stream(call, identity, async (item) => {
      const data = JSON.stringify(codec.toJson(response, item));
      if (!begun) begin();
      keepAlive();
      await write(raw, `data: ${data}\n\n`, timeouts.stalled);
    });
    if (!begun) begin();
  } catch (error) {
    const { request } = reply;
    if (!begun && call.reply !== undefined) addHeaders(reply, call.reply);
    if (!begun) return sendProblem(request, reply, error as ServiceError, codec, identity.requestId);
    const at = { instance: pathOf(request), requestId: identity.requestId };
    raw.write(`event: error\ndata: ${JSON.stringify(problemOf(error as ServiceError, codec, at))}\n\n`);
  } finally {
    idle();
  }
  if (call.reply !== undefined) addTrailers(raw, call.reply);
  raw.end();
  cutWhenStalled(raw, timeouts.stalled);
  return reply;
}

/** Resolves when more may be written. Rejects when the client has gone away. */
async function write(raw: ServerResponse, text: string, stalled: number): Promise<void> {
  if (raw.destroyed) throw gone();
  if (raw.write(text)) return;
  cutWhenStalled(raw, stalled);
  const closed = new AbortController();
  const onClose = () => closed.abort();
  raw.once('close', onClose);
  try {
    await once(raw, 'drain', { signal: closed.signal });
    readsAgain(raw);
  } catch {
    throw gone();
  } finally {
    raw.off('close', onClose);
  }
}

function gone(): ServiceError {
  return new ServiceError('cancelled', 'The caller has gone away.', { origin: 'cancelled' });
}
