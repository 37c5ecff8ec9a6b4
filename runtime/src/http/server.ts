/** The HTTP side of a service: routes of operations on Fastify, problem details, metrics and health. */

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type HTTPMethods } from 'fastify';
import type { Codec, Types } from '../codec/codec.ts';
import type { RouteDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import type { Clock } from '../policy/clock.ts';
import { CallIdentity, type IncomingCall, requestIdOf } from '../server/call.ts';
import type { InFlight } from '../server/in-flight.ts';
import type { OperationServer } from '../server/operation.ts';
import { followCertificates, httpsOptions, type ServerTls } from '../tls/server.ts';
import { allowedMethods } from './allowed.ts';
import { compress } from './compression.ts';
import { addCors, type CorsOptions } from './cors.ts';
import { httpCalls } from './incoming.ts';
import { type RoutePath, routePath } from './path.ts';
import { givenId, pathOf, sendProblem } from './problem-reply.ts';
import { answerAndLeave, type Refused, refusalOf, refuseBytes } from './refusal.ts';
import { addHeaders } from './reply.ts';
import { eventStream } from './server-events.ts';
import { cutWhenStalled } from './slow-reader.ts';
import { type HttpTimeouts, serverOptions } from './timeouts.ts';

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
  readonly onRefused: (request: Refused) => void;
  readonly timeouts: HttpTimeouts;
  readonly tls: ServerTls | undefined;
  /** Characters of an answer from which on it is compressed, for clients that take it so. */
  readonly compressAbove: number | undefined;
  readonly cors: CorsOptions | undefined;
  /** Adds plugins before there are routes, which some of them look at. */
  readonly plugins: ((app: FastifyInstance) => unknown) | undefined;
}

/**
 * A Fastify instance with plugins and the routes of all operations; not listening yet. It comes in an object, since it is a
 * thenable itself, which a promise would wait for.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<{ readonly app: FastifyInstance }> {
  const app = Fastify({
    bodyLimit: options.bodyLimit,
    trustProxy: options.trustProxy,
    forceCloseConnections: 'idle',
    // Requests that come on a connection while the service drains are served, and the connection is closed then.
    return503OnClosing: false,
    ...serverOptions(options.timeouts, options.tls && httpsOptions(options.tls)),
    routerOptions: { maxParamLength: 4096 },
    clientErrorHandler: refuseBytes(options.onRefused),
    frameworkErrors: (error, request, reply) => refuse(options, request, reply, refusalOf(error)),
  });
  if (options.tls !== undefined) followCertificates(app, options.tls);
  takeJsonOnly(app);
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error);
    // What is wrong with the body of a request that no route takes is nobody's concern.
    if (request.is404 && refusal.status !== 413) return noRoute(request, reply);
    if (isEncoded(request)) reply.header('accept-encoding', 'identity');
    return refuse(options, request, reply, refusal);
  });
  const routes = options.operations.flatMap((operation) =>
    operation.definition.routes.map((route) => {
      const head = operation.definition.stream === undefined;
      return { operation, route, path: routePath(route.path), head };
    }),
  );
  if (options.cors !== undefined) addCors(app, options.cors, (request) => allowedMethods(routes, request));
  await options.plugins?.(app);
  await app.after();
  // A route for HEAD of its own must stand before the GET that would bring one along.
  for (const { operation, route, path } of routes.toSorted((a, b) => headFirst(a.route) - headFirst(b.route))) {
    addRoute(app, options, operation, route, path);
  }
  app.setNotFoundHandler(noRoute);
  return { app };

  function noRoute(request: FastifyRequest, reply: FastifyReply) {
    const allowed = allowedMethods(routes, request);
    if (allowed.length === 0) {
      return refuse(options, request, reply, new ServiceError('not-found', `${options.name} has no such route.`));
    }
    reply.header('allow', allowed.join(', '));
    const detail = `This route takes ${allowed.join(', ')}, not ${request.method}.`;
    return refuse(options, request, reply, new ServiceError('unimplemented', detail, { status: 405 }));
  }
}

const headFirst = (route: RouteDefinition) => (route.method === 'HEAD' ? 0 : 1);

/** Bodies are kept as bytes until the call has been admitted: parsing is work, and work is for those who may ask for it. */
function takeJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(/^application\/([\w.-]+\+)?json(\s*;|$)/, { parseAs: 'buffer' }, (request, body, done) => {
    if (isEncoded(request)) done(new ServiceError('invalid-argument', NOT_ENCODED, { status: 415 }));
    else done(null, body);
  });
}

const NOT_ENCODED = 'The body must not be encoded: send it without content-encoding.';

/** Whether the body is compressed, or whatever else its header says. */
function isEncoded({ headers }: FastifyRequest): boolean {
  const encoding = headers['content-encoding'];
  return encoding !== undefined && !/^\s*(identity)?\s*$/i.test(encoding);
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
  const { codec, inFlight } = options;
  const isStream = definition.stream === 'server';
  const callOf = httpCalls(app, options, definition.request, route, path);
  const answer = answering(operation, options);
  app.route({
    method: route.method as HTTPMethods,
    url: path.pattern,
    exposeHeadRoute: !isStream && route.method === 'GET',
    // The schemas are there for plugins to read; the codec checks, so that all violations come in one answer.
    schema: schemaOf(codec, definition.request, definition.response, takesBody(route)),
    validatorCompiler: () => () => true,
    serializerCompiler: () => (data) => JSON.stringify(data),
    handler: (request, reply) => {
      if (path.isIncomplete(request.params as Record<string, string>)) return reply.callNotFound();
      // Its turn has not come: requests that are sent ahead of answers would all be worked on at once, and their answers kept.
      const { raw } = reply;
      if (raw.socket === null) return void raw.once('socket', () => void begin(request, reply));
      return begin(request, reply);
    },
  });
  // Gives a promise for streams only: nothing is returned else, so that Fastify waits for no promise.
  function begin(request: FastifyRequest, reply: FastifyReply): Promise<unknown> | undefined {
    const gone = inFlight.begin(isStream ? 'stream' : 'unary');
    const { raw } = reply;
    raw.on('close', () => {
      if (!raw.writableFinished) gone.abort();
      inFlight.end(gone);
    });
    const call = callOf(request, reply, gone);
    const identity = new CallIdentity(definition.name, call);
    reply.header('x-request-id', identity.requestId);
    if (isStream) return eventStream(operation, call, identity, reply, options);
    answer(call, identity, reply);
    return undefined;
  }
}

const takesBody = ({ method }: RouteDefinition) => method.startsWith('P');

/** Sends the one answer of an operation, or its problem. */
function answering(operation: OperationServer, { codec, inFlight, timeouts, compressAbove }: HttpServerOptions) {
  const { response } = operation.definition;
  const encode = response === undefined ? () => undefined : (value: unknown) => codec.toJsonText(response, value);
  const send = (reply: FastifyReply, body: string | Buffer) => {
    reply.header('content-type', 'application/json; charset=utf-8').send(body);
    cutWhenStalled(reply.raw, timeouts.stalled);
  };
  return (call: IncomingCall, identity: CallIdentity, reply: FastifyReply): void => {
    operation.unary(call, identity, encode).then(
      (body) => {
        if (inFlight.isDraining) reply.header('connection', 'close');
        if (call.reply !== undefined) addHeaders(reply, call.reply);
        if (body === undefined) reply.code(204).send();
        else if (compressAbove === undefined || body.length < compressAbove) send(reply, body);
        else void compress(reply, body).then((compressed) => send(reply, compressed));
      },
      (error) => {
        if (inFlight.isDraining) reply.header('connection', 'close');
        if (call.reply !== undefined) addHeaders(reply, call.reply);
        sendProblem(reply.request, reply, error as ServiceError, codec, identity.requestId);
      },
    );
  };
}

function schemaOf(codec: Codec, request: string | undefined, response: string | undefined, hasBody: boolean): object {
  return {
    ...(hasBody && request !== undefined ? { body: codec.jsonSchema(request) } : {}),
    ...(response === undefined ? {} : { response: { 200: codec.jsonSchema(response) } }),
  };
}

/** A request that reaches no operation gets its problem, and its line in the log. */
function refuse(options: HttpServerOptions, request: FastifyRequest, reply: FastifyReply, error: ServiceError) {
  // A request that failed on its way to a handler has its id already.
  const requestId = reply.getHeader('x-request-id')?.toString() ?? requestIdOf(givenId(request));
  reply.header('x-request-id', requestId);
  options.onRefused({ method: request.method, path: pathOf(request), requestId, error });
  const { raw } = reply;
  if (error.status === 413 && raw.socket !== null) {
    reply.hijack();
    request.raw.resume();
    answerAndLeave(raw.socket, error, requestId);
    return reply;
  }
  return sendProblem(request, reply, error, options.codec, requestId);
}
