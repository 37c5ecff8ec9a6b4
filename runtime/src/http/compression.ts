/** Bodies in fewer bytes, in whichever encoding both sides know. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */

import { pipeline, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliDecompress, createGunzip, gzip } from 'node:zlib';
import type { FastifyReply } from 'fastify';
import type { Environment } from '../config/environment.ts';

export interface CompressionOptions {
  /** Bytes of an answer below which it goes as it is; 1 KiB, which is about one packet. */
  readonly threshold?: number;
}

/** Encodings that both our sides know, the better one first. */
const ENCODINGS = ['br', 'gzip'] as const;
type Encoding = (typeof ENCODINGS)[number];

/** What our clients tell servers. */
export const ACCEPTED = ENCODINGS.join(', ');

const THRESHOLD = 1024;
/** Brotli's own default, 11, is for files that are compressed once. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** The threshold of what is given, else of `WEIR_HTTP_COMPRESSION` (`on` or `off`); undefined where nothing is compressed. */
export function compressAbove(given: boolean | CompressionOptions | undefined, env: Environment): number | undefined {
  const wanted = given ?? env.WEIR_HTTP_COMPRESSION === 'on';
  if (wanted === false) return undefined;
  return wanted === true ? THRESHOLD : (wanted.threshold ?? THRESHOLD);
}

/** The encoding that a client likes best of those we know; undefined for none. */
export function negotiated(accept: string | undefined): Encoding | undefined {
  if (accept === undefined) return undefined;
  const weights = new Map<string, number>();
  for (const part of accept.toLowerCase().split(',')) {
    const [coding, ...parameters] = part.split(';').map((piece) => piece.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(coding!, weight === undefined ? 1 : Number(weight.slice(2)) || 0);
  }
  const weightOf = (encoding: string) => weights.get(encoding) ?? weights.get('*') ?? 0;
  const [best] = ENCODINGS.toSorted((a, b) => weightOf(b) - weightOf(a));
  return weightOf(best!) > 0 ? best : undefined;
}

const compressors: Readonly<Record<Encoding, (text: string) => Promise<Buffer>>> = {
  br: (text) => promisify(brotliCompress)(text, QUALITY),
  gzip: (text) => promisify(gzip)(text),
};

/** The text as the client likes it best, with the headers that say how. */
export async function compress(reply: FastifyReply, text: string): Promise<string | Buffer> {
  const vary = reply.getHeader('vary');
  reply.header('vary', vary === undefined ? 'accept-encoding' : `${vary}, accept-encoding`);
  const encoding = negotiated(reply.request.headers['accept-encoding']?.toString());
  if (encoding === undefined) return text;
  reply.header('content-encoding', encoding);
  return compressors[encoding](text);
}

/**
 * A body as it was before its sender encoded it. Throws for an encoding that was not asked for. A fault on either side ends
 * both, and so does a reader who leaves.
 */
export function decoded(body: Readable, encoding: string | undefined): Readable {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return body;
    case 'br':
      return pipeline(body, createBrotliDecompress(), () => {});
    case 'gzip':
    case 'x-gzip':
      return pipeline(body, createGunzip(), () => {});
    default:
      throw new Error(`the answer is encoded by ${encoding}, which nobody asked for`);
  }
}
