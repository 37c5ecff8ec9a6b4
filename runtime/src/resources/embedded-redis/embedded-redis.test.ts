import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from '../../policy/virtual-clock.ts';
import { embeddedRedis } from './index.ts';

test('keys expire on the given clock', async () => {
  const clock = virtualClock();
  const redis = embeddedRedis(clock);
  await redis.set('session', 'a', 'EX', 2);
  await redis.set('short', 'b', 'PX', 100);
  await redis.set('lasting', 'c');
  assert.deepEqual([await redis.ttl('session'), await redis.ttl('lasting'), await redis.ttl('none')], [2, -1, -2]);
  await clock.advance(100);
  assert.deepEqual([await redis.get('short'), await redis.pttl('session')], [null, 1900]);
  await clock.advance(1899);
  assert.equal(await redis.get('session'), 'a');
  await clock.advance(1);
  assert.deepEqual([await redis.get('session'), await redis.get('lasting')], [null, 'c']);
});

test('writing to a value keeps its expiry, setting it anew ends it', async () => {
  const clock = virtualClock();
  const redis = embeddedRedis(clock);
  await redis.set('n', 1, 'PX', 100);
  await redis.incr('n');
  assert.equal(await redis.pttl('n'), 100);
  await redis.set('n', 5);
  assert.equal(await redis.ttl('n'), -1);
  assert.deepEqual([await redis.pexpire('n', 50), await redis.persist('n'), await redis.persist('n')], [1, 1, 0]);
  assert.deepEqual([await redis.expire('n', 0), await redis.exists('n'), await redis.expire('n', 5)], [1, 0, 0]);
});

test('a lock is taken by one, and free again when it expires', async () => {
  const clock = virtualClock();
  const redis = embeddedRedis(clock);
  const lock = (owner: string) => redis.set('lock', owner, 'PX', 1000, 'NX');
  assert.deepEqual(await Promise.all([lock('a'), lock('b')]), ['OK', null]);
  await clock.advance(1000);
  assert.equal(await lock('b'), 'OK');
});

test('keys that expired unseen do not pile up', async () => {
  const clock = virtualClock();
  const redis = embeddedRedis(clock);
  for (let i = 0; i < 999; i++) await redis.set(`k${i}`, 'v', 'PX', 10);
  await clock.advance(10);
  await redis.set('one more', 'v');
  assert.equal(await redis.exists('k1', 'k500'), 0);
});

test('what the server would refuse is refused, in its words', async () => {
  const redis = embeddedRedis(virtualClock());
  await redis.rpush('list', 'a');
  await redis.set('text', 'abc');
  await assert.rejects(redis.get('list'), { name: 'ReplyError', message: /^WRONGTYPE/ });
  await assert.rejects(redis.incr('text'), {
    name: 'ReplyError',
    message: 'ERR value is not an integer or out of range',
  });
  await assert.rejects(redis.set('a', 'b', 'EX', 0), { message: "ERR invalid expire time in 'set' command" });
  await assert.rejects(redis.del(), { message: "ERR wrong number of arguments for 'del' command" });
});
