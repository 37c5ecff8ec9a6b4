import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { virtualClock } from '../policy/virtual-clock.ts';
import { systemLookUp, watchedName } from './lookup.ts';

test('each pod behind a name is an endpoint, and pods come and go while nobody waits', async () => {
  const clock = virtualClock();
  let pods: readonly string[] = ['10.0.0.2', '10.0.0.1'];
  let asked = 0;
  const endpoints = watchedName('stock-pods:9090', clock, async (host) => {
    asked += 1;
    assert.equal(host, 'stock-pods');
    return pods;
  });
  const first = await endpoints();
  assert.deepEqual(first, ['10.0.0.1:9090', '10.0.0.2:9090']);
  assert.equal(await endpoints(), first);
  assert.equal(asked, 1);

  await clock.advance(5000);
  assert.equal(await endpoints(), first);
  await turn();
  assert.equal(await endpoints(), first, 'the same pods are the same list');

  pods = ['10.0.0.1', '[fd00::3]'];
  await clock.advance(5000);
  assert.equal(await endpoints(), first, 'nobody waits for the new answer');
  await turn();
  assert.deepEqual(await endpoints(), ['10.0.0.1:9090', '[fd00::3]:9090']);
  assert.equal(asked, 3);
});

test('without an answer the last one holds; without any, the name is its own endpoint, and is asked for again', async () => {
  const clock = virtualClock();
  let asked = 0;
  let answer: () => Promise<readonly string[]> = async () => Promise.reject(new Error('ENOTFOUND'));
  const endpoints = watchedName('stock:1', clock, () => {
    asked += 1;
    return answer();
  });
  const itself = await endpoints();
  assert.deepEqual(itself, ['stock:1']);
  assert.equal(await endpoints(), itself);
  assert.equal(asked, 1);
  answer = async () => ['10.0.0.1'];
  await clock.advance(1000);
  const known = await endpoints();
  assert.deepEqual(known, ['10.0.0.1:1']);
  answer = async () => Promise.reject(new Error('SERVFAIL'));
  await clock.advance(6000);
  assert.equal(await endpoints(), known);
  await turn();
  assert.equal(await endpoints(), known);
});

test('calls that come together ask once', async () => {
  let asked = 0;
  const endpoints = watchedName('stock:1', virtualClock(), async () => {
    asked += 1;
    return ['10.0.0.1'];
  });
  assert.deepEqual(await Promise.all([endpoints(), endpoints()]), [['10.0.0.1:1'], ['10.0.0.1:1']]);
  assert.equal(asked, 1);
});

test('the system knows this machine', async () => {
  assert.ok((await systemLookUp('localhost')).some((address) => ['127.0.0.1', '[::1]'].includes(address)));
});
