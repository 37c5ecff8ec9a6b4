/** Compression of messages, each on its own. https://github.com/grpc/grpc/blob/master/doc/compression.md */

import { promisify } from 'node:util';
import { deflate, gunzip, gzip, inflate } from 'node:zlib';
import { ServiceError } from '../errors.ts';
import { frameOf } from './framing.ts';

export type Encoding = 'identity' | 'gzip' | 'deflate';

/** What each side takes: the value of `grpc-accept-encoding`. */
export const ACCEPTED = 'identity,deflate,gzip';

const ENCODERS = { gzip: promisify(gzip), deflate: promisify(deflate) };
const DECODERS = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/** The encoding that `grpc-encoding` names; undefined for one that nobody here knows. */
export function encodingOf(name: string | undefined): Encoding | undefined {
  if (name === undefined) return 'identity';
  return name === 'identity' || name === 'gzip' || name === 'deflate' ? name : undefined;
}

/** Whether the other side takes gzip, by its `grpc-accept-encoding`. */
export function takesGzip(accepted: string | undefined): boolean {
  return accepted?.split(',').some((name) => name.trim() === 'gzip') ?? false;
}

/** A message with its prefix, compressed. */
export async function compressedFrame(message: Uint8Array, encoding: 'gzip' | 'deflate'): Promise<Buffer> {
  return frameOf(await ENCODERS[encoding](message), true);
}

/**
 * A message that was compressed. Rejects with `resource-exhausted` where it would be larger than the limit, and
 * `internal` where its bytes are not compressed as they say.
 */
export async function decompressed(bytes: Buffer, encoding: Encoding, limit: number): Promise<Buffer> {
  if (encoding === 'identity') {
    throw new ServiceError('internal', 'a message is compressed, and no grpc-encoding says how');
  }
  try {
    return await DECODERS[encoding](bytes, { maxOutputLength: Math.max(1, limit) });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ServiceError('resource-exhausted', `a message has more than ${limit} bytes once decompressed`);
    }
    throw new ServiceError('internal', `a message is not compressed by ${encoding}, as it says`, { cause });
  }
}
