import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';

/** The messages of the contract by protobufjs alone, for what is written by hand on `node:http2`. */
const { root } = protobuf.parse(readFileSync(join(import.meta.dirname, 'quotes.proto'), 'utf8'));
export const PriceRequest = root.lookupType('bench.PriceRequest');
export const Quote = root.lookupType('bench.Quote');

/** A message with gRPC's prefix. */
export function framed(type: protobuf.Type, value: object): Buffer {
  const message = type.encode(value).finish();
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}
