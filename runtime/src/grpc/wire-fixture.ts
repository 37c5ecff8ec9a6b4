/** Both ends of gRPC for tests: servers of methods or of raw streams, and clients that speak HTTP/2 by hand. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { TransportAttempt, TransportOperation } from '../client-transport.ts';
import { createCodec } from '../codec/codec.ts';
import { ServiceError } from '../errors.ts';
import { kinds } from '../fixtures/kinds.ts';
import { type GrpcClientOptions, grpcTransport } from './client.ts';
import { GRPC_TIMEOUTS, GrpcServer, type GrpcServerOptions, type GrpcTimeouts } from './server.ts';
import type { GrpcMethod, ServerCall } from './server-call.ts';

export const codec = createCodec(kinds.types);
export const SERVICE = 'weir.kinds.KindsService';

export const note = (text: string): Buffer => codec.serialize('weir.kinds.Note', { text });
export const textOf = (bytes: Uint8Array): string =>
  (codec.deserialize('weir.kinds.Note', bytes) as { text: string }).text;

/** A method with one request and one answer. */
export const unary = (answer: (call: ServerCall) => void): GrpcMethod => ({
  requestStream: false,
  responseStream: false,
  answer,
});

export const echo = unary((call) => call.answer(call.message));

/** A server of the methods, by their names. */
export async function serveMethods(
  t: TestContext,
  methods: Readonly<Record<string, GrpcMethod>>,
  { timeouts, ...options }: Partial<Omit<GrpcServerOptions, 'timeouts'>> & { timeouts?: Partial<GrpcTimeouts> } = {},
): Promise<{ readonly server: GrpcServer; readonly address: string }> {
  const server = new GrpcServer({
    receive: 1024 * 1024,
    sending: { limit: 4 * 1024 * 1024, compressAbove: undefined },
    tls: undefined,
    ...options,
    timeouts: { ...GRPC_TIMEOUTS, ...timeouts },
  });
  server.add(SERVICE, methods);
  t.after(() => server.destroy());
  return { server, address: `127.0.0.1:${await server.listen('127.0.0.1', 0)}` };
}

/** A server that leaves each stream to the test. `sessions` counts its connections. */
export async function serveStreams(
  t: TestContext,
  answer: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
  settings: Settings = {},
) {
  const server = createServer({ settings });
  const seen = { address: '', sessions: 0, open: 0, close: () => server.close() };
  server.on('session', (session) => {
    seen.sessions += 1;
    seen.open += 1;
    session.on('error', () => {});
    session.once('close', () => {
      seen.open -= 1;
    });
    t.after(() => session.destroy());
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    answer(stream, headers);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  seen.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return seen;
}

/** Answers with frames, and a status. */
export function respond(stream: ServerHttp2Stream, frame: Buffer, headers: OutgoingHttpHeaders = {}, status = 0): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...headers }, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
  stream.end(frame);
}

/** Operations of `kinds` at one address, each ready for one attempt after the other. */
export function clientOf(t: TestContext, options: GrpcClientOptions = {}, operations = kinds.operations) {
  const transport = grpcTransport(codec, options);
  t.after(() => transport.close());
  const grpc = { port: 0, service: SERVICE };
  return (name: string): TransportOperation =>
    transport.operation({ name: 'kinds', grpc, operations: {} }, operations[name]!);
}

export function attempt(endpoint: string, rest: Partial<TransportAttempt> = {}): TransportAttempt {
  return { endpoint, signal: new AbortController().signal, timeLeft: undefined, headers: {}, ...rest };
}

export async function failure(work: Promise<unknown>): Promise<ServiceError> {
  const error = await work.then(
    () => assert.fail('should have failed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ServiceError, String(error));
  return error;
}

/** A connection by hand. */
export function dial(t: TestContext, address: string, settings: Settings = {}): ClientHttp2Session {
  const session = connect(`http://${address}`, { settings });
  session.on('error', () => {});
  t.after(() => session.destroy());
  return session;
}

export function request(
  session: ClientHttp2Session,
  method: string,
  headers: OutgoingHttpHeaders = {},
): ClientHttp2Stream {
  const own = {
    ':method': 'POST',
    ':path': `/${SERVICE}/${method}`,
    'content-type': 'application/grpc',
    te: 'trailers',
  };
  const stream = session.request({ ...own, ...headers }, { endStream: false });
  stream.on('error', () => {});
  return stream;
}

/** All that a server answered, once the stream has closed. */
export async function answerTo(stream: ClientHttp2Stream) {
  const chunks: Buffer[] = [];
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  stream.on('response', (given) => {
    headers = given;
  });
  stream.on('trailers', (given) => {
    trailers = given;
  });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => stream.once('close', resolve));
  const status = trailers['grpc-status'] ?? headers['grpc-status'];
  return {
    headers,
    trailers,
    bytes: Buffer.concat(chunks),
    http: headers[':status'],
    status: status === undefined ? undefined : Number(status),
    message: String(trailers['grpc-message'] ?? headers['grpc-message'] ?? ''),
    reset: stream.rstCode,
  };
}

/** The number at which a count comes to rest. */
export async function atRest(count: () => number): Promise<number> {
  for (let last = -1, same = 0; same < 5; ) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    same = count() === last ? same + 1 : 0;
    last = count();
  }
  return count();
}
