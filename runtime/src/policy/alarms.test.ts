import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Alarm, Alarms, alarm } from './alarms.ts';
import { dial, testbed } from './testbed-fixture.ts';
import { virtualClock } from './virtual-clock.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

test('alarms ring in order, when due, and never after they were removed', async () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 20 }),
    after: fc.integer({ min: 0, max: 100 }),
    drop: fc.option(fc.nat()),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = virtualClock();
      const alarms = new Alarms(clock);
      const expected = new Map<Alarm, number>();
      const rung: number[] = [];
      for (const { wait, after, drop } of steps) {
        await clock.advance(wait);
        const due = clock.now() + after;
        const set: Alarm = alarm(due, () => {
          assert.ok(expected.delete(set));
          assert.equal(clock.now(), due);
          rung.push(due);
        });
        expected.set(set, due);
        alarms.add(set, clock.now());
        const victim = drop === null ? undefined : [...expected.keys()][drop % expected.size];
        if (victim) {
          expected.delete(victim);
          alarms.remove(victim);
        }
        assert.equal(alarms.size, expected.size);
      }
      await clock.advance(200);
      assert.equal(expected.size, 0);
      assert.deepEqual(
        rung,
        rung.toSorted((a, b) => a - b),
      );
      assert.equal(clock.pending, 0);
    }),
    { numRuns: 30 },
  );
});

test('alarms set in any order and removed from anywhere ring in order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1000), { minLength: 40, maxLength: 120 }),
      fc.array(fc.nat(), { minLength: 10, maxLength: 60 }),
      (dues, drops) => {
        const clock = dial();
        let fire = () => {};
        const alarms = new Alarms({
          now: clock.now,
          after: (ms, fn) => {
            if (ms > 0) fire = fn;
            return () => {};
          },
        });
        const rung: number[] = [];
        const set = dues.map((due) => alarm(due + 1, () => rung.push(due)));
        for (const one of set) alarms.add(one, 0);
        for (const drop of drops) {
          const [gone] = set.splice(drop % Math.max(1, set.length), 1);
          if (gone) alarms.remove(gone);
        }
        clock.turn(2000);
        fire();
        assert.deepEqual(
          rung,
          set.map(({ due }) => due - 1).sort((a, b) => a - b),
        );
      },
    ),
  );
});

test('a timer that has nothing to ring is given up, so that a process may end', async () => {
  const { clock, call } = testbed();
  call({ timeout: 60_000 }, async () => 'ok');
  await clock.advance(1);
  assert.equal(clock.pending, 0);
});
