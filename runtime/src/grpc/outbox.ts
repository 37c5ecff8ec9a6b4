import type { Http2Stream } from 'node:http2';
import { compressedFrame } from './compression.ts';
import { frameOf, tooLarge } from './framing.ts';

/** Larger messages are written bit by bit, so that it shows whether the other side reads them. */
const SLICE = 64 * 1024;

/** What a side sends, and how. */
export interface Sending {
  /** Bytes of a message at most. */
  readonly limit: number;
  /** Compress messages of so many bytes and more, where the other side takes gzip; never, where absent. */
  readonly compressAbove: number | undefined;
}

/** Whether a message is worth compressing. */
export function isWorthIt({ compressAbove }: Sending, message: Uint8Array): boolean {
  return compressAbove !== undefined && message.length >= compressAbove;
}

/** What is sent on a stream, message by message, no faster than the other side takes it. */
export class Outbox {
  /** Bytes that have been handed over: as long as it grows, the other side reads. */
  sent = 0;
  readonly #stream: Http2Stream;
  readonly #sending: Sending;
  readonly #gzip: boolean;

  /** @param gzip whether the other side takes it, and was told to expect it */
  constructor(stream: Http2Stream, sending: Sending, gzip: boolean) {
    this.#stream = stream;
    this.#sending = sending;
    this.#gzip = gzip;
  }

  /**
   * Sends a message, or gives a promise that resolves when more may be sent; a stream that closes resolves it too. Throws
   * `resource-exhausted` for a message that is too large.
   */
  send(message: Uint8Array): Promise<void> | undefined {
    this.#fits(message);
    if (!this.#compresses(message)) return this.#write(frameOf(message));
    return compressedFrame(message, 'gzip').then((frame) => this.#write(frame));
  }

  /** Sends the last message, and says that it is the last. Fails as `send` does. */
  sendLast(message: Uint8Array): Promise<void> | undefined {
    this.#fits(message);
    if (message.length >= SLICE || this.#compresses(message)) return this.#sendAndEnd(message);
    if (!this.#stream.destroyed) this.#stream.end(frameOf(message));
    return undefined;
  }

  async #sendAndEnd(message: Uint8Array): Promise<void> {
    await this.send(message);
    if (!this.#stream.destroyed) this.#stream.end();
  }

  #fits({ length }: Uint8Array): void {
    if (length > this.#sending.limit) throw tooLarge(length, this.#sending.limit);
  }

  #compresses(message: Uint8Array): boolean {
    return this.#gzip && isWorthIt(this.#sending, message);
  }

  #write(frame: Buffer): Promise<void> | undefined {
    if (frame.length > SLICE) return this.#writeSlices(frame);
    return this.#hand(frame) ? undefined : drained(this.#stream);
  }

  async #writeSlices(frame: Buffer): Promise<void> {
    for (let at = 0; at < frame.length; at += SLICE) {
      if (!this.#hand(frame.subarray(at, at + SLICE))) await drained(this.#stream);
    }
  }

  /** False when the other side should be waited for. */
  #hand(bytes: Buffer): boolean {
    this.sent += bytes.length;
    return this.#stream.destroyed || this.#stream.writableEnded || this.#stream.write(bytes);
  }
}

function drained(stream: Http2Stream): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      stream.off('drain', settle);
      stream.off('close', settle);
      resolve();
    };
    stream.on('drain', settle);
    stream.on('close', settle);
  });
}
