/**
 * What goes with a call beside its message, as handlers see it: headers of HTTP, metadata of gRPC. Values of names that end
 * in `-bin` are bytes, which travel as base64 (over HTTP too, so that a handler need not ask what it is called by).
 */

import type { CallHeaders, CallReply, HeaderValue } from './context.ts';

/** Values as they travel, by lower-case name. */
export type WireHeaders = Readonly<Record<string, string | readonly string[]>>;

/** Bytes as the value of a header whose name ends in `-bin`: base64 without padding. */
export function encodeBinary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64').replace(/=+$/, '');
}

/** The bytes of a header whose name ends in `-bin`; of the first, where there are several. */
export function decodeBinary(value: string): Buffer {
  const comma = value.indexOf(',');
  return Buffer.from(comma === -1 ? value : value.slice(0, comma), 'base64');
}

/** @param lookup gives the value by lower-case name, as it travelled */
export function headersBy(lookup: (name: string) => string | undefined): CallHeaders {
  return {
    get: (name) => lookup(name.toLowerCase()),
    bytes(name) {
      if (!isBinary(name.toLowerCase())) throw new TypeError(`"${name}" holds text: names of bytes end in "-bin".`);
      const value = lookup(name.toLowerCase());
      return value === undefined ? undefined : new Uint8Array(decodeBinary(value));
    },
  };
}

/** What a handler adds to its answer. Transports read it when they answer. */
export class Reply implements CallReply {
  readonly headers: Record<string, string | string[]> = {};
  readonly trailers: Record<string, string | string[]> = {};
  readonly #hasBegun: () => boolean;

  /** @param hasBegun whether headers are on their way already */
  constructor(hasBegun: () => boolean) {
    this.#hasBegun = hasBegun;
  }

  get hasHeaders(): boolean {
    for (const _ in this.headers) return true;
    return false;
  }

  header(name: string, ...values: readonly HeaderValue[]): void {
    if (this.#hasBegun()) throw new Error(`The answer has begun, and "${name}" would come too late: set it earlier.`);
    const lower = checkedName(name);
    this.headers[lower] = written(lower, values);
  }

  trailer(name: string, ...values: readonly HeaderValue[]): void {
    const lower = checkedName(name);
    this.trailers[lower] = written(lower, values);
  }
}

/** What a caller sends beside its request, as it travels. Throws a `TypeError` for what no header can hold. */
export function sentHeaders(headers: Readonly<Record<string, HeaderValue>>): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = checkedName(name);
    sent[lower] = writtenOne(lower, value);
  }
  return sent;
}

/** Those that belong to a connection or a message, which the transport writes, and those that the runtime writes itself. */
const TAKEN = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
  'x-request-timeout-ms',
]);

/** https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** What HTTP and gRPC both take in a value. */
const PRINTABLE = /^[\x20-\x7e]*$/;

const isBinary = (name: string): boolean => name.endsWith('-bin');

function checkedName(name: string): string {
  const lower = name.toLowerCase();
  if (!TOKEN.test(lower)) throw new TypeError(`"${name}" is no name of a header.`);
  if (TAKEN.has(lower) || lower.startsWith('grpc-')) throw new TypeError(`"${name}" is written by the runtime itself.`);
  return lower;
}

function written(name: string, values: readonly HeaderValue[]): string | string[] {
  const all = values.map((value) => writtenOne(name, value));
  return all.length === 1 ? all[0]! : all;
}

function writtenOne(name: string, value: HeaderValue): string {
  if (isBinary(name)) {
    if (typeof value === 'string')
      throw new TypeError(`"${name}" holds bytes, since it ends in "-bin"; give a Uint8Array.`);
    return encodeBinary(value);
  }
  if (typeof value !== 'string') throw new TypeError(`"${name}" holds text: names of bytes end in "-bin".`);
  if (!PRINTABLE.test(value)) {
    throw new TypeError(`The value of "${name}" is not printable ASCII; send bytes under a name that ends in "-bin".`);
  }
  return value;
}
