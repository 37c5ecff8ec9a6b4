import { decompressed, type Encoding } from './compression.ts';
import { type Frame, FrameReader } from './framing.ts';

/** The one message that a side sends. Further ones are counted and dropped. */
export class OneMessage {
  /** How it is compressed, if it says that it is. */
  encoding: Encoding = 'identity';
  /** Messages that have come. */
  count = 0;
  readonly #limit: number;
  readonly #frames: FrameReader;
  #first: Frame | undefined;

  /** @param limit bytes of the message at most, as it travels and once decompressed */
  constructor(limit: number) {
    this.#limit = limit;
    this.#frames = new FrameReader(limit, (frame) => {
      this.#first ??= frame;
      this.count += 1;
    });
  }

  /** Whether a message has begun and not ended. */
  get isAmidst(): boolean {
    return this.#frames.isAmidst;
  }

  /** Takes what has arrived. Throws as `FrameReader.push` does. */
  push(chunk: Buffer): void {
    this.#frames.push(chunk);
  }

  /** The message, once it has come. Rejects as `decompressed` does. */
  take(): Buffer | Promise<Buffer> {
    const { bytes, compressed } = this.#first!;
    return compressed ? decompressed(bytes, this.encoding, this.#limit) : bytes;
  }
}
