import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createActivity, realTestClock, virtualTestClock } from './test-clock.ts';

test('until jumps from timer to timer, and no further than it must', async () => {
  const { clock, until } = virtualTestClock(createActivity());
  let rung = 0;
  for (const ms of [10, 20, 3000]) clock.after(ms, () => (rung += 1));
  await until(() => rung === 2);
  assert.deepEqual([clock.now(), rung], [20, 2]);
  assert.equal(await until(new Promise((resolve) => clock.after(5000, () => resolve('done')))), 'done');
  assert.deepEqual([clock.now(), rung], [5020, 3]);
});

test('until gives up, and passes a rejection on', async () => {
  const { clock, until } = virtualTestClock(createActivity());
  clock.after(3_600_001, () => {});
  await assert.rejects(
    until(() => false),
    { message: 'what the test waits for has not come within 3600000 ms of virtual time' },
  );
  assert.equal(clock.now(), 0);
  await assert.rejects(until(Promise.reject(new TypeError('no'))), TypeError);
  await assert.rejects(
    realTestClock().until(() => false, '20ms'),
    { message: 'what the test waits for has not come within 20 ms' },
  );
});

test('until gives up on what no timer can bring', async () => {
  const { until } = virtualTestClock(createActivity(), 1000, 30);
  await assert.rejects(until(new Promise(() => {})), {
    message: 'what the test waits for has not come within 30 ms of real time, and no timer is set',
  });
});

test('time does not move while work goes on that is known to end', async () => {
  const activity = createActivity();
  const { clock, advance } = virtualTestClock(activity);
  const seen: unknown[] = [];
  const end = activity.begin();
  setTimeout(() => {
    seen.push(['query', clock.now()]);
    end();
  }, 30);
  clock.after(10, () => seen.push(['timer', clock.now()]));
  await advance('1s');
  assert.deepEqual(seen, [
    ['query', 0],
    ['timer', 10],
  ]);
});

test('a clock that nobody moves is found out, one that is moved or has nothing to do is not', async () => {
  const { clock, advance, guarded } = virtualTestClock(createActivity(), 60);
  const answer = () => new Promise<string>((resolve) => clock.after(1000, () => resolve('answer')));
  await assert.rejects(
    guarded('Borrow', answer()),
    /^Error: Borrow waits, and the clock of the test stands still \(the next timer is due in 1000 ms\): move it by advance/,
  );
  const moved = guarded('Borrow', answer());
  const moving = setInterval(() => void advance(100), 20);
  assert.equal(await moved, 'answer');
  clearInterval(moving);
  await advance('10s');
  const real = guarded('Borrow', new Promise((resolve) => setTimeout(resolve, 150, 'real')));
  assert.equal(await real, 'real');
});
