/** A gRPC server: methods by path, on HTTP/2. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */

import {
  constants,
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../policy/clock.ts';
import { createLimiter, type Limiter } from '../policy/limiter.ts';
import { followCertificates, httpsOptions, type ServerTls } from '../tls/server.ts';
import { INTERNAL, UNIMPLEMENTED } from './codes.ts';
import { ACCEPTED, encodingOf } from './compression.ts';
import { encodeMessage, parseTimeout, textOf } from './headers.ts';
import { type CallLimits, type GrpcMethod, ServerCall } from './server-call.ts';

/** How long the server waits for its clients, in milliseconds. Handlers are not meant here: those have deadlines. */
export interface GrpcTimeouts {
  /** For a new connection to speak HTTP/2. */
  readonly preface: number;
  /** For the client to go on with its request, where it has one to send. */
  readonly request: number;
  /** For the client to read on: one that takes nothing of an answer for so long loses its call. */
  readonly stalled: number;
  /** Of quiet on a connection before a ping asks whether anybody is there. */
  readonly keepAlive: number;
  /** For the answer to a ping. */
  readonly ping: number;
}

export const GRPC_TIMEOUTS: GrpcTimeouts = {
  preface: 10_000,
  request: 30_000,
  stalled: 60_000,
  keepAlive: 120_000,
  ping: 20_000,
};

/** Calls at once on one connection; clients open another one, or wait. */
const MOST_STREAMS = 1000;
/**
 * Calls that the client may cancel, at once and in a second, on one connection. Node would end the connection after a
 * thousand and 33 a second, which hedges and timeouts under load are above; an attack by resets (CVE-2023-44487) sends a
 * hundred thousand and more.
 */
const RESETS = { streamResetBurst: 10_000, streamResetRate: 2000 };
/**
 * Pings that a client may send on one connection, at once and in a second: for signs of life minutes apart, and to measure
 * bandwidth some times a second while messages come.
 */
const PINGS = { burst: 100, rate: 20 };
/** https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md */
const TOO_MANY_PINGS = Buffer.from('too_many_pings');
/** Bytes of a request's headers, as the HTTP server takes. */
const MOST_HEADERS = 16 * 1024;
/** Looks for calls that do not go on, within the time that they have. */
const LOOKS = 5;

export interface GrpcServerOptions extends CallLimits {
  readonly timeouts: GrpcTimeouts;
  readonly tls: ServerTls | undefined;
}

/** A stream that knows its call: one function then listens for all calls. */
interface CallStream extends ServerHttp2Stream {
  call: ServerCall;
  /** Where it is counted among those that run. */
  calls: Map<ServerCall, Watched>;
}

interface Watched {
  progress: number;
  /** When it was first seen so. */
  since: number;
}

export class GrpcServer {
  readonly #options: GrpcServerOptions;
  readonly #server: Http2Server;
  readonly #services = new Map<string, Readonly<Record<string, GrpcMethod>>>();
  readonly #methods = new Map<string, GrpcMethod>();
  readonly #hooks: ((call: ServerCall) => void)[] = [];
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #calls = new Map<ServerCall, Watched>();
  #watch: NodeJS.Timeout | undefined;

  constructor(options: GrpcServerOptions) {
    const { tls } = options;
    this.#options = options;
    const http2 = {
      maxSessionMemory: Number.MAX_SAFE_INTEGER,
      ...RESETS,
      settings: { maxConcurrentStreams: MOST_STREAMS, maxHeaderListSize: MOST_HEADERS },
    };
    this.#server =
      tls === undefined
        ? createServer(http2)
        : createSecureServer({ ...http2, ...httpsOptions(tls), ALPNProtocols: ['h2'] });
    if (tls !== undefined) followCertificates({ server: this.#server }, tls);
    this.#server.on('session', (session) => this.#opened(session));
    this.#server.on('stream', (stream, headers) => this.#called(stream, headers));
    // Of one connection: it is closed, and others do not care.
    this.#server.on('sessionError', () => {});
  }

  /** The full names of its services. */
  get services(): readonly string[] {
    return [...this.#services.keys()];
  }

  /** @param methods by their names in protobuf */
  add(service: string, methods: Readonly<Record<string, GrpcMethod>>): void {
    this.#services.set(service, methods);
    for (const [name, method] of Object.entries(methods)) this.#methods.set(`/${service}/${name}`, method);
  }

  /**
   * Has each call shown, once its headers have come: it may be given metadata to send, and its own read. Calls of methods
   * that are not there are not shown.
   */
  onCall(hook: (call: ServerCall) => void): void {
    this.#hooks.push(hook);
  }

  /** Resolves with the port, of which 0 lets the system choose one. Rejects with the system's error. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Takes no new connections and no new calls; resolves when the calls that run have ended. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => {
        clearInterval(this.#watch);
        resolve();
      });
      for (const session of this.#sessions) session.close();
    });
  }

  /** Cuts all connections. */
  destroy(): void {
    for (const session of this.#sessions) session.destroy();
    clearInterval(this.#watch);
    this.#server.close();
  }

  #opened(session: ServerHttp2Session): void {
    const { preface, keepAlive, ping } = this.#options.timeouts;
    this.#sessions.add(session);
    const mute = setTimeout(() => session.destroy(), preface).unref();
    session.once('remoteSettings', () => clearTimeout(mute));
    // Not by the session's own timeout: Node (24) does not clear that at the end, and it would hold the session until then.
    let asking: NodeJS.Timeout | undefined;
    const ask = () => {
      asking = setTimeout(() => {
        asking = setTimeout(() => session.destroy(), ping).unref();
        session.ping((error) => {
          clearTimeout(asking);
          if (error === null && !session.destroyed) ask();
        });
      }, keepAlive).unref();
    };
    ask();
    session.once('close', () => {
      this.#sessions.delete(session);
      clearTimeout(mute);
      clearTimeout(asking);
    });
    session.on('error', () => {});
    let pings: Limiter | undefined;
    session.on('ping', () => {
      pings ??= createLimiter(PINGS, systemClock);
      if (session.destroyed || pings.take('').ok) return;
      session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, 0, TOO_MANY_PINGS);
      session.removeAllListeners('ping');
      // Once the word is out.
      setImmediate(() => session.destroy());
    });
  }

  #called(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    // Reset before anybody has heard of it: nobody would hear of its end.
    if (stream.destroyed || stream.closed) return;
    stream.on('error', ignored);
    const type = headers['content-type'] ?? '';
    if (!/^application\/grpc(\+|;|$)/.test(type)) {
      stream.respond({ ':status': 415, 'accept-post': 'application/grpc' }, { endStream: true });
      return;
    }
    if (headers[':method'] !== 'POST') {
      stream.respond({ ':status': 405, allow: 'POST' }, { endStream: true });
      return;
    }
    const path = headers[':path'] ?? '';
    const method = this.#methods.get(path);
    if (method === undefined) {
      refuse(stream, UNIMPLEMENTED, `There is no method ${path} here.`);
      return;
    }
    const named = textOf(headers['grpc-encoding']);
    const encoding = encodingOf(named);
    if (encoding === undefined) {
      refuse(stream, UNIMPLEMENTED, `Requests compressed by ${named} are not taken.`);
      return;
    }
    const timeout = textOf(headers['grpc-timeout']);
    const timeLeft = timeout === undefined ? undefined : parseTimeout(timeout);
    if (timeout !== undefined && timeLeft === undefined) {
      refuse(stream, INTERNAL, `"${timeout}" is no grpc-timeout.`);
      return;
    }
    this.#begin(stream as CallStream, new ServerCall(stream, headers, method, this.#options, encoding, timeLeft));
  }

  #begin(stream: CallStream, call: ServerCall): void {
    stream.call = call;
    stream.calls = this.#calls;
    this.#calls.set(call, { progress: -1, since: 0 });
    this.#watch ??= this.#watchCalls();
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('wantTrailers', onTrailersDue);
    stream.on('close', onClose);
    for (const hook of this.#hooks) hook(call);
    call.begin();
  }

  /** Abandons calls whose client has stopped doing its part: it would hold them for ever. */
  #watchCalls(): NodeJS.Timeout {
    const { timeouts } = this.#options;
    const look = () => {
      if (this.#calls.size === 0) {
        clearInterval(this.#watch);
        this.#watch = undefined;
      }
      const now = performance.now();
      for (const [call, watched] of this.#calls) {
        const { awaits, progress } = call;
        if (awaits === undefined || progress !== watched.progress) {
          watched.progress = progress;
          watched.since = now;
        } else if (now - watched.since >= timeouts[awaits]) {
          call.abandon();
        }
      }
    };
    return setInterval(look, Math.min(timeouts.request, timeouts.stalled) / LOOKS).unref();
  }
}

/** The answer to a call that reaches no method. */
function refuse(stream: ServerHttp2Stream, code: number, message: string): void {
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-accept-encoding': ACCEPTED,
      'grpc-status': code,
      'grpc-message': encodeMessage(message),
    },
    { endStream: true },
  );
  // Whatever it still sends is dropped.
  stream.resume();
}

function ignored(): void {}

function onData(this: CallStream, chunk: Buffer): void {
  this.call.onData(chunk);
}
function onEnd(this: CallStream): void {
  this.call.onEnd();
}
function onTrailersDue(this: CallStream): void {
  this.call.onTrailersDue();
}
function onClose(this: CallStream): void {
  this.calls.delete(this.call);
  this.call.onClose();
}
