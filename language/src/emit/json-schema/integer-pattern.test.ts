import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fractionPattern, integerPattern } from './integer-pattern.ts';

test('ranges as people write them', () => {
  const patterns: readonly (readonly [bigint, bigint, string])[] = [
    [0n, 9n, '^([0-9])$'],
    [1n, 9n, '^([1-9])$'],
    [0n, 1_000_000_000n, '^([0-9]|[1-9][0-9]{1,8}|1000000000)$'],
    [1n, 99n, '^([1-9][0-9]{0,1})$'],
    [0n, 255n, '^([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$'],
    [-5n, 5n, '^(-[1-5]|[0-5])$'],
    [-20n, -10n, '^(-1[0-9]|-20)$'],
    [7n, 7n, '^(7)$'],
  ];
  for (const [min, max, pattern] of patterns) assert.equal(integerPattern(min, max), pattern);
});

test('a pattern takes the numbers of its range, and no others', () => {
  const near = (end: bigint) => fc.bigInt({ min: end - 12n, max: end + 12n });
  const ends = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }), fc.bigInt({ min: -1200n, max: 1200n }));
  const cases = fc.tuple(ends, ends).chain(([a, b]) => {
    const [min, max] = a < b ? [a, b] : [b, a];
    const number = fc.oneof(near(min), near(max), near(0n), fc.bigInt({ min: min - 1n, max: max + 1n }));
    return fc.record({ min: fc.constant(min), max: fc.constant(max), number });
  });
  fc.assert(
    fc.property(cases, ({ min, max, number }) => {
      const pattern = new RegExp(integerPattern(min, max), 'u');
      assert.equal(
        pattern.test(String(number)),
        number >= min && number <= max,
        `${number} in ${min}..${max}: ${pattern}`,
      );
      for (const text of [`0${number}`, `+${number}`, `${number}.0`, ` ${number}`, '-0', ''])
        assert.ok(!pattern.test(text), text);
    }),
    { numRuns: 1000 },
  );
});

test('a number with a fraction lies between whole ends', () => {
  assert.equal(fractionPattern(1n, 60n, '{1,9}'), '(([1-9]|[1-5][0-9])(\\.[0-9]{1,9})?|60(\\.0{1,9})?)');
  assert.equal(fractionPattern(7n, 7n, '+'), '7(\\.0+)?');
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.nat(301), fc.nat(999), (a, b, whole, fraction) => {
      const [min, max] = [Math.min(a, b), Math.max(a, b)];
      const pattern = new RegExp(`^${fractionPattern(BigInt(min), BigInt(max), '+')}$`);
      const text = `${whole}.${String(fraction).padStart(3, '0')}`;
      assert.equal(
        pattern.test(text),
        Number(text) >= min && Number(text) <= max,
        `${text} in ${min}..${max}: ${pattern}`,
      );
    }),
    { numRuns: 1000 },
  );
});
