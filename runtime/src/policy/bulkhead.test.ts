import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bulkhead } from './bulkhead.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

test('a bulkhead admits in order, never more than it should, and wakes who waits', () => {
  const sizes = fc.record({ concurrent: fc.integer({ min: 1, max: 4 }), queue: fc.integer({ min: 0, max: 4 }) });
  const steps = fc.array(fc.record({ act: fc.constantFrom('enter', 'enter', 'leave', 'giveUp'), pick: fc.nat() }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(sizes, steps, (policy, acts) => {
      const bulkhead = new Bulkhead(policy);
      let running = 0;
      const queue: (() => void)[] = [];
      for (const { act, pick } of acts) {
        if (act === 'enter') {
          const entered = bulkhead.tryEnter();
          assert.equal(entered, running < policy.concurrent);
          if (entered) running++;
          else {
            const waiter = () => assert.equal(queue.shift(), waiter, 'out of order');
            const queued = bulkhead.wait(waiter);
            assert.equal(queued, queue.length < policy.queue);
            if (queued) queue.push(waiter);
          }
        } else if (act === 'leave' && running > 0) {
          const waiting = queue.length;
          bulkhead.leave();
          assert.equal(queue.length, Math.max(0, waiting - 1));
          if (waiting === 0) running--;
        } else if (act === 'giveUp' && queue.length > 0) {
          const [gone] = queue.splice(pick % queue.length, 1);
          bulkhead.giveUp(gone!);
        }
        assert.deepEqual([bulkhead.running, bulkhead.waiting], [running, queue.length]);
      }
    }),
  );
});
