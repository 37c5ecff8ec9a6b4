/** The scalars of the language: what is one in TypeScript form, and its ways to and from JSON and protobuf. */

import type { ScalarName } from '../definition.ts';
import { fromProtobufValue, isJson, toProtobufValue } from './json-value.ts';
import { formatDuration, formatTimestamp, MAX_DURATION, parseDuration, parseTimestamp } from './time.ts';

export interface Scalar {
  /** Ends the sentence "… must be". */
  readonly expected: string;
  /** JSON Schema of the JSON form. */
  readonly schema: object;
  /** Whether a value is one in TypeScript form. */
  is(value: unknown): boolean;
  /** JSON form → TypeScript form; undefined when it is none. */
  fromJson(json: unknown): unknown;
  toJson(value: never): unknown;
  /** The type in a `.proto`. */
  readonly protobuf: string;
  /** What an absent field of protobuf means. */
  zero(): unknown;
  /** TypeScript form → what protobufjs encodes; left out where that is the same. */
  toProtobuf?(value: never): unknown;
  /** What protobufjs decodes → TypeScript form. Throws RangeError where it has no such value. */
  fromProtobuf?(value: never): unknown;
}

/** protobufjs's own form of a 64-bit integer. */
interface Long {
  readonly low: number;
  readonly high: number;
}

const longOf = (value: bigint): Long => ({
  low: Number(BigInt.asIntN(32, value)),
  high: Number(BigInt.asIntN(32, value >> 32n)),
});
const bigintOf = (value: Long): bigint => (BigInt(value.high) << 32n) | BigInt(value.low >>> 0);

const INTEGER_TEXT = /^-?(0|[1-9][0-9]*)$/;
const NUMBER_TEXT = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/;
const DECIMAL_TEXT = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;
const UUID_TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BASE64_TEXT = /^[A-Za-z0-9+/_-]*={0,2}$/;

function integer(protobuf: 'int32' | 'uint32', min: number, max: number): Scalar {
  const is = (value: unknown) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
  return {
    expected: `a whole number from ${min} to ${max}`,
    schema: { type: 'integer', minimum: min, maximum: max },
    is,
    fromJson(json) {
      const value = typeof json === 'string' && NUMBER_TEXT.test(json) ? Number(json) : json;
      return is(value) ? (value as number) + 0 : undefined;
    },
    toJson: (value) => value,
    protobuf,
    zero: () => 0,
  };
}

function bigInteger(protobuf: 'int64' | 'uint64', min: bigint, max: bigint): Scalar {
  const is = (value: unknown) => typeof value === 'bigint' && value >= min && value <= max;
  return {
    expected: `a whole number from ${min} to ${max}, written as a string`,
    schema: { type: 'string', pattern: min === 0n ? '^(0|[1-9][0-9]*)$' : '^-?(0|[1-9][0-9]*)$', format: protobuf },
    is,
    fromJson(json) {
      const exact =
        typeof json === 'string' ? INTEGER_TEXT.test(json) && json.length <= 20 : Number.isSafeInteger(json);
      if (!exact) return undefined;
      const value = BigInt(json as string | number);
      return is(value) ? value : undefined;
    },
    toJson: (value: bigint) => value.toString(),
    protobuf,
    zero: () => 0n,
    toProtobuf: longOf,
    fromProtobuf: (value: Long) => (min === 0n ? BigInt.asUintN(64, bigintOf(value)) : bigintOf(value)),
  };
}

const NOT_FINITE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function floating(protobuf: 'float' | 'double', max: number): Scalar {
  const inRange = (value: number) => !Number.isFinite(value) || Math.abs(value) <= max;
  return {
    expected: protobuf === 'double' ? 'a number' : 'a number in the range of a 32-bit float',
    schema: { anyOf: [{ type: 'number' }, { enum: Object.keys(NOT_FINITE) }] },
    is: (value) => typeof value === 'number' && inRange(value),
    fromJson(json) {
      // JSON has no infinity: this one was a number too large to be read.
      if (typeof json === 'number') return Number.isFinite(json) && inRange(json) ? json : undefined;
      if (typeof json !== 'string') return undefined;
      if (Object.hasOwn(NOT_FINITE, json)) return NOT_FINITE[json];
      const value = NUMBER_TEXT.test(json) ? Number(json) : Number.NaN;
      return Number.isFinite(value) && inRange(value) ? value : undefined;
    },
    toJson: (value: number) => (Number.isFinite(value) ? value : String(value)),
    protobuf,
    zero: () => 0,
  };
}

function text(expected: string, schema: object, pattern: RegExp | undefined, zero: string): Scalar {
  const is = (value: unknown) =>
    typeof value === 'string' && (pattern === undefined ? value.isWellFormed() : pattern.test(value));
  return {
    expected,
    schema: { type: 'string', ...schema },
    is,
    fromJson: (json) => (is(json) ? json : undefined),
    toJson: (value) => value,
    protobuf: 'string',
    zero: () => zero,
  };
}

const bool: Scalar = {
  expected: 'true or false',
  schema: { type: 'boolean' },
  is: (value) => typeof value === 'boolean',
  fromJson: (json) => (typeof json === 'boolean' ? json : undefined),
  toJson: (value) => value,
  protobuf: 'bool',
  zero: () => false,
};

const bytes: Scalar = {
  expected: 'bytes in base64',
  schema: { type: 'string', contentEncoding: 'base64' },
  is: (value) => value instanceof Uint8Array,
  fromJson: (json) =>
    typeof json === 'string' && BASE64_TEXT.test(json) && json.replace(/=+$/, '').length % 4 !== 1
      ? new Uint8Array(Buffer.from(json, 'base64'))
      : undefined,
  toJson: (value: Uint8Array) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
  protobuf: 'bytes',
  zero: () => new Uint8Array(),
  // A copy: what protobufjs decodes is a view that keeps the whole message alive.
  fromProtobuf: (value: Uint8Array) => new Uint8Array(value),
};

const timestamp: Scalar = {
  expected: 'a time such as 2026-01-31T23:59:59.999Z (RFC 3339, years 0001 to 9999)',
  schema: { type: 'string', format: 'date-time' },
  is: (value) => value instanceof Date && formatTimestamp(value) !== undefined,
  fromJson: (json) => (typeof json === 'string' ? parseTimestamp(json) : undefined),
  toJson: (value: Date) => formatTimestamp(value),
  protobuf: '.google.protobuf.Timestamp',
  zero: () => new Date(0),
  toProtobuf(value: Date) {
    const seconds = Math.floor(value.getTime() / 1000);
    return { seconds, nanos: Math.round(value.getTime() - seconds * 1000) * 1e6 };
  },
  fromProtobuf(value: { seconds: Long; nanos: number }) {
    const date = new Date(Number(bigintOf(value.seconds)) * 1000 + Math.floor(value.nanos / 1e6));
    if (formatTimestamp(date) === undefined) throw new RangeError('a timestamp lies outside the years 0001 to 9999');
    return date;
  },
};

const duration: Scalar = {
  expected: 'a duration in seconds such as "1.5s"',
  schema: { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$' },
  is: (value) => typeof value === 'number' && Math.abs(value) <= MAX_DURATION,
  fromJson: (json) => (typeof json === 'string' ? parseDuration(json) : undefined),
  toJson: formatDuration,
  protobuf: '.google.protobuf.Duration',
  zero: () => 0,
  toProtobuf(value: number) {
    const seconds = Math.trunc(value / 1000);
    return { seconds, nanos: Math.round((value - seconds * 1000) * 1e6) };
  },
  fromProtobuf(value: { seconds: Long; nanos: number }) {
    const milliseconds = Number(bigintOf(value.seconds)) * 1000 + value.nanos / 1e6;
    if (Math.abs(milliseconds) > MAX_DURATION) throw new RangeError('a duration is longer than 10,000 years');
    return milliseconds;
  },
};

const json: Scalar = {
  expected: 'a JSON value of at most 32 levels',
  schema: {},
  is: isJson,
  fromJson: (value) => (isJson(value) ? value : undefined),
  toJson: (value) => value,
  protobuf: '.google.protobuf.Value',
  zero: () => null,
  toProtobuf: toProtobufValue,
  fromProtobuf: fromProtobufValue,
};

export const SCALARS: Readonly<Record<ScalarName, Scalar>> = {
  bool,
  int32: integer('int32', -(2 ** 31), 2 ** 31 - 1),
  uint32: integer('uint32', 0, 2 ** 32 - 1),
  int64: bigInteger('int64', -(2n ** 63n), 2n ** 63n - 1n),
  uint64: bigInteger('uint64', 0n, 2n ** 64n - 1n),
  float: floating('float', 3.4028234663852886e38),
  double: floating('double', Number.MAX_VALUE),
  string: text('text', {}, undefined, ''),
  uuid: text('a UUID such as 123e4567-e89b-12d3-a456-426614174000', { format: 'uuid' }, UUID_TEXT, ''),
  decimal: text(
    'a decimal number written as a string, such as "12.50"',
    { pattern: DECIMAL_TEXT.source },
    DECIMAL_TEXT,
    '',
  ),
  bytes,
  timestamp,
  duration,
  json,
};
