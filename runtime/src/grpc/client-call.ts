/** One attempt of a gRPC call: a stream on a connection, and how it ends. */

import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import type { ErrorReading } from '../client-errors.ts';
import { abortError, type TransportAttempt } from '../client-transport.ts';
import { type CodeName, ServiceError } from '../errors.ts';
import type { GrpcChannel } from './client-channel.ts';
import type { ClientConnection } from './client-connection.ts';
import { grpcError, neverSent, statusIn } from './client-errors.ts';
import { requestHeaders } from './client-headers.ts';
import { codeOfHttpStatus, codeOfReset, OK, UNAVAILABLE, UNKNOWN } from './codes.ts';
import { type Encoding, encodingOf, takesGzip } from './compression.ts';
import { textOf } from './headers.ts';
import type { Sending } from './outbox.ts';

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM, NGHTTP2_FLAG_END_STREAM } = constants;

/** Errors of a connection that ended before the request was given to it. */
const NEVER_SENT = new Set(['ERR_HTTP2_GOAWAY_SESSION', 'ERR_HTTP2_INVALID_SESSION']);

/** What all calls of an operation have in common. */
export interface CallTarget {
  /** `/shop.users.UsersService/GetUser` */
  readonly path: string;
  /** How errors are read. */
  readonly reading: ErrorReading;
  readonly sending: Sending;
  /** Bytes of a message of an answer at most. */
  readonly limit: number;
}

/** An attempt, of what, and where it goes. */
export interface CallOn {
  readonly target: CallTarget;
  readonly attempt: TransportAttempt;
  readonly channel: GrpcChannel;
}

/** What a call sends. */
export interface Requests {
  /** Told once what to do about an error on this side, if there can be one. */
  failed?: (error: unknown) => void;
  /** Whether it can be sent again. */
  readonly isRepeatable: boolean;
  send(stream: ClientHttp2Stream, takesGzip: boolean): void;
  /** The call is over; whatever is left to send is not wanted. */
  over(): void;
}

/** A stream that knows its call: one function then listens for all calls, where each call would need functions of its own. */
interface CallStream extends ClientHttp2Stream {
  call: ClientCall;
}

/**
 * A call from its attempt's begin to its end. It ends with the server's status, with why it was aborted, or with what
 * failed on the way; whatever comes after that is dropped.
 */
export abstract class ClientCall {
  protected readonly on: CallOn;
  readonly #requests: Requests;
  #connection: ClientConnection | undefined;
  #stream: CallStream | undefined;
  #isOver = false;
  /** The headers of an answer have come, and more is to follow. */
  #begun = false;
  #trailers: IncomingHttpHeaders | undefined;
  /** The status of an answer that is none of gRPC. */
  #foreign: number | undefined;
  #error: unknown;
  #refusals = 0;

  constructor(on: CallOn, requests: Requests) {
    this.on = on;
    this.#requests = requests;
  }

  begin(): void {
    const { signal } = this.on.attempt;
    if (signal.aborted) {
      this.#end(abortError(signal, this.on.target.reading.target));
      return;
    }
    signal.addEventListener('abort', this);
    this.#connect();
  }

  /** The attempt was aborted. */
  handleEvent(): void {
    const { attempt, channel, target } = this.on;
    const reason = abortError(attempt.signal, target.reading.target);
    const timeRanOut = reason.origin === 'timeout' || reason.origin === 'deadline';
    if (timeRanOut && !this.#begun && this.#stream !== undefined) channel.silent(this.#connection!);
    this.cancel(reason);
  }

  /** Ends the call from this side; the server hears of it. */
  cancel(reason: unknown): void {
    if (this.#isOver) return;
    this.#end(reason);
    this.#stream?.close(NGHTTP2_CANCEL);
  }

  /** The server's status is OK, and all that it sent has come. */
  protected abstract succeeded(): void;
  /** @param isStatus whether the server ended it, after all that it had sent */
  protected abstract failed(error: unknown, isStatus: boolean): void;
  protected abstract opened(stream: ClientHttp2Stream): void;
  /** @param encoding of messages that say they are compressed */
  protected abstract headers(encoding: Encoding): void;
  /** Throws a `ServiceError` for bytes that are no messages. */
  protected abstract data(chunk: Buffer): void;

  /** The server broke the protocol, whatever its status says. */
  protected broken(code: CodeName, what: string): ServiceError {
    const { reading } = this.on.target;
    return new ServiceError(code, `${reading.target} ${what}`, { origin: 'remote', responseBegun: this.#begun });
  }

  /** The error of a message that is too large, or no message. */
  protected untakeable(error: unknown): ServiceError {
    const { code, message } = error as ServiceError;
    const why = `the answer of ${this.on.target.reading.target} cannot be taken: ${message}`;
    return new ServiceError(code, why, { origin: 'remote', responseBegun: true, cause: error });
  }

  #connect(): void {
    const connection = this.on.channel.connection();
    if (!(connection instanceof Promise)) {
      this.#open(connection);
      return;
    }
    connection.then(
      (ready) => this.#open(ready),
      (error) => this.#end(neverSent(this.on.target.reading, error)),
    );
  }

  #open(connection: ClientConnection): void {
    const { target, channel } = this.on;
    if (this.#isOver) {
      channel.released(connection);
      return;
    }
    const gzip = connection.takesGzip && target.sending.compressAbove !== undefined;
    let stream: CallStream;
    try {
      stream = connection.session.request(requestHeaders(this.on, gzip), REQUEST) as CallStream;
    } catch (cause) {
      channel.released(connection);
      const why = `the request of ${target.reading.target} cannot be sent: ${(cause as Error).message}`;
      this.#end(new ServiceError('internal', why, { cause }));
      return;
    }
    stream.call = this;
    this.#stream = stream;
    this.#connection = connection;
    stream.on('response', onResponse);
    stream.on('data', onData);
    stream.on('trailers', onTrailers);
    stream.on('end', onEnd);
    stream.on('error', onError);
    stream.on('close', onClose);
    this.opened(stream);
    this.#requests.send(stream, gzip);
  }

  onResponse(headers: IncomingHttpHeaders, flags: number): void {
    if (this.#isOver) return;
    this.on.channel.heard();
    this.on.attempt.seen?.begins(headers);
    if ((flags & NGHTTP2_FLAG_END_STREAM) !== 0) {
      this.on.attempt.seen?.ends(headers);
      this.#trailers = headers;
      return;
    }
    const { compressAbove } = this.on.target.sending;
    if (compressAbove !== undefined && !this.#connection!.takesGzip) {
      this.#connection!.takesGzip = takesGzip(textOf(headers['grpc-accept-encoding']));
    }
    const status = Number(headers[':status']);
    const type = headers['content-type'] ?? '';
    if (status !== 200 || !type.startsWith('application/grpc')) {
      this.#foreign = status;
      return;
    }
    this.#begun = true;
    const named = textOf(headers['grpc-encoding']);
    const encoding = encodingOf(named);
    if (encoding !== undefined) this.headers(encoding);
    else this.cancel(this.broken('internal', `compresses by ${named}, which it was not asked for`));
  }

  onData(chunk: Buffer): void {
    if (this.#isOver || this.#foreign !== undefined) return;
    try {
      this.data(chunk);
    } catch (error) {
      this.cancel(this.untakeable(error));
    }
  }

  onTrailers(headers: IncomingHttpHeaders): void {
    this.on.attempt.seen?.ends(headers);
    this.#trailers = headers;
  }

  onError(error: unknown): void {
    this.#error = error;
  }

  /** All that the server sent has come; or the stream was cut, and `onClose` will know why. */
  onEnd(): void {
    const stream = this.#stream!;
    const isCut = this.#error !== undefined || stream.rstCode !== NGHTTP2_NO_ERROR;
    if (this.#isOver || (this.#trailers === undefined && isCut)) return;
    this.#conclude();
    // The server does not want what is still being sent.
    if (!stream.writableEnded) stream.close(NGHTTP2_NO_ERROR);
  }

  onClose(): void {
    this.on.channel.released(this.#connection!);
    if (this.#isOver) return;
    if (this.#trailers !== undefined) this.#conclude();
    else this.#cut();
  }

  #conclude(): void {
    const trailers = this.#trailers;
    const status = trailers && statusIn(trailers);
    if (status === undefined) {
      const http = this.#foreign ?? Number(trailers?.[':status'] ?? 200);
      const message = http === 200 ? 'ended without a status' : `answered HTTP ${http}`;
      this.#fail(codeOfHttpStatus(http), `${this.on.target.reading.target} ${message}`);
    } else if (status.code === OK) {
      this.#isOver = true;
      this.#leave();
      this.succeeded();
    } else {
      this.#fail(Number.isNaN(status.code) ? UNKNOWN : status.code, status.message);
    }
  }

  #fail(code: number, message: string): void {
    const { reading } = this.on.target;
    this.#end(
      grpcError(reading, { code, message, trailers: this.#trailers, begun: this.#begun, cause: this.#error }),
      true,
    );
  }

  /** The stream has closed without a status: the server reset it, or the connection broke. */
  #cut(): void {
    const { reading } = this.on.target;
    const { rstCode = NGHTTP2_NO_ERROR } = this.#stream!;
    const { code, message } = (this.#error ?? {}) as NodeJS.ErrnoException;
    const isReset = this.#error === undefined || code === 'ERR_HTTP2_STREAM_ERROR';
    // The server has not looked at it, and says so; or the connection ended before it was sent.
    const isUntouched = (isReset && rstCode === NGHTTP2_REFUSED_STREAM) || NEVER_SENT.has(code ?? '');
    if (isUntouched && !this.#begun) {
      this.#refusals += 1;
      const error = this.#error ?? new Error('the server takes no more calls');
      this.#error = undefined;
      if (this.#requests.isRepeatable && this.#refusals === 1) this.#connect();
      else this.#end(neverSent(reading, error));
      return;
    }
    const why = message ?? `reset with HTTP/2 error ${rstCode}`;
    this.#fail(isReset ? codeOfReset(rstCode) : UNAVAILABLE, `${reading.target} broke off: ${why}`);
  }

  #end(error: unknown, isStatus = false): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#leave();
    this.failed(error, isStatus);
  }

  #leave(): void {
    this.on.attempt.signal.removeEventListener('abort', this);
    this.#requests.over();
  }
}

const REQUEST = { endStream: false };

function onResponse(this: CallStream, headers: IncomingHttpHeaders, flags: number): void {
  this.call.onResponse(headers, flags);
}
function onData(this: CallStream, chunk: Buffer): void {
  this.call.onData(chunk);
}
function onTrailers(this: CallStream, headers: IncomingHttpHeaders): void {
  this.call.onTrailers(headers);
}
function onEnd(this: CallStream): void {
  this.call.onEnd();
}
function onError(this: CallStream, error: unknown): void {
  this.call.onError(error);
}
function onClose(this: CallStream): void {
  this.call.onClose();
}
