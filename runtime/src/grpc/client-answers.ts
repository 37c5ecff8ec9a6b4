/** The two shapes of an answer: one message, or a stream of them. */

import type { ClientHttp2Stream } from 'node:http2';
import { type CallOn, ClientCall, type Requests } from './client-call.ts';
import type { Encoding } from './compression.ts';
import { Inbox } from './inbox.ts';
import { OneMessage } from './one-message.ts';

/** The one message of an answer. Rejects with a `ServiceError`. */
export function answered(on: CallOn, requests: Requests): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    listenTo(requests, new OneAnswer(on, requests, resolve, reject)).begin();
  });
}

/** The messages of an answer. The server hears of it when their reader leaves early. */
export async function* streamed(
  on: CallOn,
  requests: Requests,
  decode: (bytes: Buffer) => unknown,
): AsyncGenerator<unknown> {
  const call = listenTo(requests, new ManyAnswers(on, requests));
  call.begin();
  try {
    for (let bytes = await call.next(); bytes !== undefined; bytes = await call.next()) yield decode(bytes);
  } finally {
    // Without effect on a call that has ended.
    call.cancel(undefined);
  }
}

function listenTo<Call extends ClientCall>(requests: Requests, call: Call): Call {
  if ('failed' in requests) requests.failed = (error: unknown) => call.cancel(error);
  return call;
}

const AMIDST = 'ended its answer amid a message';

class OneAnswer extends ClientCall {
  readonly #resolve: (message: Buffer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #answer: OneMessage;

  constructor(on: CallOn, requests: Requests, resolve: (message: Buffer) => void, reject: (error: unknown) => void) {
    super(on, requests);
    this.#resolve = resolve;
    this.#reject = reject;
    this.#answer = new OneMessage(on.target.limit);
  }

  protected opened(): void {}

  protected headers(encoding: Encoding): void {
    this.#answer.encoding = encoding;
  }

  protected data(chunk: Buffer): void {
    this.#answer.push(chunk);
  }

  protected succeeded(): void {
    const { count, isAmidst } = this.#answer;
    if (isAmidst || count !== 1) {
      // https://github.com/grpc/grpc/blob/master/doc/statuscodes.md: a violation of cardinality is UNIMPLEMENTED
      const many = `answered with ${count} messages, where one was due`;
      this.#reject(isAmidst ? this.broken('internal', AMIDST) : this.broken('unimplemented', many));
      return;
    }
    const message = this.#answer.take();
    if (message instanceof Promise) message.then(this.#resolve, (error) => this.#reject(this.untakeable(error)));
    else this.#resolve(message);
  }

  protected failed(error: unknown): void {
    this.#reject(error);
  }
}

class ManyAnswers extends ClientCall {
  readonly #inbox: Inbox;

  constructor(on: CallOn, requests: Requests) {
    super(on, requests);
    this.#inbox = new Inbox(on.target.limit, (error) => this.untakeable(error));
  }

  /** The next message; undefined after the last. */
  next(): Promise<Buffer | undefined> {
    return this.#inbox.next();
  }

  protected opened(stream: ClientHttp2Stream): void {
    this.#inbox.stream = stream;
  }

  protected headers(encoding: Encoding): void {
    this.#inbox.encoding = encoding;
  }

  protected data(chunk: Buffer): void {
    this.#inbox.push(chunk);
  }

  protected succeeded(): void {
    this.#inbox.end(this.#inbox.isAmidst ? this.broken('internal', AMIDST) : undefined);
  }

  protected failed(error: unknown, isStatus: boolean): void {
    if (isStatus) this.#inbox.end(error);
    else this.#inbox.fail(error);
  }
}
