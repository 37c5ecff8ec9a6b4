/** What a call sends: one message, or a stream of them. */

import type { ClientHttp2Stream } from 'node:http2';
import type { Requests } from './client-call.ts';
import { Outbox, type Sending } from './outbox.ts';

/** One message, which can be sent again. */
export class OneRequest implements Requests {
  readonly isRepeatable = true;
  readonly #message: Buffer;
  readonly #sending: Sending;

  constructor(message: Buffer, sending: Sending) {
    this.#message = message;
    this.#sending = sending;
  }

  send(stream: ClientHttp2Stream, takesGzip: boolean): void {
    // A stream that closes meanwhile has told its call.
    new Outbox(stream, this.#sending, takesGzip).sendLast(this.#message)?.catch(() => {});
  }

  over(): void {}
}

/** A stream of messages, read no faster than the server takes them. Its source is let go of however the call ends. */
export class ManyRequests implements Requests {
  readonly isRepeatable = false;
  readonly #source: AsyncIterator<unknown>;
  readonly #encode: (request: unknown) => Buffer;
  readonly #sending: Sending;
  #isOver = false;
  /** Takes an error of the source, or of a request that does not fit its message: it ends the call. */
  failed: (error: unknown) => void = () => {};

  constructor(requests: AsyncIterable<unknown>, encode: (request: unknown) => Buffer, sending: Sending) {
    this.#source = requests[Symbol.asyncIterator]();
    this.#encode = encode;
    this.#sending = sending;
  }

  send(stream: ClientHttp2Stream, takesGzip: boolean): void {
    this.#pump(stream, takesGzip).catch((error) => {
      if (!this.#isOver) this.failed(error);
    });
  }

  over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    Promise.resolve(this.#source.return?.()).catch(() => {});
  }

  async #pump(stream: ClientHttp2Stream, takesGzip: boolean): Promise<void> {
    const outbox = new Outbox(stream, this.#sending, takesGzip);
    for (;;) {
      const next = await this.#source.next();
      if (this.#isOver) return;
      if (next.done === true) break;
      const waiting = outbox.send(this.#encode(next.value));
      if (waiting !== undefined) await waiting;
      if (this.#isOver) return;
    }
    stream.end();
  }
}
