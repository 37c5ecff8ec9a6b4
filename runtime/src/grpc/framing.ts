/** Messages on the wire: a flag, four bytes of length, the message. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */

import { ServiceError } from '../errors.ts';

const PREFIX = 5;
/** What is set aside for a message at first, whatever length it claims to have. */
const FIRST_ROOM = 16 * 1024;

export interface Frame {
  readonly compressed: boolean;
  readonly bytes: Buffer;
}

/** A message with its prefix. */
export function frameOf(message: Uint8Array, compressed = false): Buffer {
  const { length } = message;
  const frame = Buffer.allocUnsafe(PREFIX + length);
  frame[0] = compressed ? 1 : 0;
  frame.writeUInt32BE(length, 1);
  frame.set(message, PREFIX);
  return frame;
}

/** Finds messages in chunks, which need not end where messages do. Keeps no more than one message that is not complete. */
export class FrameReader {
  readonly #limit: number;
  readonly #take: (frame: Frame) => void;
  readonly #prefix = Buffer.allocUnsafe(PREFIX);
  #prefixed = 0;
  #compressed = false;
  #length = 0;
  #body: Buffer | undefined;
  #filled = 0;

  /** @param limit bytes of a message at most, as it travels */
  constructor(limit: number, take: (frame: Frame) => void) {
    this.#limit = limit;
    this.#take = take;
  }

  /** Whether a message has begun and not ended. */
  get isAmidst(): boolean {
    return this.#prefixed > 0;
  }

  /** Throws `resource-exhausted` for a message above the limit, and `internal` where the prefix is none. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#prefixed < PREFIX) {
        const end = Math.min(chunk.length, at + PREFIX - this.#prefixed);
        this.#prefixed += chunk.copy(this.#prefix, this.#prefixed, at, end);
        at = end;
        if (this.#prefixed < PREFIX) return;
        this.#begin();
      }
      const end = at + this.#length - this.#filled;
      if (end > chunk.length) {
        this.#fill(chunk.subarray(at));
        return;
      }
      this.#end(chunk.subarray(at, end));
      at = end;
    }
  }

  #begin(): void {
    const flag = this.#prefix[0]!;
    if (flag > 1) throw new ServiceError('internal', `a message begins with ${flag}, where 0 or 1 was due`);
    this.#compressed = flag === 1;
    this.#length = this.#prefix.readUInt32BE(1);
    if (this.#length > this.#limit) throw tooLarge(this.#length, this.#limit);
  }

  #fill(part: Buffer): void {
    const needed = this.#filled + part.length;
    if (this.#body === undefined || needed > this.#body.length) {
      const body = Buffer.allocUnsafe(Math.min(this.#length, Math.max(FIRST_ROOM, needed * 2)));
      this.#body?.copy(body, 0, 0, this.#filled);
      this.#body = body;
    }
    part.copy(this.#body, this.#filled);
    this.#filled = needed;
  }

  #end(part: Buffer): void {
    let bytes = part;
    if (this.#filled > 0) {
      this.#fill(part);
      bytes = this.#body!.subarray(0, this.#length);
    }
    const compressed = this.#compressed;
    this.#prefixed = 0;
    this.#filled = 0;
    this.#body = undefined;
    this.#take({ compressed, bytes });
  }
}

/** The error of a message that is larger than one side takes. */
export function tooLarge(length: number, limit: number): ServiceError {
  return new ServiceError('resource-exhausted', `a message has ${length} bytes, and ${limit} are the most`);
}
