import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../policy/random.ts';
import { createScheduler } from './scheduler.ts';

test('everything runs in order of time, once, unless it is cancelled', async () => {
  const events = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 50 }), cancelled: fc.boolean() }), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(events, fc.nat(), async (planned, seed) => {
      const scheduler = createScheduler(seededRandom(seed));
      const ran: number[] = [];
      const cancels = planned.map(({ ms }) => scheduler.after(ms, () => ran.push(ms)));
      planned.forEach(({ cancelled }, at) => {
        if (cancelled) cancels[at]!();
      });
      const left = planned.filter(({ cancelled }) => !cancelled).map(({ ms }) => ms);
      assert.equal(scheduler.pending, left.length);
      assert.equal(scheduler.next, left.length === 0 ? undefined : Math.min(...left));
      assert.equal(await scheduler.rest(1000), true);
      assert.deepEqual(
        ran,
        left.toSorted((a, b) => a - b),
      );
      assert.equal(scheduler.pending, 0);
    }),
  );
});

async function orderOf(seed: number): Promise<string> {
  const scheduler = createScheduler(seededRandom(seed));
  let order = '';
  for (const name of 'abcde') {
    scheduler.after(10, () => {
      order += name;
      Promise.resolve().then(() => {
        order += name.toUpperCase();
      });
    });
  }
  await scheduler.advance(10);
  return order;
}

test('what is due in one instant runs in an order that the seed decides, and promises settle between some of it', async () => {
  const orders = await Promise.all(Array.from({ length: 50 }, (_, seed) => orderOf(seed)));
  assert.deepEqual(orders, await Promise.all(Array.from({ length: 50 }, (_, seed) => orderOf(seed))));
  assert.ok(new Set(orders.map((order) => order.replace(/[A-Z]/g, ''))).size > 30);
  assert.ok(orders.some((order) => /^([a-e][A-E]){5}$/.test(order)));
  assert.ok(orders.some((order) => /[a-e]{2}/.test(order)));
});

test('time passes only when it is moved, and stops where it is told to', async () => {
  const scheduler = createScheduler(seededRandom(1));
  const instants: number[] = [];
  const again = () => {
    instants.push(scheduler.now());
    scheduler.after(30, again);
  };
  scheduler.after(30, again);
  assert.equal(scheduler.now(), 0);
  await scheduler.advance(100);
  assert.deepEqual(instants, [30, 60, 90]);
  assert.equal(scheduler.now(), 100);
  assert.equal(await scheduler.rest(10), false);
});
