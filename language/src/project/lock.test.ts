import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { Interrupted } from './fault.ts';
import { disk } from './file-system.ts';
import { type LockOptions, takeLock } from './lock.ts';
import { scratch } from './scratch-fixture.ts';

const take = (path: string, options?: LockOptions) => takeLock(disk, path, '.weir/lock', options);
const owner = (pid: number, host = hostname()): string => JSON.stringify({ id: 'other', pid, host });

test('who comes second waits until the first is done, and is told for whom', async (t) => {
  const { path } = await scratch(t);
  const first = await take(path('lock'));
  const told: number[] = [];
  const second = take(path('lock'), { onWait: (pid) => told.push(pid), wait: () => first.release() });
  await (await second).confirm();
  assert.deepEqual(told, [process.pid]);
});

test('the lock of a process that is gone is taken over', async (t) => {
  const { path, read } = await scratch(t, { lock: owner(12345) });
  const lock = await take(path('lock'), { isAlive: () => false, wait: () => assert.fail('waited') });
  await lock.confirm();
  await lock.release();
  assert.deepEqual(await read(), {});
});

test('a lock of this process from another life is taken over', async (t) => {
  const { path } = await scratch(t, { lock: owner(process.pid) });
  await (await take(path('lock'), { wait: () => assert.fail('waited') })).confirm();
});

test('the lock of another machine, or one that is broken, is taken over after a minute of silence', async (t) => {
  for (const text of [owner(1, 'elsewhere'), '{"id":']) {
    const { path } = await scratch(t, { lock: text });
    let late = 0;
    const lock = await take(path('lock'), {
      now: () => Date.now() + late,
      wait: async () => {
        late += 10_000;
      },
    });
    await lock.confirm();
    assert.ok(late >= 60_000);
  }
});

test('a holder that was silent for too long notices that it has lost the lock, and leaves the new one alone', async (t) => {
  const { path, read } = await scratch(t);
  const first = await take(path('lock'));
  const second = await take(path('lock'), { now: () => Date.now() + 61_000 });
  await assert.rejects(first.confirm(), /another build took over/);
  await first.release();
  await second.confirm();
  assert.equal(Object.keys(await read()).length, 1);
});

test('patience ends after two minutes with a message', async (t) => {
  const { path } = await scratch(t, { lock: owner(4711) });
  let waited = 0;
  const options = {
    isAlive: () => true,
    wait: async (ms: number) => {
      waited += ms;
    },
  };
  await assert.rejects(take(path('lock'), options), /another build \(process 4711 on .*\) has been writing here/);
  assert.equal(waited, 120_000);
});

test('Ctrl-C ends the waiting', async (t) => {
  const { path } = await scratch(t, { lock: owner(4711) });
  const controller = new AbortController();
  const options = { isAlive: () => true, signal: controller.signal, wait: async () => controller.abort() };
  await assert.rejects(take(path('lock'), options), Interrupted);
});
