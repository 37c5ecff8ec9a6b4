import type { Http2Stream } from 'node:http2';
import { compressedFrame } from './compression.ts';
import { frameOf, tooLarge } from './framing.ts';

/** Larger messages are written bit by bit, so that it shows whether the other side reads them. */
const SLICE = 64 * 1024;

/**
 * Memory of what waits to be sent on a stream, from which on the next message waits too. Node would let 64 KiB of bytes wait, and
 * small messages take many times their size: hundreds of streams that nobody reads would hold hundreds of megabytes.
 */
const ROOM = 16 * 1024;
/** The same once the other side has taken so much: it reads, and waits would cost it speed. */
const LARGER_ROOM = 80 * 1024;
const READS = 256 * 1024;
/** What a waiting message takes beside its bytes: a Buffer and its place in the queue (measured: 170 bytes). */
const BESIDE = 160;

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
  /** Memory of what was handed over since nothing waited. */
  #waiting = 0;

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
    return this.#hand(frame);
  }

  async #writeSlices(frame: Buffer): Promise<void> {
    for (let at = 0; at < frame.length; at += SLICE) {
      await this.#hand(frame.subarray(at, at + SLICE));
    }
  }

  /** Gives a promise where the other side should be waited for: until it has taken these bytes. */
  #hand(bytes: Buffer): Promise<void> | undefined {
    const stream = this.#stream;
    this.sent += bytes.length;
    if (stream.destroyed || stream.writableEnded) return undefined;
    if (stream.writableLength === 0) this.#waiting = 0;
    this.#waiting += bytes.length + BESIDE;
    if (this.#waiting >= (this.sent < READS ? ROOM : LARGER_ROOM)) {
      this.#waiting = 0;
      return written(stream, bytes);
    }
    stream.write(bytes);
    return undefined;
  }
}

/** Resolves when the bytes have left, or never will. */
function written(stream: Http2Stream, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      stream.off('close', settle);
      resolve();
    };
    stream.on('close', settle);
    stream.write(bytes, settle);
  });
}
