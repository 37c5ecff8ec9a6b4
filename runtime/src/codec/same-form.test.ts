import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Types } from './codec.ts';
import { messageFromJson } from './json.ts';
import { sameFromJson, sameToJson } from './same-form.ts';
import { shapesOf } from './shape.ts';
import { messageToJson } from './write.ts';

const types: Types = {
  Plain: {
    fields: {
      flag: { number: 1, type: 'bool', optional: true },
      count: { number: 2, type: 'int32', range: [-5, 99] },
      size: { number: 3, type: 'uint32', optional: true },
      ratio: { number: 4, type: 'double', optional: true },
      text: { number: 5, type: 'string', length: [0, 3] },
      id: { number: 6, type: 'uuid', optional: true },
      price: { number: 7, type: 'decimal', optional: true },
      any: { number: 8, type: 'json', optional: true },
      color: { number: 9, type: 'Color', optional: true },
      tags: { number: 10, type: 'string', list: true, length: [0, 2], each: { length: [1, 2] } },
      byName: { number: 11, type: 'int32', map: 'string', length: [0, 2] },
      inner: { number: 12, type: 'Plain', optional: true },
      card: { number: 13, type: 'string', oneof: 'payment' },
      voucher: { number: 14, type: 'string', oneof: 'payment' },
    },
  },
  Color: { enum: { red: 0, blue: 1 }, prefix: 'COLOR_' },
  Dated: { fields: { at: { number: 1, type: 'timestamp' } } },
  HasDated: { fields: { all: { number: 1, type: 'Dated', list: true } } },
  Tricky: { fields: { constructor: { number: 1, type: 'string', optional: true as const } } },
};
const shape = shapesOf(types);

const odd = fc.constantFrom<unknown>(
  null,
  undefined,
  -0,
  '1',
  'Infinity',
  Number.NaN,
  '\ud800',
  [],
  {},
  1e300,
  true,
  7n,
);
const mostly = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 40, arbitrary: right }, { weight: 1, arbitrary: odd });
const short = fc.string({ maxLength: 3 });
const extra = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constantFrom({ voucher: 'v' }, { unknown: 1 }) },
);
const { plain } = fc.letrec((tie) => ({
  plain: fc.record(
    {
      flag: mostly(fc.boolean()),
      count: mostly(fc.integer({ min: -5, max: 100 })),
      size: mostly(fc.nat()),
      ratio: mostly(fc.double()),
      text: mostly(short),
      id: mostly(fc.uuid()),
      price: mostly(fc.constantFrom('1', '1.50', '-2')),
      any: mostly(fc.jsonValue({ maxDepth: 2 })),
      color: mostly(fc.constantFrom('red', 'blue')),
      tags: mostly(fc.array(mostly(fc.string({ minLength: 1, maxLength: 2 })), { maxLength: 2 })),
      byName: mostly(
        fc.dictionary(fc.oneof(short, fc.constant('__proto__')), mostly(fc.nat(9)), {
          maxKeys: 2,
          noNullPrototype: true,
        }),
      ),
      inner: fc.option(tie('plain'), { nil: undefined, freq: 4 }),
      card: mostly(short),
    },
    { requiredKeys: ['count', 'text', 'tags', 'byName'], noNullPrototype: true },
  ),
}));
const message = fc.tuple(plain, extra).map(([value, more]) => ({ ...(value as object), ...more }));

/** What a walk gives, or that it refuses. */
function given(walk: () => unknown): { readonly value: unknown } | undefined {
  try {
    return { value: walk() };
  } catch {
    return undefined;
  }
}

test('what is taken as it is, is what the walk would have made of it', () => {
  const fits = sameFromJson(shape('Plain'))!;
  let taken = 0;
  fc.assert(
    fc.property(message, (value) => {
      if (!fits(value)) return;
      taken += 1;
      const walked = given(() => messageFromJson(shape('Plain'), value, { unknown: 'refuse' }));
      assert.deepEqual({ value }, walked);
    }),
    { numRuns: 2000 },
  );
  assert.ok(taken > 20, `${taken} were taken`);
});

test('what is written as it is, is what the walk would have written', () => {
  const fits = sameToJson(shape('Plain'))!;
  let taken = 0;
  fc.assert(
    fc.property(message, (value) => {
      if (!fits(value)) return;
      taken += 1;
      const walked = given(() => messageToJson(shape('Plain'), value));
      assert.deepEqual(JSON.parse(JSON.stringify(value)), JSON.parse(JSON.stringify(walked?.value)));
    }),
    { numRuns: 2000 },
  );
  assert.ok(taken > 20, `${taken} were taken`);
});

test('a sound message is taken, and where forms differ none is', () => {
  const sound = {
    count: 1,
    text: 'a',
    tags: ['b'],
    byName: { c: 1 },
    inner: { count: 0, text: '', tags: [], byName: {} },
  };
  assert.equal(sameFromJson(shape('Plain'))!(sound), true);
  assert.equal(sameToJson(shape('Plain'))!(sound), true);
  for (const name of ['Dated', 'HasDated', 'Tricky']) assert.equal(sameFromJson(shape(name)), undefined, name);
});

test('an object with a mind of its own is left to the walk', () => {
  const fits = sameToJson(shape('Plain'))!;
  class Row {
    count = 1;
    text = 'a';
    tags = [];
    byName = {};
    toJSON() {
      return 'something else';
    }
  }
  assert.equal(fits(new Row()), false);
  const endless: Record<string, unknown> = { count: 1, text: '', tags: [], byName: {} };
  endless.inner = endless;
  assert.equal(fits(endless), false);
});
