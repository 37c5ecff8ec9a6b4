/** A gateway of the local run: the open routes of services behind one port. In production an ingress stands here. */

import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { createCodec } from '../codec/codec.ts';
import type { GatewayDefinition, GatewayRoute, LimitKey, RouteDefinition } from '../definition.ts';
import { codeOfStatus, ServiceError } from '../errors.ts';
import type { HopListener } from '../observe/observe.ts';
import { newSpan, parseTraceparent } from '../observe/trace.ts';
import { type AdmittedCall, createAdmission } from '../policy/admission.ts';
import type { Clock } from '../policy/clock.ts';
import { LazySignal } from '../policy/lazy-signal.ts';
import type { Random } from '../policy/random.ts';
import { createPolicyState } from '../policy/state.ts';
import { requestIdOf } from '../server/call.ts';
import { listenHttp } from '../server/listeners.ts';
import { openCredentials } from '../tls/credentials.ts';
import type { TlsFiles } from '../tls/files.ts';
import { followCertificates, httpsOptions } from '../tls/server.ts';
import { allowedMethods, type KnownRoute } from './allowed.ts';
import { addCors, type CorsOptions } from './cors.ts';
import { type KeptAnswer, mayShare, throughCache } from './gateway-cache.ts';
import { timeLeftIn } from './incoming.ts';
import { type RoutePath, routePath } from './path.ts';
import { givenId, pathOf, sendProblem } from './problem-reply.ts';
import { type Refused, refusalOf, refuseBytes } from './refusal.ts';
import { HTTP_TIMEOUTS, type HttpTimeouts, serverOptions } from './timeouts.ts';
import {
  askUpstream,
  createUpstreams,
  passBodiesOn,
  passedBack,
  tooLarge,
  type Upstreams,
  upstreamError,
} from './upstream.ts';

export interface GatewayOptions {
  readonly clock: Clock;
  /** Of what its policy draws lots for; `Math.random`. */
  readonly random?: Random;
  readonly log: Logger;
  readonly host: string;
  /** 0 for a free port. */
  readonly port: number;
  /** Where an upstream listens: `http://127.0.0.1:8080`. */
  addressOf(upstream: string): string;
  readonly onHop?: HopListener | undefined;
  /** Bytes of a request's body at most; 1 MiB, as services have it. */
  readonly bodyLimit?: number;
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

/** One that is refused midway by a service looks like a broken connection. */
const BODY_LIMIT = 1024 * 1024;

const codec = createCodec({});

/** Starts a gateway and resolves when it answers. Rejects when its port is taken, or its certificates are no good. */
export async function startGateway(definition: GatewayDefinition, options: GatewayOptions): Promise<RunningGateway> {
  const { host, clock, random = Math.random, bodyLimit = BODY_LIMIT } = options;
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
  app.setErrorHandler((error, request, reply) => {
    // What is wrong with the body of a request that no route takes is nobody's concern.
    if (request.is404) return noRoute(request, reply);
    return refuse(log, request, reply, refusalOf(error));
  });
  const door = new Door(definition, { ...options, log, bodyLimit }, upstreams, createPolicyState({ clock, random }));
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
        handler: (request, reply) => door.pass({ upstream: name, route, path, request, reply }),
      });
    }
  }
  app.setNotFoundHandler(noRoute);
  function noRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const allowed = allowedMethods(known, request);
    if (allowed.length === 0) return refuse(log, request, reply, noSuchRoute());
    reply.header('allow', allowed.join(', '));
    const detail = `This route takes ${allowed.join(', ')}, not ${request.method}.`;
    return refuse(log, request, reply, new ServiceError('unimplemented', detail, { status: 405 }));
  }
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

function noSuchRoute(): ServiceError {
  return new ServiceError('not-found', 'This gateway has no such route.');
}

/** `/open/../metrics` matches an open route, and is another path where it arrives. */
function hasDots(path: string): boolean {
  return /(^|\/|%2f|\\|%5c)(\.|%2e){1,2}(\/|%2f|\\|%5c|$)/i.test(path);
}

/** A request that has come to a route. */
interface Passing {
  readonly upstream: string;
  readonly route: GatewayRoute;
  readonly path: RoutePath;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type DoorOptions = GatewayOptions & Required<Pick<GatewayOptions, 'bodyLimit'>>;

/**
 * What stands before all routes, as before an operation: deadline already gone, shed, limit, bulkhead, cache. A place in the
 * bulkhead is held, and the deadline holds, until the answer has gone out. Who calls is asked by the service behind.
 */
class Door {
  readonly #name: string;
  readonly #options: DoorOptions;
  readonly #upstreams: Upstreams;
  readonly #caches: boolean;
  readonly #admission;

  constructor(
    { name, policy }: GatewayDefinition,
    options: DoorOptions,
    upstreams: Upstreams,
    state: ReturnType<typeof createPolicyState>,
  ) {
    this.#name = name;
    this.#options = options;
    this.#upstreams = upstreams;
    this.#caches = policy.cache !== undefined;
    this.#admission = createAdmission(policy, state, name);
  }

  async pass(passing: Passing): Promise<FastifyReply> {
    const { request, reply } = passing;
    if (hasDots(pathOf(request))) throw noSuchRoute();
    const gone = new LazySignal();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    const timeLeft = timeLeftIn(request.headers['x-request-timeout-ms']);
    try {
      await this.#admission.admit({
        deadlineAt: timeLeft === undefined ? undefined : this.#options.clock.now() + timeLeft,
        limitKey: (key) => keyOf(key, request),
        signal: gone,
        run: (admitted) => this.#answer(passing, admitted),
      });
    } catch (error) {
      if (!reply.sent) throw error;
      // Too late to say so: the answer has begun, and ends here.
      reply.raw.destroy();
    }
    return reply;
  }

  /** Resolves when the answer has gone out. */
  async #answer(passing: Passing, admitted: AdmittedCall): Promise<void> {
    const { request, reply, route } = passing;
    const { clock, cors, bodyLimit } = this.#options;
    if (Number(request.headers['content-length'] ?? 0) > bodyLimit) {
      // Closed after the answer, so that nobody reads the rest.
      reply.header('connection', 'close');
      throw tooLarge();
    }
    const ask = (signal: AbortSignal, deadlineAt?: number) => this.#ask(passing, deadlineAt, signal);
    const answer =
      this.#caches && mayShare(route, request)
        ? await throughCache(passing, admitted, () => clock.now(), ask)
        : await ask(admitted.signal, admitted.deadlineAt);
    if (admitted.lifetime.aborted) return;
    const gone = new Promise((resolve) => reply.raw.once('close', resolve));
    if ('at' in answer) this.#sendKept(passing, answer);
    else
      reply
        .code(answer.statusCode)
        .headers(passedBack(reply, answer.headers, cors))
        .send(answer.body);
    await gone;
  }

  #sendKept({ request, reply }: Passing, { status, headers, body, at }: KeptAnswer): void {
    const { clock, log, cors } = this.#options;
    const age = Math.floor((clock.now() - at) / 1000);
    reply.code(status).headers(passedBack(reply, headers, cors));
    reply.header('age', age).header('x-request-id', request.id).send(body);
    log.debug({ path: pathOf(request), requestId: request.id, status, age }, 'answered from the cache');
  }

  async #ask({ upstream, route, request }: Passing, deadlineAt: number | undefined, signal: AbortSignal) {
    const { clock, log, addressOf, onHop, bodyLimit } = this.#options;
    const startedAt = clock.now();
    const trace = newSpan(
      parseTraceparent(request.headers.traceparent?.toString(), request.headers.tracestate?.toString()),
    );
    const report = (outcome: string, status: number) => {
      const latency = clock.now() - startedAt;
      const operation = `${route.method} ${route.path}`;
      const hop = { from: this.#name, to: upstream, service: this.#name, operation, transport: 'http' } as const;
      const { traceId } = trace;
      onHop?.({ ...hop, attempt: 1, latency, outcome, traceId });
      log.info({ ...hop, path: pathOf(request), requestId: request.id, status, latency, outcome, traceId }, 'request');
    };
    try {
      const timeLeft = deadlineAt === undefined ? undefined : deadlineAt - startedAt;
      const agent = this.#upstreams.agent();
      const answer = await askUpstream(addressOf(upstream), { request, trace, timeLeft, bodyLimit }, { agent, signal });
      report(answer.statusCode < 400 ? 'ok' : codeOfStatus(answer.statusCode), answer.statusCode);
      return answer;
    } catch (cause) {
      const error = upstreamError(cause, signal, upstream);
      report(error.code, error.status);
      throw error;
    }
  }
}

/** A gateway knows addresses and headers; who calls, and what they ask for, only the services find out. */
function keyOf(key: LimitKey, request: FastifyRequest): string {
  return key.by === 'header' ? String(request.headers[key.name.toLowerCase()] ?? '') : request.ip;
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
