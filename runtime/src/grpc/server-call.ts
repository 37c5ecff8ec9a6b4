/** A call as the gRPC server sees it: one stream of a connection, from its headers to its status. */

import {
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
  type ServerStreamResponseOptions,
} from 'node:http2';
import type { Socket } from 'node:net';
import { grpcCodeOf, ServiceError } from '../errors.ts';
import type { WireHeaders } from '../headers.ts';
import { OK } from './codes.ts';
import { ACCEPTED, type Encoding, takesGzip } from './compression.ts';
import { tooLarge } from './framing.ts';
import { encodeMessage, textOf } from './headers.ts';
import { Inbox } from './inbox.ts';
import { OneMessage } from './one-message.ts';
import { isWorthIt, Outbox, type Sending } from './outbox.ts';

/** How a call ends. */
export interface GrpcStatus {
  /** 0–16. */
  readonly code: number;
  readonly message: string;
  /** Further trailers; values of names that end in `-bin` are base64. */
  readonly trailers?: Readonly<Record<string, string>>;
}

/** A method of a service. */
export interface GrpcMethod {
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** Called once the call has arrived: of a method that takes one request, with that request. Does not throw. */
  answer(call: ServerCall): void;
}

/** What holds for all calls of a server. */
export interface CallLimits {
  /** Bytes of a request message at most. */
  readonly receive: number;
  readonly sending: Sending;
}

const ENDS: GrpcStatus = { code: OK, message: '' };
const OK_TRAILERS: OutgoingHttpHeaders = { 'grpc-status': OK };
const HEADERS: OutgoingHttpHeaders = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-accept-encoding': ACCEPTED,
};
const WITH_TRAILERS: ServerStreamResponseOptions = { waitForTrailers: true };
const TRAILERS_ONLY: ServerStreamResponseOptions = { endStream: true };

export class ServerCall {
  readonly headers: IncomingHttpHeaders;
  /** Called when the client has gone away before the call has ended. */
  gone: () => void = () => {};
  /** Sent with the headers of the answer; values of names that end in `-bin` are base64. */
  initialMetadata: WireHeaders | undefined;
  /** Sent with the status, whatever it is. */
  trailingMetadata: WireHeaders | undefined;
  readonly #stream: ServerHttp2Stream;
  readonly #method: GrpcMethod;
  readonly #limits: CallLimits;
  /** Of a method that takes one request. */
  readonly #one: OneMessage | undefined;
  /** Of a method that takes a stream of them. */
  readonly #inbox: Inbox | undefined;
  /** Monotonic milliseconds. */
  readonly #deadlineAt: number | undefined;
  #outbox: Outbox | undefined;
  #message: Buffer | undefined;
  #received = 0;
  #hasAll = false;
  #isAnswering = false;
  #hasEnded = false;
  #status = ENDS;

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    method: GrpcMethod,
    limits: CallLimits,
    encoding: Encoding,
    timeLeft: number | undefined,
  ) {
    this.#stream = stream;
    this.headers = headers;
    this.#method = method;
    this.#limits = limits;
    this.#deadlineAt = timeLeft === undefined ? undefined : performance.now() + timeLeft;
    if (method.requestStream) {
      this.#inbox = new Inbox(limits.receive, (error) => error);
      this.#inbox.encoding = encoding;
      this.#inbox.stream = stream;
    } else {
      this.#one = new OneMessage(limits.receive);
      this.#one.encoding = encoding;
    }
  }

  /** Metadata of the request, by lower-case name; of names that end in `-bin`, in base64. */
  header(name: string): string | undefined {
    return textOf(this.headers[name]);
  }

  get socket(): Socket | undefined {
    return this.#stream.session?.socket as Socket | undefined;
  }

  /** Milliseconds that the client waits, from now. */
  get timeLeft(): number | undefined {
    return this.#deadlineAt === undefined ? undefined : Math.max(0, this.#deadlineAt - performance.now());
  }

  /** The request of a method that takes one. */
  get message(): Buffer {
    return this.#message!;
  }

  /** The requests of a method that takes a stream of them, no faster than they are read. Throws what is wrong with one. */
  async *messages(): AsyncGenerator<Buffer> {
    const inbox = this.#inbox!;
    for (let next = await inbox.next(); next !== undefined; next = await inbox.next()) yield next;
  }

  /** Sends a message; gives a promise where more should wait for the client to read. Throws for one that is too large. */
  send(message: Uint8Array): Promise<void> | undefined {
    if (this.#isGone || this.#hasEnded) return undefined;
    this.#outbox ??= this.#respond(this.#compresses());
    return this.#outbox.send(message);
  }

  /** Answers with one message, and OK. Throws for one that is too large. */
  answer(message: Uint8Array): void {
    const { sending } = this.#limits;
    if (this.#isGone || this.#hasEnded) return;
    if (message.length > sending.limit) throw tooLarge(message.length, sending.limit);
    this.#hasEnded = true;
    this.#outbox = this.#respond(isWorthIt(sending, message) && this.#compresses());
    this.#outbox.sendLast(message)?.catch(() => this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  }

  /** Whether the headers of the answer are on their way. */
  get hasBegun(): boolean {
    return this.#outbox !== undefined || this.#hasEnded;
  }

  /** Ends the call; only the first time counts. */
  end(status: GrpcStatus = ENDS): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#isAnswering = true;
    this.#status = status;
    if (this.#isGone) return;
    if (this.#outbox !== undefined) {
      this.#stream.end();
      return;
    }
    this.#stream.respond({ ...this.#initial(false), ...this.#trailers() }, TRAILERS_ONLY);
    this.#dismiss();
  }

  /** What the client has to go on with now: with its one request, or with reading. */
  get awaits(): 'request' | 'stalled' | undefined {
    if (!this.#isAnswering) return 'request';
    return this.#stream.writableLength > 0 ? 'stalled' : undefined;
  }

  /** Grows as long as it does. */
  get progress(): number {
    return this.#received + (this.#outbox?.sent ?? 0);
  }

  /** Ends the stream without a word: its client does not listen. */
  abandon(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  begin(): void {
    if (this.#method.requestStream) this.#answer();
  }

  onData(chunk: Buffer): void {
    if (this.#hasEnded) return;
    this.#received += chunk.length;
    try {
      (this.#inbox ?? this.#one!).push(chunk);
    } catch (error) {
      this.#refuse(error);
      return;
    }
    if (this.#one !== undefined && this.#one.count > 1) this.#refuse(notOne('more than one request'));
  }

  onEnd(): void {
    this.#hasAll = true;
    if (this.#hasEnded) return;
    if (this.#one !== undefined) {
      this.#takeOne(this.#one);
      return;
    }
    this.#inbox!.end(this.#inbox!.isAmidst ? cutOff() : undefined);
  }

  onTrailersDue(): void {
    if (this.#isGone) return;
    try {
      this.#stream.sendTrailers(this.#trailers());
    } catch {
      // Metadata that no header can hold, of whoever added it.
      this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      return;
    }
    this.#dismiss();
  }

  onClose(): void {
    this.#inbox?.fail(new ServiceError('cancelled', 'The caller has gone away.', { origin: 'cancelled' }));
    if (!this.#hasEnded) this.gone();
  }

  #takeOne(one: OneMessage): void {
    if (one.isAmidst || one.count === 0) {
      this.#refuse(one.isAmidst ? cutOff() : notOne('no request'));
      return;
    }
    const message = one.take();
    const take = (bytes: Buffer) => {
      this.#message = bytes;
      this.#answer();
    };
    if (message instanceof Promise) message.then(take, (error) => this.#refuse(error));
    else take(message);
  }

  /** The client has reset the stream, or its connection is gone: nothing can be sent any more. */
  get #isGone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  #answer(): void {
    if (this.#hasEnded || this.#isGone) return;
    this.#isAnswering = true;
    this.#method.answer(this);
  }

  /** What the client sent is nothing that can be answered. A call whose requests are being read has its reader told. */
  #refuse(error: unknown): void {
    const { code, message } = error as ServiceError;
    if (this.#inbox !== undefined) this.#inbox.fail(error);
    else this.end({ code: grpcCodeOf(code), message });
  }

  #respond(gzip: boolean): Outbox {
    this.#stream.respond(this.#initial(gzip), WITH_TRAILERS);
    return new Outbox(this.#stream, this.#limits.sending, gzip);
  }

  /** Whether messages may be compressed: the client takes it, and so do we. */
  #compresses(): boolean {
    if (this.#limits.sending.compressAbove === undefined) return false;
    return takesGzip(this.header('grpc-accept-encoding'));
  }

  #initial(gzip: boolean): OutgoingHttpHeaders {
    if (!gzip && this.initialMetadata === undefined) return HEADERS;
    return {
      ...HEADERS,
      ...(gzip ? { 'grpc-encoding': 'gzip' } : undefined),
      ...(this.initialMetadata as OutgoingHttpHeaders),
    };
  }

  #trailers(): OutgoingHttpHeaders {
    if (this.#status === ENDS && this.trailingMetadata === undefined) return OK_TRAILERS;
    const { code, message, trailers } = this.#status;
    return {
      'grpc-status': code,
      ...(message === '' ? undefined : { 'grpc-message': encodeMessage(message) }),
      ...trailers,
      ...(this.trailingMetadata as OutgoingHttpHeaders),
    };
  }

  /** Lets go of a client that still sends. */
  #dismiss(): void {
    if (!this.#hasAll) this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }
}

function cutOff(): ServiceError {
  return new ServiceError('internal', 'the request ended amid a message');
}

/** https://github.com/grpc/grpc/blob/master/doc/statuscodes.md: a violation of cardinality */
function notOne(what: string): ServiceError {
  return new ServiceError('unimplemented', `the call came with ${what}, where one was due`);
}
