import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BulkheadPolicy } from '../definition.ts';
import { Bulkhead, type Waiter } from './bulkhead.ts';
import { command } from './command-fixture.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

interface Model {
  readonly policy: BulkheadPolicy;
  running: number;
  readonly queue: { readonly waiter: Waiter; readonly wants: boolean }[];
}

const agree = ({ running, queue }: Model, bulkhead: Bulkhead) =>
  assert.deepEqual([bulkhead.running, bulkhead.waiting], [running, queue.length]);

/** @param wants whether it still wants its permit when its turn comes */
const enter = (wants: boolean) =>
  command<Model, Bulkhead>(`enter ${wants}`, (model, bulkhead) => {
    const { policy, queue } = model;
    const free = model.running < policy.concurrent;
    assert.equal(bulkhead.tryEnter(), free);
    if (free) model.running++;
    else {
      const waiter = () => {
        assert.equal(queue.shift()?.waiter, waiter, 'out of order');
        return wants;
      };
      const room = queue.length < policy.queue;
      assert.equal(bulkhead.wait(waiter), room);
      if (room) queue.push({ waiter, wants });
    }
    agree(model, bulkhead);
  });

const leave = command<Model, Bulkhead>(
  'leave',
  (model, bulkhead) => {
    const first = model.queue.findIndex(({ wants }) => wants);
    const left = first < 0 ? [] : model.queue.slice(first + 1);
    bulkhead.leave();
    // The permit goes to the first in the queue that wants it, who takes himself off it, or back.
    if (first < 0) model.running--;
    assert.deepEqual(model.queue, left);
    agree(model, bulkhead);
  },
  ({ running }) => running > 0,
);

const giveUp = (pick: number) =>
  command<Model, Bulkhead>(
    `give up ${pick}`,
    (model, bulkhead) => {
      const [gone] = model.queue.splice(pick % model.queue.length, 1);
      bulkhead.giveUp(gone!.waiter);
      agree(model, bulkhead);
    },
    ({ queue }) => queue.length > 0,
  );

test('a bulkhead admits in order, never more than it should, and wakes who waits', () => {
  const sizes = fc.record({ concurrent: fc.integer({ min: 1, max: 4 }), queue: fc.integer({ min: 0, max: 4 }) });
  const commands = fc.commands(
    [
      fc.constant(enter(true)),
      fc.constant(enter(true)),
      fc.boolean().map(enter),
      fc.constant(leave),
      fc.nat().map(giveUp),
    ],
    {
      maxCommands: 300,
    },
  );
  fc.assert(
    fc.property(sizes, commands, (policy, steps) =>
      fc.modelRun(() => ({ model: { policy, running: 0, queue: [] }, real: new Bulkhead(policy) }), steps),
    ),
  );
});
