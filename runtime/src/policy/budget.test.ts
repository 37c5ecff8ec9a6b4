import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Budget } from './budget.ts';
import { command } from './command-fixture.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

/** The calls in flight, and the retries and hedges among them by the share that their policies allow. */
interface Model {
  calls: number;
  readonly extras: number[];
  credit: number;
  refused: number;
}

const agree = ({ calls, extras }: Model, budget: Budget) =>
  assert.deepEqual([budget.calls, budget.extras], [calls, extras.length]);

const begin = (count: number) =>
  command<Model, Budget>(`begin ${count}`, (model, budget) => {
    for (let n = 0; n < count; n++) {
      budget.begin(0.2);
      model.credit = Math.min(10, model.credit + 0.2);
    }
    model.calls += count;
    agree(model, budget);
  });

const end = command<Model, Budget>(
  'end',
  (model, budget) => {
    budget.end();
    model.calls--;
    agree(model, budget);
  },
  ({ calls }) => calls > 0,
);

const take = (share: number) =>
  command<Model, Budget>(`take of ${share}`, (model, budget) => {
    const within = model.extras.length < Math.floor(share * model.calls);
    const byFloor = model.extras.length < 3 && model.credit >= 1;
    assert.equal(budget.tryTake(share), within || byFloor);
    if (!within && byFloor) model.credit--;
    if (within || byFloor) model.extras.push(share);
    else model.refused++;
    agree(model, budget);
  });

const giveBack = command<Model, Budget>(
  'give back',
  (model, budget) => {
    budget.giveBack();
    model.extras.pop();
    agree(model, budget);
  },
  ({ extras }) => extras.length > 0,
);

test('a budget admits a retry within its share of the calls in flight, or below its floor while there is credit', () => {
  const commands = fc.commands(
    [
      fc.constantFrom(1, 7).map(begin),
      fc.constant(end),
      fc.constantFrom(0, 0.125, 0.25, 1).map(take),
      fc.constantFrom(0.25, 0.25).map(take),
      fc.constant(giveBack),
    ],
    { maxCommands: 300 },
  );
  let refused = 0;
  fc.assert(
    fc.property(commands, (steps) => {
      const model: Model = { calls: 0, extras: [], credit: 10, refused: 0 };
      fc.modelRun(() => ({ model, real: new Budget() }), steps);
      refused += model.refused;
    }),
  );
  assert.ok(refused > 0);
});

test('asking for the answer of an attempt that still runs costs no credit', () => {
  const budget = new Budget();
  budget.begin(0);
  for (let retries = 0; retries < 10; retries++) {
    assert.ok(budget.tryTake(0));
    budget.giveBack();
  }
  assert.deepEqual([budget.tryTake(0), budget.tryTake(0, true)], [false, true]);
});

test('over time the floor gives ten retries, and then the share of the calls', () => {
  const budget = new Budget();
  let retries = 0;
  for (let call = 0; call < 1000; call++) {
    budget.begin(0.2);
    for (let attempt = 1; attempt < 3 && budget.tryTake(0.2); attempt++) {
      retries++;
      budget.giveBack();
    }
    budget.end();
  }
  assert.ok(Math.abs(retries - (10 + 0.2 * 1000)) <= 2, `${retries} retries`);
});
