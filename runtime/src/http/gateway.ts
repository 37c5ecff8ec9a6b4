/** A gateway of the local run: the open routes of services behind one port. In production an ingress stands here. */

import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Agent } from 'undici';
import { createCodec } from '../codec/codec.ts';
import type { GatewayDefinition, LimitKey, RouteDefinition } from '../definition.ts';
import { codeOfStatus, ServiceError } from '../errors.ts';
import type { HopListener } from '../observe/observe.ts';
import { formatTraceparent, newSpan, parseTraceparent, type TraceContext } from '../observe/trace.ts';
import type { Clock } from '../policy/clock.ts';
import { createLimiter } from '../policy/limiter.ts';
import { requestIdOf } from '../server/call.ts';
import { listenHttp } from '../server/listeners.ts';
import { type Credentials, openCredentials } from '../tls/credentials.ts';
import type { TlsFiles } from '../tls/files.ts';
import { followCertificates, httpsOptions } from '../tls/server.ts';
import { allowedMethods, type KnownRoute } from './allowed.ts';
import { addCors, type CorsOptions } from './cors.ts';
import { routePath } from './path.ts';
import { givenId, pathOf, sendProblem } from './problem-reply.ts';
import { type Refused, refusalOf, refuseBytes } from './refusal.ts';
import { HTTP_TIMEOUTS, type HttpTimeouts, serverOptions } from './timeouts.ts';
import { undici } from './undici.ts';

export interface GatewayOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly host: string;
  /** 0 for a free port. */
  readonly port: number;
  /** Where an upstream listens: `http://127.0.0.1:8080`. */
  addressOf(upstream: string): string;
  readonly onHop?: HopListener | undefined;
  /** How long it waits for its clients; `HTTP_TIMEOUTS` where it is not said. */
  readonly timeouts?: Partial<HttpTimeouts>;
  /** To speak TLS with clients, and with upstreams whose address is `https`. */
  readonly tls?: TlsFiles;
  /** What pages of other origins may do; what services say of it is not passed on then. */
  readonly cors?: CorsOptions;
}

export interface RunningGateway {
  readonly name: string;
  readonly url: string;
  /** Takes no new requests and resolves when those that run have been answered. */
  stop(): Promise<void>;
}

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

/** Bytes of a request's body at most, as services have it: one that is refused midway by a service looks like a broken connection. */
const BODY_LIMIT = 1024 * 1024;

const codec = createCodec({});

export async function startGateway(definition: GatewayDefinition, options: GatewayOptions): Promise<RunningGateway> {
  const { host } = options;
  const log = options.log.child({ service: definition.name });
  const credentials = options.tls && (await openCredentials(options.tls, { log }));
  const upstreams = createUpstreams(credentials);
  const tls = credentials && { credentials, asksPeers: false };
  const app = Fastify({
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    ...serverOptions({ ...HTTP_TIMEOUTS, ...options.timeouts }, tls && httpsOptions(tls)),
    routerOptions: { maxParamLength: 4096 },
    genReqId: (request) => requestIdOf(givenId(request)),
    clientErrorHandler: refuseBytes((refused) => logRefused(log, refused)),
    frameworkErrors: (error, request, reply) => refuse(log, request, reply, refusalOf(error)),
  });
  if (tls !== undefined) followCertificates(app, tls);
  passBodiesOn(app);
  app.setErrorHandler((error, request, reply) => refuse(log, request, reply, refusalOf(error)));
  const limit = limitOf(definition, options.clock);
  const known: KnownRoute[] = [];
  const { cors } = options;
  if (cors !== undefined) addCors(app, cors, (request) => allowedMethods(known, request));
  for (const { name, routes } of Object.values(definition.upstreams)) {
    for (const route of routes) {
      const path = routePath(route.path);
      known.push({ route, path, head: true });
      app.route({
        method: route.method,
        url: path.pattern,
        exposeHeadRoute: route.method === 'GET' && !routes.some((each) => isHeadOf(each, route)),
        handler: async (request, reply) => {
          if (hasDots(pathOf(request))) throw new ServiceError('not-found', 'This gateway has no such route.');
          limit(request);
          if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) {
            // Closed after the answer, so that nobody reads the rest.
            reply.header('connection', 'close');
            throw tooLarge();
          }
          return forward(request, reply, name, route, upstreams.agent(), definition, options);
        },
      });
    }
  }
  app.setNotFoundHandler((request, reply) => {
    const allowed = allowedMethods(known, request);
    if (allowed.length === 0)
      return refuse(log, request, reply, new ServiceError('not-found', 'This gateway has no such route.'));
    reply.header('allow', allowed.join(', '));
    const detail = `This route takes ${allowed.join(', ')}, not ${request.method}.`;
    return refuse(log, request, reply, new ServiceError('unimplemented', detail, { status: 405 }));
  });
  const listener = await listenHttp(app, `gateway ${definition.name}`, host, options.port);
  return {
    name: definition.name,
    url: `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${listener.port}`,
    async stop() {
      await listener.close();
      await upstreams.close();
      credentials?.close();
    },
  };
}

const isHeadOf = (head: RouteDefinition, get: RouteDefinition) => head.method === 'HEAD' && head.path === get.path;

interface Upstreams {
  /** With connections that show the current certificate. */
  agent(): Agent;
  close(): Promise<void>;
}

function createUpstreams(credentials: Credentials | undefined): Upstreams {
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

function passBodiesOn(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/** `/open/../metrics` matches an open route, and is another path where it arrives. */
function hasDots(path: string): boolean {
  return /(^|\/|%2f|\\|%5c)(\.|%2e){1,2}(\/|%2f|\\|%5c|$)/i.test(path);
}

function limitOf({ limit }: GatewayDefinition, clock: Clock): (request: FastifyRequest) => void {
  if (limit === undefined) return () => {};
  const limiter = createLimiter(limit, clock);
  return (request) => {
    const answer = limiter.take(limit.key === undefined ? '' : keyOf(limit.key, request));
    if (answer.ok) return;
    const { retryAfter } = answer;
    throw new ServiceError('resource-exhausted', 'Too many requests.', {
      origin: 'refused',
      refusedBy: 'limit',
      retryAfter,
    });
  };
}

/** A gateway knows addresses and headers; who calls, and what they ask for, only the services find out. */
function keyOf(key: LimitKey, request: FastifyRequest): string {
  return key.by === 'header' ? String(request.headers[key.name.toLowerCase()] ?? '') : request.ip;
}

async function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  upstream: string,
  route: RouteDefinition,
  agent: Agent,
  { name }: GatewayDefinition,
  { clock, log, addressOf, onHop, cors }: GatewayOptions,
): Promise<FastifyReply> {
  const startedAt = clock.now();
  const state = request.headers.tracestate?.toString();
  const trace = newSpan(parseTraceparent(request.headers.traceparent?.toString(), state));
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const report = (outcome: string, status: number) => {
    const latency = clock.now() - startedAt;
    const { traceId } = trace;
    const hop = {
      from: name,
      to: upstream,
      service: name,
      operation: `${route.method} ${route.path}`,
      transport: 'http',
    } as const;
    onHop?.({ ...hop, attempt: 1, latency, outcome, traceId });
    log.info({ ...hop, path: pathOf(request), requestId: request.id, status, latency, outcome, traceId }, 'request');
  };
  try {
    const { statusCode, headers, body } = await undici().request(addressOf(upstream) + request.url, {
      dispatcher: agent,
      method: request.method as 'GET',
      headers: passedOn(request, trace),
      body: hasBody(request.headers) ? bodyOf(request) : null,
      signal: gone.signal,
    });
    report(statusCode < 400 ? 'ok' : codeOfStatus(statusCode), statusCode);
    return reply
      .code(statusCode)
      .headers(passedBack(reply, headers, cors))
      .send(body);
  } catch (cause) {
    const error = upstreamError(cause, gone.signal, upstream);
    report(error.code, error.status);
    throw error;
  }
}

/** The body as it comes; one in chunks says its size only by its end. */
function bodyOf({ headers, raw }: FastifyRequest): Readable {
  return headers['content-length'] === undefined ? Readable.from(within(raw, BODY_LIMIT), { objectMode: false }) : raw;
}

async function* within(body: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > limit) throw tooLarge();
    yield part;
  }
}

function tooLarge(): ServiceError {
  return refusalOf({ statusCode: 413 });
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function passedOn(request: FastifyRequest, trace: TraceContext): IncomingHttpHeaders {
  const forwardedFor = request.headers['x-forwarded-for'];
  return {
    ...withoutConnection(request.headers),
    traceparent: formatTraceparent(trace),
    'x-request-id': request.id,
    'x-forwarded-for': forwardedFor === undefined ? request.ip : `${forwardedFor}, ${request.ip}`,
    'x-forwarded-proto': request.protocol,
    'x-forwarded-host': request.headers.host,
  };
}

function passedBack(
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

function upstreamError(cause: unknown, gone: AbortSignal, upstream: string): ServiceError {
  if (cause instanceof ServiceError) return cause;
  if (gone.aborted) return new ServiceError('cancelled', 'The caller has gone away.', { origin: 'cancelled', cause });
  const code = (cause as { code?: unknown }).code;
  if (code === 'UND_ERR_HEADERS_TIMEOUT') {
    return new ServiceError('deadline-exceeded', `${upstream} did not answer in time.`, { origin: 'timeout', cause });
  }
  return new ServiceError('unavailable', `${upstream} cannot be reached.`, { status: 502, origin: 'connect', cause });
}

function refuse(log: Logger, request: FastifyRequest, reply: FastifyReply, error: ServiceError): FastifyReply {
  const { method, id: requestId } = request;
  logRefused(log, { method, path: pathOf(request), requestId, error });
  reply.header('x-request-id', requestId);
  return sendProblem(request, reply, error, codec, requestId);
}

function logRefused(log: Logger, { error, ...request }: Refused): void {
  log.info({ ...request, status: error.status, detail: error.message }, 'request refused');
}
