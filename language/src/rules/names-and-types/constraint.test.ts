import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { check } from '../check-fixture.ts';
import { compareDecimals, isWhole } from '../decimal.ts';

const field = (text: string): string => `event E { ${text} } enum Colour { red = 0, blue = 1 } message M { }`;

test('constraint: each kind fits some types', async () => {
  await check('constraint', field('a: string = 1 where [|1..5|]'), {
    message: /^`1..5` does not fit a string: it constrains numbers and durations$/,
  });
  await check('constraint', field('a: int32 = 1 where [|length 1..5|]'), {
    message: /`length 1..5` does not fit an int32/,
  });
  await check('constraint', field('a: uuid = 1 where [|matches "x"|]'));
  await check('constraint', field('a: Colour = 1 where [|one of ["red"]|]'), { message: /an enum \(`Colour`\)/ });
  await check('constraint', field('a: string[] = 1 where [|matches "x"|]'), { message: /does not fit a list/ });
  await check('constraint', field('a: M = 1 where [|1..2|]'), { message: /does not fit a message \(`M`\)/ });
  await check('constraint', field('a: int64 = 1 where 1..5 b: decimal = 2 where 0.5.. c: duration = 3 where 1s..1min'));
  await check(
    'constraint',
    field('a: M[] = 1 where length 1..5 b: bytes = 2 where length 16 c: map<string, M> = 3 where length 1..'),
  );
  await check(
    'constraint',
    field('a: string = 1 where one of ["a", "b"] and length 1 b: int32 = 2 where one of [1, 2]'),
  );
});

test('constraint: ends of a range are values of the type', async () => {
  await check('constraint', field('a: uint32 = 1 where [|-1..5|]'), { message: /^`-1` is no value of a uint32$/ });
  await check('constraint', field('a: int32 = 1 where [|0..2147483648|]'), {
    message: /`2147483648` is no value of an int32/,
  });
  await check(
    'constraint',
    field('a: int64 = 1 where 0..9223372036854775807 b: uint64 = 2 where [|0..18446744073709551616|]'),
  );
  await check('constraint', field('a: int32 = 1 where [|0.5..2|] b: double = 2 where 0.5..2'));
  await check('constraint', field('a: int32 = 1 where one of [1, [|"x"|]]'));
});

test('constraint: what admits nothing', async () => {
  await check('constraint', field('a: int32 = 1 where [|5..1|]'), {
    message: /^`5..1` admits no value at all$/,
    fixed: field('a: int32 = 1 where 1..5'),
  });
  await check('constraint', field('a: string = 1 where [|length 5..1|]'), {
    fixed: field('a: string = 1 where length 1..5'),
  });
  await check('constraint', field('a: string = 1 where [|length 3..2|]'));
  await check('constraint', field('a: duration = 1 where [|1min..1s|] b: duration = 2 where 999ms..1s'));
  await check('constraint', field('a: string = 1 where [|one of []|]'));
  await check('constraint', field('a: int32 = 1 where 5..5 b: int32 = 2 where -3..-2'));
});

test('constraint: a range beside that of its type', async () => {
  await check('constraint', 'type P = int32 where 1..10 event E { p: P = 1 where [|20..30|] }', {
    message: /^`20..30` and `1..10` of `P` have no value in common$/,
    related: ['1..10'],
  });
  await check('constraint', 'type P = int32 where 1..10 event E { p: P = 1 where 10..30 }');
  await check('constraint', 'type P = string where length 5.. type Q = P where [|length ..4|]'.replace('..4', '1..4'));
});

test('constraint: patterns', async () => {
  await check('constraint', 'type A = string where [|matches "[a"|]', {
    message: /no regular expression: unterminated character class/,
  });
  await check('constraint', 'type A = string where matches "^[a-z]+$"');
});

const config = (text: string): string =>
  `service s { config { ${text} } } type Small = int32 where 1..9 enum Colour { red = 0 }`;

test('constraint: a default is a value of its type', async () => {
  await check('constraint', config('a: int32 default [|"x"|]'), {
    message: /^the default `"x"` is no value of an int32$/,
  });
  await check('constraint', config('a: bool default [|1|] b: bool default true'));
  await check('constraint', config('a: duration default [|5|] b: duration default 5s c: string default [|5|]'));
  await check('constraint', config('a: Colour default [|green|] b: Colour default red'));
  await check(
    'constraint',
    config(
      'a: uuid default [|"x"|] b: timestamp default "2026-01-01T00:00:00Z" c: decimal default 1.5 d: string[] default ["a"]',
    ),
  );
});

test('constraint: a default is within its constraints', async () => {
  await check('constraint', config('a: int32 default [|500|] where 1..100'), {
    message: /^the default `500` is outside `1..100`$/,
    related: ['1..100'],
  });
  await check('constraint', config('a: Small default [|10|] b: Small default 9'));
  await check(
    'constraint',
    config('a: string default [|"abc"|] where length 1..2 b: string default "ab" where matches "^a"'),
  );
  await check('constraint', config('a: string default [|"c"|] where one of ["a", "b"]'));
  await check('constraint', config('a: duration default [|2min|] where 1s..1min'));
});

test('constraint: of what means nothing, nothing is said', async () => {
  await check('constraint', 'event E { a: Nothing = 1 where 1..5 } type A = A where length 3');
});

test('decimals compare as numbers do, whatever their length', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
      assert.equal(Math.sign(compareDecimals(`${a}`, `${b}`) ?? Number.NaN), a < b ? -1 : a > b ? 1 : 0);
    }),
  );
  fc.assert(
    fc.property(fc.integer(), fc.nat(999), fc.integer(), fc.nat(999), (a, p, b, q) => {
      const [one, other] = [`${a}.${String(p).padStart(3, '0')}`, `${b}.${String(q).padStart(3, '0')}`];
      assert.equal(Math.sign(compareDecimals(one, other) ?? Number.NaN), Math.sign(Number(one) - Number(other)));
    }),
  );
  assert.equal(compareDecimals('1.50', '01.5'), 0);
  assert.equal(compareDecimals('-0', '0.0'), 0);
  assert.equal(compareDecimals('1s', '2'), undefined);
  assert.ok(isWhole('5.0') && !isWhole('5.5') && !isWhole('x'));
});

test('constraint: what an environment sets', async () => {
  await check(
    'constraint',
    'service s { config { size: int32 default 5 where 1..9 } }\nsystem y { environment p { s { config { size [|"a"|] } } } environment q { s { config { size [|70|] } } } environment r { s { config { size 7 } } } }',
  );
});
