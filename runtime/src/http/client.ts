/** Calls over HTTP: JSON by an operation's first route, errors as problem details, server streams as server-sent events. */

import type { ConnectionOptions } from 'node:tls';
import type { buildConnector, Dispatcher, Pool } from 'undici';
import { callableRoute } from '../client-edge.ts';
import type { ErrorReading } from '../client-errors.ts';
import {
  abortError,
  decodeResponse,
  encodeRequest,
  type Transport,
  type TransportAttempt,
  type TransportOperation,
} from '../client-transport.ts';
import type { Codec, Types } from '../codec/codec.ts';
import { type Shapes, shapesOf } from '../codec/shape.ts';
import type { ClientDefinition, OperationContract, RouteDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { type Trust, type TrustOf, trustBy } from '../tls/trust.ts';
import { bindRoute, type HttpRequest } from './client-binding.ts';
import { answeredError, connectionError, neverSent, streamedError } from './client-errors.ts';
import { serverSentEvents } from './client-events.ts';
import { ACCEPTED, decoded } from './compression.ts';
import { undici } from './undici.ts';

type Response = Dispatcher.ResponseData;

/** A connection that takes longer is given up, also where no policy sets a timeout. Milliseconds. */
const CONNECT_TIMEOUT = 5000;
/** Bytes of an answer; a stream may be longer, its messages may not. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** For each destination one pool of connections to each of its addresses, shared by its operations. */
export function httpTransport(codec: Codec, types: Types, trustOf: TrustOf = trustBy(undefined, {})): Transport {
  const shapes = shapesOf(types);
  const destinations = new Map<string, HttpPools>();
  const poolsOf = (destination: ClientDefinition): HttpPools => {
    const pools = destinations.get(destination.name) ?? new HttpPools(trustOf(destination));
    destinations.set(destination.name, pools);
    return pools;
  };
  return {
    operation: (destination, contract) => httpOperation(destination, contract, codec, shapes, poolsOf(destination)),
    async close() {
      await Promise.all([...destinations.values()].map((pools) => pools.close()));
    },
  };
}

interface HttpAddress {
  readonly pool: Pool;
  readonly origin: string;
  /** Path of the url, put before each route; without a slash at its end. */
  readonly base: string;
}

class HttpPools {
  readonly #trust: Trust;
  readonly #open = new Map<string, HttpAddress>();
  #closed = false;

  constructor(trust: Trust) {
    this.#trust = trust;
    // Calls that come now open connections that show the new certificate; what runs on the old ones may finish.
    trust.onChange(() => {
      for (const { pool } of this.#open.values()) void pool.close();
      this.#open.clear();
    });
  }

  to(endpoint: string): HttpAddress {
    const known = this.#open.get(endpoint);
    if (known !== undefined) return known;
    if (this.#closed) {
      throw new ServiceError('unavailable', 'the clients of this service are closed', { origin: 'local' });
    }
    const opened = openPool(endpoint, this.#trust);
    this.#open.set(endpoint, opened);
    return opened;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map(({ pool }) => pool.destroy()));
  }
}

function openPool(endpoint: string, trust: Trust): HttpAddress {
  const scheme = trust.byDefault ? 'https' : 'http';
  const { origin, pathname } = new URL(/^https?:\/\//.test(endpoint) ? endpoint : `${scheme}://${endpoint}`);
  const connect = connector(origin.startsWith('https:') ? trust.connection() : {});
  // Timeouts are the policy's: undici's own would end slow answers and quiet streams behind its back.
  const pool = new (undici().Pool)(origin, { headersTimeout: 0, bodyTimeout: 0, connect });
  return { pool, origin, base: pathname.replace(/\/+$/, '') };
}

/** Opens connections, and marks what fails then: nothing was sent. */
function connector(tls: ConnectionOptions): buildConnector.connector {
  const open = undici().buildConnector({ ...(tls as buildConnector.BuildOptions), timeout: CONNECT_TIMEOUT });
  return (target, opened) =>
    open(target, (...[error, socket]) => {
      if (error === null) opened(null, socket);
      else opened(neverSent(error), null);
    });
}

function httpOperation(
  { name }: ClientDefinition,
  contract: OperationContract,
  codec: Codec,
  shapes: Shapes,
  pools: HttpPools,
): TransportOperation {
  const target = `${name}.${contract.name}`;
  const route = routeOf(target, contract);
  const bind = bindRoute(route, contract.request === undefined ? undefined : shapes(contract.request));
  const reading: ErrorReading = { target, contract, codec };
  const encode = (request: unknown): HttpRequest => {
    const { request: type } = contract;
    return encodeRequest(target, () => bind(type === undefined ? {} : (codec.toJson(type, request ?? {}) as Json)));
  };

  const send = async (request: HttpRequest, attempt: TransportAttempt, accept: string): Promise<Response> => {
    const { pool, origin, base } = pools.to(attempt.endpoint);
    const { method, path, body } = request;
    // What stands in a query may be anybody's business but the trace's.
    attempt.span?.sent(`${origin}${base}${path.split('?', 1)[0]}`);
    const response = await pool.request({
      method,
      path: base + path,
      headers: headersOf(attempt, accept, body),
      ...(body === undefined ? {} : { body }),
      signal: attempt.signal,
    });
    attempt.span?.answered(response.statusCode);
    attempt.seen?.begins(response.headers);
    if (response.statusCode >= 200 && response.statusCode < 300) return response;
    attempt.seen?.ends(response.headers);
    throw answeredError(reading, response.statusCode, response.headers, await textOf(target, response));
  };

  return {
    unary(request) {
      const ready = encode(request);
      return async (attempt) => {
        let begun = false;
        try {
          const response = await send(ready, attempt, 'application/json, application/problem+json');
          begun = true;
          const text = contract.response === undefined ? undefined : await textOf(target, response);
          if (text === undefined) await response.body.dump();
          attempt.seen?.ends({ ...response.headers, ...response.trailers });
          if (text === undefined) return undefined;
          return decodeResponse(target, () => codec.fromJson(contract.response!, JSON.parse(text)));
        } catch (error) {
          throw attempt.signal.aborted ? abortError(attempt.signal, target) : connectionError(target, error, begun);
        }
      };
    },

    serverStream(request) {
      const ready = encode(request);
      return async function* (attempt) {
        let begun = false;
        try {
          const response = await send(ready, attempt, 'text/event-stream');
          begun = true;
          expectEvents(target, response);
          for await (const { event, data } of serverSentEvents(bodyOf(target, response))) {
            if (event === 'error') throw streamedError(reading, data);
            if (event !== 'message') continue;
            yield decodeResponse(target, () => codec.fromJson(contract.response!, JSON.parse(data)));
          }
          attempt.seen?.ends(response.trailers);
        } catch (error) {
          throw attempt.signal.aborted ? abortError(attempt.signal, target) : connectionError(target, error, begun);
        }
      };
    },

    clientStream: () => unsupported(target),
    bidiStream: () => unsupported(target),
  };
}

type Json = Readonly<Record<string, unknown>>;

function routeOf(target: string, contract: OperationContract): RouteDefinition {
  const route = callableRoute(contract);
  if (route === undefined) {
    throw new Error(`${target} cannot be called: its service has no gRPC port, and the operation no route`);
  }
  return route;
}

function headersOf(attempt: TransportAttempt, accept: string, body: string | undefined): Record<string, string> {
  return {
    ...attempt.headers,
    accept,
    'accept-encoding': ACCEPTED,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(attempt.timeLeft === undefined
      ? {}
      : { 'x-request-timeout-ms': String(Math.max(1, Math.ceil(attempt.timeLeft))) }),
  };
}

/** An answer of another kind, say of a proxy, would read as a stream without messages. */
function expectEvents(target: string, { statusCode, headers }: Response): void {
  const type = String(headers['content-type'] ?? '');
  if (statusCode === 204 || type.startsWith('text/event-stream')) return;
  throw new ServiceError('internal', `${target} answered with ${type || 'no type'} where a stream of events was due`, {
    origin: 'remote',
    responseBegun: true,
  });
}

/** The body, decompressed where the callee has compressed it. */
function bodyOf(target: string, { headers, body }: Response): AsyncIterable<Uint8Array> {
  const encoding = headers['content-encoding'];
  if (encoding === undefined) return body;
  try {
    return decoded(body, String(encoding));
  } catch (error) {
    body.on('error', () => {}).destroy();
    throw new ServiceError('internal', `${target}: ${(error as Error).message}`, {
      origin: 'remote',
      responseBegun: true,
    });
  }
}

/** The whole body, up to a size that no message has. */
async function textOf(target: string, response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bodyOf(target, response)) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) {
      throw new ServiceError('resource-exhausted', `${target} answered with more than ${LARGEST_ANSWER} bytes`, {
        origin: 'remote',
        responseBegun: true,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unsupported(target: string): never {
  throw new ServiceError(
    'unimplemented',
    `${target} streams its requests, which needs gRPC; give its service a grpc port`,
    {
      origin: 'local',
    },
  );
}
