import type { Http2Stream } from 'node:http2';
import { decompressed, type Encoding } from './compression.ts';
import { type Frame, FrameReader } from './framing.ts';

/** Bytes of messages that wait to be read, above which the other side is held back. */
const ROOM = 64 * 1024;

interface Waiting {
  resolve(message: Buffer | undefined | Promise<Buffer>): void;
  reject(error: unknown): void;
}

/**
 * What arrives on a stream, message by message. When its reader is slow it stops taking bytes, so that flow control stops
 * the sender: what is held here is bounded by `ROOM` and one message.
 */
export class Inbox {
  /** How compressed messages are compressed. */
  encoding: Encoding = 'identity';
  /** What is held back when its reader is slow. */
  stream: Http2Stream | undefined;
  readonly #limit: number;
  readonly #explain: (error: unknown) => unknown;
  readonly #frames: FrameReader;
  #messages: Frame[] = [];
  #held = 0;
  #paused = false;
  #waiting: Waiting | undefined;
  #isOver = false;
  #error: unknown;

  /**
   * @param limit bytes of a message at most, as it travels and once decompressed
   * @param explain what the reader is told of a message that cannot be decompressed
   */
  constructor(limit: number, explain: (error: unknown) => unknown) {
    this.#limit = limit;
    this.#explain = explain;
    this.#frames = new FrameReader(limit, (frame) => this.#take(frame));
  }

  /** Whether it ended, or would end now, in the middle of a message. */
  get isAmidst(): boolean {
    return this.#frames.isAmidst;
  }

  /** Takes what has arrived. Throws as `FrameReader.push` does. */
  push(chunk: Buffer): void {
    if (!this.#isOver) this.#frames.push(chunk);
  }

  /** The next message; undefined after the last. One reader at a time. */
  next(): Promise<Buffer | undefined> {
    const frame = this.#messages.shift();
    if (frame === undefined) {
      if (this.#error !== undefined) return Promise.reject(this.#error);
      if (this.#isOver) return Promise.resolve(undefined);
      return new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject };
      });
    }
    this.#held -= frame.bytes.length;
    if (this.#paused && this.#messages.length === 0) {
      this.#paused = false;
      this.stream?.resume();
    }
    return Promise.resolve(this.#read(frame));
  }

  /** Nothing more will come: after what has come, its reader gets the error, if there is one. */
  end(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#error = error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (error === undefined) waiting?.resolve(undefined);
    else waiting?.reject(error);
  }

  /** Ends at once: what has come is not read any more. */
  fail(error: unknown): void {
    this.#messages = [];
    if (this.#isOver) this.#error = error;
    else this.end(error);
  }

  #take(frame: Frame): void {
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting.resolve(this.#read(frame));
      return;
    }
    this.#messages.push(frame);
    this.#held += frame.bytes.length;
    if (this.#held < ROOM || this.#paused) return;
    this.#paused = true;
    this.stream?.pause();
  }

  #read(frame: Frame): Buffer | Promise<Buffer> {
    if (!frame.compressed) return frame.bytes;
    return decompressed(frame.bytes, this.encoding, this.#limit).catch((error) => Promise.reject(this.#explain(error)));
  }
}
