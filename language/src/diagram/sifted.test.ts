import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Preference, sifted } from './sifted.ts';

const count = 7;
const things = fc.nat(count - 1);
const preferences = fc.array(fc.record({ first: things, second: things, weight: fc.integer({ min: -5, max: 5 }) }), {
  maxLength: 25,
});
const others = (all: readonly Preference[]): Preference[] => all.filter(({ first, second }) => first !== second);

/** What an order denies of what is wished for. */
const denied = (order: readonly number[], all: readonly Preference[]): number =>
  all.reduce((sum, { first, second, weight }) => {
    const isKept = order.indexOf(first) < order.indexOf(second);
    return sum + (isKept ? Math.max(0, -weight) : Math.max(0, weight));
  }, 0);

test('the last comes first where all would rather have it so', () => {
  const last = [0, 1, 2].map((second): Preference => ({ first: 3, second, weight: 1 }));
  assert.equal(sifted(4, last, () => false)[0], 3);
});

test('an order never gets worse, and what is firm stays as it is', () => {
  fc.assert(
    fc.property(preferences, fc.nat(count), (all, from) => {
      const isFirm = (one: number, other: number): boolean => one < from && other >= from;
      const order = sifted(count, others(all), isFirm);
      assert.deepEqual(
        order.toSorted((a, b) => a - b),
        Array.from({ length: count }, (_, i) => i),
      );
      assert.ok(
        denied(order, others(all)) <=
          denied(
            order.toSorted((a, b) => a - b),
            others(all),
          ),
      );
      assert.ok(order.slice(0, from).every((one) => one < from));
    }),
  );
});
