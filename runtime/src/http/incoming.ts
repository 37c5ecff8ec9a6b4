/** A request over HTTP as a call. */

import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Codec, Types } from '../codec/codec.ts';
import type { RouteDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import type { Reply } from '../headers.ts';
import { httpSubject, type SpanSubject } from '../observe/conventions.ts';
import type { LazySignal } from '../policy/lazy-signal.ts';
import type { IncomingCall } from '../server/call.ts';
import { type Peer, peerAt } from '../tls/peer.ts';
import { bindingOf, type QueryValues } from './binding.ts';
import type { RoutePath } from './path.ts';

/** Gives the request of an operation in TypeScript form. */
type Read = (request: FastifyRequest) => unknown;

/** How requests on one route become calls. `message` is that of the operation's request. */
export function httpCalls(
  app: FastifyInstance,
  { codec, types }: { readonly codec: Codec; readonly types: Types },
  message: string | undefined,
  route: RouteDefinition,
  path: RoutePath,
): (request: FastifyRequest, reply: FastifyReply, caller: LazySignal) => IncomingCall {
  const read = message === undefined ? () => ({}) : reading(app, codec, types, message, route, path);
  return (request, reply, caller) => new HttpCall(request, reply, caller, read, route);
}

class HttpCall implements IncomingCall {
  readonly transport = 'http';
  readonly caller: LazySignal;
  reply: Reply | undefined = undefined;
  readonly #request: FastifyRequest;
  readonly #answer: FastifyReply;
  readonly #read: Read;
  readonly #route: RouteDefinition;

  constructor(request: FastifyRequest, answer: FastifyReply, caller: LazySignal, read: Read, route: RouteDefinition) {
    this.#request = request;
    this.#answer = answer;
    this.caller = caller;
    this.#read = read;
    this.#route = route;
  }

  subject(): SpanSubject {
    const { method, hostname, port, protocol, url, headers, raw } = this.#request;
    const { name, attributes } = httpSubject('server', method, this.#route.path);
    const agent = headers['user-agent'];
    return {
      name,
      attributes: {
        ...attributes,
        'url.scheme': protocol,
        'url.path': url.split('?', 1)[0]!,
        'server.address': hostname,
        ...(port !== null && { 'server.port': port }),
        'network.protocol.version': raw.httpVersion,
        ...(agent !== undefined && { 'user_agent.original': agent }),
      },
    };
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  get ip(): string {
    return this.#request.ip;
  }

  get peer(): Peer | undefined {
    return peerAt(this.#request.raw.socket);
  }

  get hasBegun(): boolean {
    return this.#answer.raw.headersSent;
  }

  /** From the header; none when it is absent or no number. */
  get timeLeft(): number | undefined {
    return timeLeftIn(this.header('x-request-timeout-ms'));
  }

  request(): unknown {
    return this.#read(this.#request);
  }
}

/** Milliseconds in an `x-request-timeout-ms`; undefined where it is none. */
export function timeLeftIn(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,12}$/.test(header) ? Number(header) : undefined;
}

function reading(
  app: FastifyInstance,
  codec: Codec,
  types: Types,
  message: string,
  route: RouteDefinition,
  path: RoutePath,
): Read {
  const bind = bindingOf(types, message, route);
  const bodyOf = bodyReader(app);
  return (request) => {
    const parameters = path.parameters(request.params as Record<string, string>);
    const json = bind(parameters, request.query as QueryValues, bodyOf(request));
    return codec.fromJson(message, json, REFUSE_UNKNOWN);
  };
}

const REFUSE_UNKNOWN = { unknown: 'refuse' } as const;

/** Reads the body's JSON; undefined when there is none. Keys that would reach a prototype are refused. */
function bodyReader(app: FastifyInstance): (request: FastifyRequest) => unknown {
  const parse = app.getDefaultJsonParser('error', 'error');
  return (request) => {
    const bytes = request.body as Buffer | undefined;
    if (bytes === undefined || bytes === null || bytes.length === 0) return undefined;
    if (!isUtf8(bytes)) throw new ServiceError('invalid-argument', 'The body is not UTF-8.');
    const text = bytes.toString('utf8');
    let parsed: unknown;
    let failed = false;
    parse(request, text, (error, value) => {
      failed = error !== null;
      parsed = value;
    });
    if (failed) throw new ServiceError('invalid-argument', reasonOfJson(text));
    return parsed;
  };
}

function reasonOfJson(text: string): string {
  try {
    JSON.parse(text);
    return 'The body has a key that is not allowed: "__proto__", or "constructor" with a "prototype".';
  } catch (error) {
    return `The body is not JSON: ${(error as Error).message}.`;
  }
}
