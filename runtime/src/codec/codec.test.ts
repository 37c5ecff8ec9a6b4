import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { ServiceError } from '../errors.ts';
import { kindsProto, types } from '../fixtures/kinds.ts';
import { createCodec } from './codec.ts';

const codec = createCodec(types);
const EVERYTHING = 'weir.kinds.Everything';
const LIMITS = 'weir.kinds.Limits';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const date = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const point = fc.record({ x: fc.double(), y: fc.double() });
const color = fc.constantFrom('unknown', 'red', 'deepBlue');
const json = fc.jsonValue({ maxDepth: 3, noUnicodeString: false }).map((value) => JSON.parse(JSON.stringify(value)));
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

const flat = {
  flag: fc.boolean(),
  small: int32,
  big: int64,
  smallCount: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  bigCount: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  ratio: fc.float(),
  precise: fc.double(),
  text,
  blob: fc.uint8Array({ maxLength: 12 }),
  id: fc.uuid(),
  at: date,
  took: fc.integer({ min: -1e15, max: 1e15 }).map((micros) => micros / 1000),
  price: fc.tuple(fc.integer(), fc.nat()).map(([whole, part]) => `${whole}.${part}`),
  anything: json,
  color,
  tags: fc.array(text, { maxLength: 3 }),
  numbers: fc.array(int64, { maxLength: 3 }),
  times: fc.array(date, { maxLength: 3 }),
  points: fc.array(point, { maxLength: 3 }),
  labels: fc.dictionary(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toString')), text, {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  byFlag: fc.dictionary(fc.constantFrom('true', 'false'), point, { noNullPrototype: true }),
  byBig: fc.dictionary(int64.map(String), color, { maxKeys: 3, noNullPrototype: true }),
};
const sometimes = {
  maybeSmall: int32,
  maybeAt: date,
  maybeColor: color,
  constructor: text,
};
const required = Object.keys(flat) as (keyof typeof flat)[];
const leaf = fc.record({ ...flat, ...sometimes }, { requiredKeys: required, noNullPrototype: true });
const payment = fc.oneof(fc.constant({}), fc.record({ card: point }), fc.record({ voucher: text }));
const everything = fc
  .tuple(leaf, payment, fc.option(leaf, { nil: undefined }))
  .map(([value, paid, child]) => ({ ...value, ...paid, ...(child === undefined ? {} : { child }) }));

/** -0 is 0 in JSON text, and a duration of -0 is 0 on the wire. */
function sameButZeroSign(actual: unknown, expected: unknown): void {
  const positive = (value: unknown): unknown => {
    if (value === 0) return 0;
    if (value instanceof Date || value instanceof Uint8Array || typeof value !== 'object' || value === null)
      return value;
    if (Array.isArray(value)) return value.map(positive);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, positive(item)]));
  };
  assert.deepStrictEqual(positive(actual), positive(expected));
}

test('a value survives JSON', () => {
  fc.assert(
    fc.property(everything, (value) => {
      const wire = JSON.stringify(codec.toJson(EVERYTHING, value));
      sameButZeroSign(codec.fromJson(EVERYTHING, JSON.parse(wire), { unknown: 'refuse' }), value);
    }),
    { numRuns: 300 },
  );
});

test('a value survives protobuf', () => {
  fc.assert(
    fc.property(everything, (value) => {
      const read = codec.deserialize(EVERYTHING, codec.serialize(EVERYTHING, value));
      sameButZeroSign(read, value);
      assert.deepEqual(codec.validate(EVERYTHING, read), []);
    }),
    { numRuns: 300 },
  );
});

test('the JSON Schema admits every JSON that the codec writes', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true, ownProperties: true });
  addFormats.default(ajv);
  ajv.addFormat('int64', true).addFormat('uint64', true);
  const admits = ajv.compile(codec.jsonSchema(EVERYTHING));
  fc.assert(
    fc.property(everything, (value) => {
      const wire = JSON.parse(JSON.stringify(codec.toJson(EVERYTHING, value)));
      assert.ok(admits(wire), ajv.errorsText(admits.errors));
    }),
    { numRuns: 100 },
  );
  assert.equal(admits({}), false);
});

test('protobuf is the wire of an independent .proto', () => {
  const everythingType = protobuf.parse(kindsProto, { keepCase: true }).root;
  for (const file of ['timestamp', 'duration', 'struct', 'empty']) {
    everythingType.addJSON(protobuf.common.get(`google/protobuf/${file}.proto`)!.nested!);
  }
  const type = everythingType.lookupType(EVERYTHING);
  const bytes = type.encode({ small: 7, big_count: 8, at: { seconds: 1 }, color: 2, by_flag: {} }).finish();
  const value = codec.deserialize(EVERYTHING, bytes) as Record<string, unknown>;
  assert.deepEqual([value.small, value.bigCount, value.at, value.color], [7, 8n, new Date(1000), 'deepBlue']);
});

test('protoc reads what the codec writes, and writes what it reads', { skip: protocMissing() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-codec-'));
  try {
    writeFileSync(join(folder, 'kinds.proto'), kindsProto);
    const protoc = (flag: string, input: Buffer) =>
      execFileSync('protoc', [`--${flag}=${EVERYTHING}`, `-I${folder}`, '-I/usr/include', 'kinds.proto'], { input });
    for (const value of fc.sample(everything, 12)) {
      const textFormat = protoc('decode', codec.serialize(EVERYTHING, value));
      sameButZeroSign(codec.deserialize(EVERYTHING, protoc('encode', textFormat)), value);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function protocMissing(): string | false {
  const found = spawnSync('protoc', ['--version']).status === 0 && existsSync('/usr/include/google/protobuf/any.proto');
  return found ? false : 'needs protoc: apt install protobuf-compiler libprotobuf-dev';
}

test('all that is wrong with a request is said at once', () => {
  const wrong = {
    sku: 'abc',
    quantity: 1000,
    name: '👍👍👍👍👍',
    codes: ['ab', 'abc', 'cd'],
    size: 'xl',
    huge: '9007199254740994',
    price: '0.099',
    wait: '61s',
    attributes: { a: -1, b: 1, c: 'x' },
    more: 1,
  };
  const violations = violationsOf(() => codec.fromJson(LIMITS, wrong, { unknown: 'refuse' }));
  assert.deepEqual(
    violations.map(({ field, rule }) => `${field} ${rule}`),
    [
      'sku matches',
      'quantity range',
      'name length',
      'codes length',
      'codes[1] length',
      'size oneOf',
      'huge range',
      'price range',
      'wait range',
      'attributes length',
      'attributes["a"] range',
      'attributes["c"] type',
      'more unknown',
    ],
  );
  const right = {
    sku: 'ABC-1',
    quantity: '999',
    name: '👍👍👍👍',
    codes: ['ab'],
    size: 'm',
    huge: '9007199254740993',
    price: '0.1',
    wait: '60s',
    attributes: {},
  };
  const value = codec.fromJson(LIMITS, { ...right, more: 1 }) as Record<string, unknown>;
  assert.equal(value.huge, 9007199254740993n);
  assert.equal(value.quantity, 999);
  assert.deepEqual(codec.validate(LIMITS, value), []);
  assert.deepEqual(
    codec.validate(LIMITS, { ...value, quantity: 0, codes: [] }).map(({ field, rule }) => `${field} ${rule}`),
    ['quantity range', 'codes length'],
  );
});

test('a required field may not be left out, of JSON or of protobuf', () => {
  assert.deepEqual(
    violationsOf(() => codec.fromJson('weir.kinds.SoldOut', { sku: null })).map(
      ({ field, rule }) => `${field} ${rule}`,
    ),
    ['sku required', 'left required'],
  );
  const empty = codec.deserialize(EVERYTHING, new Uint8Array());
  const missing = codec.validate(EVERYTHING, empty).filter(({ rule }) => rule === 'required');
  assert.deepEqual(
    missing.map(({ field }) => field),
    ['at', 'took', 'anything'],
  );
});

test('two members of a oneof are refused', () => {
  const request = JSON.parse(JSON.stringify(codec.toJson(EVERYTHING, fc.sample(leaf, 1)[0])));
  const both = { ...request, voucher: 'v', card: { x: 1, y: 2 } };
  assert.deepEqual(
    violationsOf(() => codec.fromJson(EVERYTHING, both)).map(({ rule }) => rule),
    ['oneof'],
  );
});

test('what is no such scalar is refused', () => {
  const wrong: Record<string, readonly unknown[]> = {
    flag: ['true', 1, []],
    small: [1.5, '1.5', 2 ** 31, '', 'x', true, '0x10', ' 1'],
    big: ['9223372036854775808', 1e300, '1.0', '', 2 ** 53],
    smallCount: [-1, 2 ** 32],
    bigCount: ['-1', '18446744073709551616'],
    ratio: [1e39, 'nan', ''],
    precise: ['1e999', 'infinity', {}],
    text: [1, '\ud800'],
    blob: ['a', '***', 1],
    id: ['x', '123e4567e89b12d3a456426614174000'],
    at: ['2024-02-30T00:00:00Z', '2024-01-01', '2024-01-01T24:00:00Z', '0000-01-01T00:00:00Z', 0],
    took: ['1', '1ms', '315576000001s', 1, '1.0000000001s'],
    price: [1.5, '1e3', '.5', '01', '1.'],
    color: ['Red', 1, 'toString', 'COLOR_RED'],
    tags: ['a', [1], { 0: 'a' }],
    labels: [[], { a: 1 }, 'a'],
    byFlag: [{ yes: { x: 1, y: 2 } }],
    byBig: [{ a: 'red' }],
    child: ['x', []],
  };
  const right = JSON.parse(JSON.stringify(codec.toJson(EVERYTHING, fc.sample(leaf, 1)[0])));
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      const violations = violationsOf(() => codec.fromJson(EVERYTHING, { ...right, [field]: value }));
      assert.ok(
        violations.length > 0 && violations.every((violation) => violation.field.startsWith(field)),
        `${field}: ${JSON.stringify(value)}`,
      );
    }
  }
});

test('nothing reaches the prototype of an object', () => {
  const right = JSON.parse(JSON.stringify(codec.toJson(EVERYTHING, fc.sample(leaf, 1)[0])));
  const evil = JSON.parse(`{"labels": {"__proto__": "x"}, "anything": {"__proto__": {"polluted": true}}}`);
  const value = codec.fromJson(EVERYTHING, { ...right, ...evil }) as { labels: object };
  assert.equal(Object.getPrototypeOf(value.labels), Object.prototype);
  assert.deepEqual(Object.keys(value.labels), ['__proto__']);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  // An inherited name is not a value that was sent.
  assert.deepEqual(
    Object.hasOwn(codec.fromJson(EVERYTHING, { ...right, constructor: null }) as object, 'constructor'),
    false,
  );
});

test('depth is limited, not the stack', () => {
  const right = JSON.parse(JSON.stringify(codec.toJson(EVERYTHING, fc.sample(leaf, 1)[0])));
  let deep: unknown = right;
  for (let i = 0; i < 10_000; i += 1) deep = { ...right, child: deep };
  const violations = violationsOf(() => codec.fromJson(EVERYTHING, deep));
  assert.ok(violations.some(({ rule }) => rule === 'depth'));
  let list: unknown = [];
  for (let i = 0; i < 100_000; i += 1) list = [list];
  assert.ok(
    violationsOf(() => codec.fromJson(EVERYTHING, { anything: list })).some(
      ({ field, rule }) => field === 'anything' && rule === 'type',
    ),
  );
  const bytes = Buffer.concat(Array.from({ length: 2000 }, (_, i) => lengthDelimited(16, i)).reverse());
  assert.throws(() => codec.deserialize(EVERYTHING, bytes), { code: 'invalid-argument' });
});

/** A field header of the given number whose length is some thousands: nesting without end. */
function lengthDelimited(field: number, level: number): Buffer {
  return Buffer.from([(((field << 3) | 2) & 0x7f) | 0x80, 1, 0x80 | (level & 0x7f), 0x7f]);
}

test('what a handler gets wrong is named by its path', () => {
  const point = (value: unknown) => () => codec.toJson('weir.kinds.Point', value);
  assert.throws(point({ x: 1 }), { name: 'TypeError', message: 'weir.kinds.Point.y is missing; it is not optional.' });
  assert.throws(point({ x: 1, y: '2' }), {
    name: 'TypeError',
    message: 'weir.kinds.Point.y must be a number, is a string.',
  });
  assert.throws(() => codec.serialize('weir.kinds.SoldOut', { sku: 's', left: 3 }), {
    name: 'TypeError',
    message: 'weir.kinds.SoldOut.left must be a bigint in the range of int64, is a number.',
  });
});

test('an enum value of a newer peer passes through, and is no value here', () => {
  const note = codec.serialize('weir.kinds.Everything', { ...fc.sample(leaf, 1)[0], maybeColor: 9 });
  const value = codec.deserialize(EVERYTHING, note) as { maybeColor: unknown };
  assert.equal(value.maybeColor, 9);
  assert.deepEqual(
    codec.validate(EVERYTHING, value).map(({ field }) => field),
    ['maybeColor'],
  );
});

function violationsOf(read: () => unknown) {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof ServiceError, String(error));
    assert.equal(error.code, 'invalid-argument');
    return error.violations ?? [];
  }
  return assert.fail('nothing was refused');
}
