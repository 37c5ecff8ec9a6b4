import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Budget } from './budget.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

test('a budget admits a retry only below its floor or its share of the calls in flight', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('begin', 'begin', 'end', 'take', 'take', 'give'), { maxLength: 200 }),
      (steps) => {
        const budget = new Budget();
        for (const step of steps) {
          const { calls, extras } = budget;
          if (step === 'begin') for (let n = 0; n < 7; n++) budget.begin();
          if (step === 'end' && calls > 0) budget.end();
          if (step === 'give' && extras > 0) budget.giveBack();
          if (step === 'take') assert.equal(budget.tryTake(0.2), extras + 1 <= Math.max(3, 0.2 * calls));
        }
      },
    ),
  );
});
