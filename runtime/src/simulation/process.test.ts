import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../policy/random.ts';
import { Process } from './process.ts';
import { createScheduler } from './scheduler.ts';
import type { TimerModel } from './system.ts';

function start(timing: TimerModel = { early: 0, late: 0 }) {
  const random = seededRandom(1);
  const scheduler = createScheduler(random);
  const process = new Process('web/0', scheduler, timing, random);
  const happened: string[] = [];
  const note = (what: string) => () => happened.push(`${what} at ${Math.round(scheduler.now())}`);
  return { scheduler, process, happened, note };
}

test('its clock is its own: it goes as the scheduler goes, from an instant that nobody else knows', async () => {
  const { scheduler, process } = start();
  const began = process.clock.now();
  assert.notEqual(began, scheduler.now());
  await scheduler.advance(100);
  assert.ok(Math.abs(process.clock.now() - began - 100) < 1e-6);
});

test('its timers are early and late by as much as they may be', async () => {
  const { scheduler, process } = start({ early: 1, late: 5 });
  const fired: number[] = [];
  for (let n = 0; n < 200; n++) process.clock.after(10, () => fired.push(scheduler.now()));
  assert.equal(process.timers, 200);
  await scheduler.advance(100);
  assert.ok(Math.min(...fired) >= 9 && Math.min(...fired) < 9.2);
  assert.ok(Math.max(...fired) <= 15 && Math.max(...fired) > 14.8);
  assert.equal(process.timers, 0);
});

test('frozen it does nothing and hears nothing; then everything at once', async () => {
  const { scheduler, process, happened, note } = start();
  process.clock.after(10, note('timer'));
  process.arrives(20, note('message'));
  const cancel = process.arrives(30, note('cancelled'));
  process.freeze(50);
  await scheduler.advance(40);
  assert.deepEqual(happened, []);
  cancel();
  await scheduler.advance(100);
  assert.deepEqual(happened.sort(), ['message at 50', 'timer at 50']);
});

test('when its clock leaps, its timers are as much nearer; messages are not', async () => {
  const { scheduler, process, happened, note } = start();
  process.clock.after(100, note('timer'));
  process.clock.after(1000, note('later'));
  process.arrives(100, note('message'));
  const before = process.clock.now();
  process.leap(500);
  assert.equal(process.clock.now(), before + 500);
  await scheduler.advance(2000);
  assert.deepEqual(happened, ['timer at 0', 'message at 100', 'later at 500']);
});

test('killed it does nothing any more, and those who are connected to it hear of that', async () => {
  const { scheduler, process, happened, note } = start();
  process.clock.after(10, note('timer'));
  process.arrives(10, note('message'));
  process.onDeath(note('reset'));
  const forget = process.onDeath(note('forgotten'));
  forget();
  process.kill();
  await scheduler.advance(100);
  assert.deepEqual(happened, ['reset at 0']);
  assert.equal(process.timers, 0);
});
