import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { promised } from './promised.ts';

test('a percentage is counted in decimal', () => {
  assert.deepEqual(promised(99.95), { objective: '0.9995', budget: '0.0005', text: '99.95' });
  assert.deepEqual(promised(99), { objective: '0.99', budget: '0.01', text: '99' });
  assert.deepEqual(promised(99.999), { objective: '0.99999', budget: '0.00001', text: '99.999' });
  assert.deepEqual(promised(100), { objective: '1', budget: '0', text: '100' });
  assert.deepEqual(promised(7.5), { objective: '0.075', budget: '0.925', text: '7.5' });
});

test('what is promised and what is left make one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999_999 }), (digits) => {
      const { objective, budget } = promised(digits / 100_000);
      const scaled = (share: string) => BigInt((share.split('.')[1] ?? '').padEnd(9, '0').slice(0, 9));
      return scaled(objective) + scaled(budget) === 10n ** 9n;
    }),
  );
});
