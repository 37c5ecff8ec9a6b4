/** The services behind a gateway: how requests go on to them, and how their answers come back. */

import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Agent, Dispatcher } from 'undici';
import { ServiceError } from '../errors.ts';
import { formatTraceparent, type TraceContext } from '../observe/trace.ts';
import type { Credentials } from '../tls/credentials.ts';
import type { CorsOptions } from './cors.ts';
import { refusalOf } from './refusal.ts';
import { undici } from './undici.ts';

/** Headers that belong to one connection (RFC 9110, section 7.6.1), and those that are written anew. */
const NOT_PASSED_ON = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
]);

/** Milliseconds to begin to answer, and to be silent within an answer; event streams are never silent for so long. */
const UPSTREAM_TIMEOUT = 60_000;

export interface Upstreams {
  /** With connections that show the current certificate. */
  agent(): Agent;
  close(): Promise<void>;
}

export function createUpstreams(credentials: Credentials | undefined): Upstreams {
  const open = () =>
    new (undici().Agent)({
      headersTimeout: UPSTREAM_TIMEOUT,
      bodyTimeout: UPSTREAM_TIMEOUT,
      connect: { timeout: 5000, ...(credentials && { secureContext: credentials.current.context }) },
    });
  let current = open();
  credentials?.onChange(() => {
    void current.close();
    current = open();
  });
  return { agent: () => current, close: () => current.close() };
}

export function passBodiesOn(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/** A request on its way to a service. */
export interface Passage {
  readonly request: FastifyRequest;
  readonly trace: TraceContext;
  /** Milliseconds that somebody waits. */
  readonly timeLeft: number | undefined;
  /** Bytes of its body at most. */
  readonly bodyLimit: number;
}

/** The answer of a service, its body unread. Rejects as undici does, and with 413 for a body that is too large. */
export function askUpstream(
  address: string,
  passage: Passage,
  { agent, signal }: { readonly agent: Agent; readonly signal: AbortSignal },
): Promise<Dispatcher.ResponseData> {
  const { request, bodyLimit } = passage;
  return undici().request(address + request.url, {
    dispatcher: agent,
    method: request.method as 'GET',
    headers: passedOn(passage),
    body: hasBody(request.headers) ? bodyOf(request, bodyLimit) : null,
    signal,
  });
}

/** The body as it comes; one in chunks says its size only by its end. */
function bodyOf({ headers, raw }: FastifyRequest, limit: number): Readable {
  return headers['content-length'] === undefined ? Readable.from(within(raw, limit), { objectMode: false }) : raw;
}

async function* within(body: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > limit) throw tooLarge();
    yield part;
  }
}

export function tooLarge(): ServiceError {
  return refusalOf({ statusCode: 413 });
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function passedOn({ request, trace, timeLeft }: Passage): IncomingHttpHeaders {
  const forwardedFor = request.headers['x-forwarded-for'];
  return {
    ...withoutConnection(request.headers),
    traceparent: formatTraceparent(trace),
    'x-request-id': request.id,
    ...(timeLeft !== undefined && { 'x-request-timeout-ms': String(Math.max(1, Math.ceil(timeLeft))) }),
    'x-forwarded-for': forwardedFor === undefined ? request.ip : `${forwardedFor}, ${request.ip}`,
    'x-forwarded-proto': request.protocol,
    'x-forwarded-host': request.headers.host,
  };
}

/** Headers of an answer for the client. */
export function passedBack(
  reply: FastifyReply,
  headers: IncomingHttpHeaders,
  cors: CorsOptions | undefined,
): IncomingHttpHeaders {
  const passed = withoutConnection(headers);
  if (cors === undefined) return passed;
  const vary = [reply.getHeader('vary'), headers.vary].filter((each) => each !== undefined).join(', ');
  const rest = Object.entries(passed).filter(([name]) => !name.startsWith('access-control-'));
  return { ...Object.fromEntries(rest), ...(vary !== '' && { vary }) };
}

function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(/\s*,\s*/);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.has(name) && !named.includes(name)),
  );
}

/** @param gone why nobody waits any longer, where that is so */
export function upstreamError(cause: unknown, gone: AbortSignal, upstream: string): ServiceError {
  if (cause instanceof ServiceError) return cause;
  if (gone.aborted && gone.reason instanceof ServiceError) return gone.reason;
  if (gone.aborted) return new ServiceError('cancelled', 'The caller has gone away.', { origin: 'cancelled', cause });
  const code = (cause as { code?: unknown }).code;
  if (code === 'UND_ERR_HEADERS_TIMEOUT') {
    return new ServiceError('deadline-exceeded', `${upstream} did not answer in time.`, { origin: 'timeout', cause });
  }
  return new ServiceError('unavailable', `${upstream} cannot be reached.`, { status: 502, origin: 'connect', cause });
}
