/** The HTTP side of a service: routes of operations on Fastify, problem details, metrics and health. */

import { isUtf8 } from 'node:buffer';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type HTTPMethods } from 'fastify';
import type { Codec, Types } from '../codec/codec.ts';
import type { RouteDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import type { Clock } from '../policy/clock.ts';
import { type CallIdentity, type IncomingCall, identify } from '../server/call.ts';
import type { InFlight } from '../server/in-flight.ts';
import type { OperationServer } from '../server/operation.ts';
import { allowedMethods } from './allowed.ts';
import { type Bind, bindingOf, type QueryValues } from './binding.ts';
import { type RoutePath, routePath } from './path.ts';
import { pathOf, sendProblem } from './problem-reply.ts';
import { refusalOf, refuseBytes } from './refusal.ts';
import { eventStream } from './server-events.ts';

export interface HttpServerOptions {
  readonly name: string;
  readonly types: Types;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly operations: readonly OperationServer[];
  readonly inFlight: InFlight;
  /** Bytes of a request's body at most. */
  readonly bodyLimit: number;
  /** Whose `X-Forwarded-For` is believed: addresses, ranges, or names of proxy-addr such as `loopback`. */
  readonly trustProxy: string;
  /** Told of requests that reach no operation. */
  readonly onRefused: (request: { method: string; path: string; error: ServiceError }) => void;
}

/** Milliseconds in which a client must have sent its whole request. */
const REQUEST_TIMEOUT = 60_000;

/** A Fastify instance with the routes of all operations; not listening yet, so that plugins can be added. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: options.bodyLimit,
    trustProxy: options.trustProxy,
    forceCloseConnections: 'idle',
    // Requests that come on a connection while the service drains are served, and the connection is closed then.
    return503OnClosing: false,
    requestTimeout: REQUEST_TIMEOUT,
    routerOptions: { maxParamLength: 4096 },
    clientErrorHandler: refuseBytes,
    frameworkErrors: (error, request, reply) => refuse(options, request, reply, refusalOf(error)),
  });
  takeJsonOnly(app);
  app.setErrorHandler((error, request, reply) => refuse(options, request, reply, refusalOf(error)));
  const routes = options.operations.flatMap((operation) =>
    operation.definition.routes.map((route) => {
      const head = operation.definition.stream === undefined;
      return { operation, route, path: routePath(route.path), head };
    }),
  );
  // A route for HEAD of its own must stand before the GET that would bring one along.
  for (const { operation, route, path } of routes.toSorted((a, b) => headFirst(a.route) - headFirst(b.route))) {
    addRoute(app, options, operation, route, path);
  }
  app.setNotFoundHandler((request, reply) => {
    const allowed = allowedMethods(routes, request);
    if (allowed.length === 0) {
      return refuse(options, request, reply, new ServiceError('not-found', `${options.name} has no such route.`));
    }
    reply.header('allow', allowed.join(', '));
    const detail = `This route takes ${allowed.join(', ')}, not ${request.method}.`;
    return refuse(options, request, reply, new ServiceError('unimplemented', detail, { status: 405 }));
  });
  return app;
}

const headFirst = (route: RouteDefinition) => (route.method === 'HEAD' ? 0 : 1);

/** Bodies are kept as bytes until the call has been admitted: parsing is work, and work is for those who may ask for it. */
function takeJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(/^application\/([\w.-]+\+)?json(\s*;|$)/, { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
}

function addRoute(
  app: FastifyInstance,
  options: HttpServerOptions,
  operation: OperationServer,
  route: RouteDefinition,
  path: RoutePath,
): void {
  const { definition } = operation;
  if (definition.stream === 'client' || definition.stream === 'both') {
    throw new Error(
      `${definition.name} streams its requests, which HTTP cannot; remove its route, or call it by gRPC.`,
    );
  }
  const bind = definition.request === undefined ? undefined : bindingOf(options.types, definition.request, route);
  const { codec, inFlight } = options;
  const isStream = definition.stream === 'server';
  app.route({
    method: route.method as HTTPMethods,
    url: path.pattern,
    exposeHeadRoute: !isStream && route.method === 'GET',
    // The schemas are there for plugins to read; the codec checks, so that all violations come in one answer.
    schema: schemaOf(
      codec,
      definition.request,
      definition.response,
      bind !== undefined && route.method.startsWith('P'),
    ),
    validatorCompiler: () => () => true,
    serializerCompiler: () => (data) => JSON.stringify(data),
    handler: async (request, reply) => {
      if (isIncomplete(request)) return reply.callNotFound();
      const gone = inFlight.begin(isStream ? 'stream' : 'unary');
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) gone.abort();
        inFlight.end(gone);
      });
      const call = incomingCall(request, gone.signal, codec, definition.request, bind, path, app);
      const identity = identify(definition.name, 'http', call.header);
      reply.header('x-request-id', identity.requestId);
      if (isStream) return eventStream(operation, call, identity, reply, options);
      return answer(operation, call, identity, request, reply, codec);
    },
  });
}

async function answer(
  operation: OperationServer,
  call: IncomingCall,
  identity: CallIdentity,
  request: FastifyRequest,
  reply: FastifyReply,
  codec: Codec,
): Promise<FastifyReply> {
  const { response } = operation.definition;
  const encode = (value: unknown) =>
    response === undefined ? undefined : JSON.stringify(codec.toJson(response, value));
  try {
    const body = await operation.unary(call, identity, encode);
    if (body === undefined) return reply.code(204).send();
    return reply.header('content-type', 'application/json; charset=utf-8').send(body);
  } catch (error) {
    return sendProblem(request, reply, error as ServiceError, codec, identity.requestId);
  }
}

/** The router takes `/items/` for `/items/{id}` with nothing in the place of the id. */
function isIncomplete({ params }: FastifyRequest): boolean {
  return Object.entries(params as Record<string, string>).some(([name, text]) => text === '' && name !== '*');
}

function schemaOf(codec: Codec, request: string | undefined, response: string | undefined, hasBody: boolean): object {
  return {
    ...(hasBody && request !== undefined ? { body: codec.jsonSchema(request) } : {}),
    ...(response === undefined ? {} : { response: { 200: codec.jsonSchema(response) } }),
  };
}

function incomingCall(
  request: FastifyRequest,
  signal: AbortSignal,
  codec: Codec,
  message: string | undefined,
  bind: Bind | undefined,
  path: RoutePath,
  app: FastifyInstance,
): IncomingCall {
  const header = (name: string) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return {
    transport: 'http',
    header,
    ip: request.ip,
    timeLeft: timeLeftOf(header('x-request-timeout-ms')),
    signal,
    request() {
      if (message === undefined || bind === undefined) return {};
      const query = request.query as QueryValues;
      const json = bind(path.parameters(request.params as Record<string, string>), query, bodyOf(app, request));
      return codec.fromJson(message, json, { unknown: 'refuse' });
    },
  };
}

/** Milliseconds, from the header; none when it is absent or no number. */
function timeLeftOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

/** The body's JSON; undefined when there is none. Keys that would reach a prototype are refused. */
function bodyOf(app: FastifyInstance, request: FastifyRequest): unknown {
  const bytes = request.body as Buffer | undefined;
  if (bytes === undefined || bytes === null || bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw new ServiceError('invalid-argument', 'The body is not UTF-8.');
  const text = bytes.toString('utf8');
  let parsed: unknown;
  let failed = false;
  app.getDefaultJsonParser('error', 'error')(request, text, (error, value) => {
    failed = error !== null;
    parsed = value;
  });
  if (failed) throw new ServiceError('invalid-argument', reasonOfJson(text));
  return parsed;
}

function reasonOfJson(text: string): string {
  try {
    JSON.parse(text);
    return 'The body has a key that is not allowed: "__proto__", or "constructor" with a "prototype".';
  } catch (error) {
    return `The body is not JSON: ${(error as Error).message}.`;
  }
}

/** A request that reaches no operation gets its problem, and its line in the log. */
function refuse(options: HttpServerOptions, request: FastifyRequest, reply: FastifyReply, error: ServiceError) {
  options.onRefused({ method: request.method, path: pathOf(request), error });
  return sendProblem(request, reply, error, options.codec);
}
