/** Clients that stop in the middle: their calls are given up, and nothing is kept for them. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { frameOf } from './framing.ts';
import { answerTo, dial, echo, note, request, serveMethods, unary } from './wire-fixture.ts';

const timeouts = { request: 200, stalled: 200 };

test('a client that does not read a large answer is given up, and others are served meanwhile', async (t) => {
  const large = unary((call) => call.answer(note('x'.repeat(2_000_000))));
  const { server, address } = await serveMethods(t, { Large: large, Fail: echo }, { timeouts });
  const session = dial(t, address);
  const stalled = request(session, 'Large');
  stalled.end(frameOf(note('')));
  await once(stalled, 'response');
  const begun = performance.now();
  const closed = once(stalled, 'close');
  // Busy all the while: it is the stream that counts, not its connection.
  let isOpen = true;
  void closed.then(() => {
    isOpen = false;
  });
  while (isOpen) {
    const other = request(session, 'Fail');
    other.end(frameOf(note('y')));
    assert.equal((await answerTo(other)).status, 0);
  }
  const took = performance.now() - begun;
  assert.equal(stalled.rstCode, 8);
  assert.ok(took >= 150 && took < 2000, `after ${took} ms`);
  session.close();
  await server.close();
});

test('a client that reads, however slowly, is not', async (t) => {
  const size = 2_000_000;
  const large = unary((call) => call.answer(note('x'.repeat(size))));
  const { address } = await serveMethods(t, { Large: large }, { timeouts: { request: 700, stalled: 700 } });
  const stream = request(dial(t, address), 'Large');
  stream.end(frameOf(note('')));
  let read = 0;
  stream.on('data', async (chunk: Buffer) => {
    read += chunk.length;
    stream.pause();
    // 2 MB in chunks of 16 KB: twice the timeout in all, and never as long as that between two of them.
    setTimeout(() => stream.resume(), 12);
  });
  let status: unknown;
  stream.on('trailers', (trailers) => {
    status = trailers['grpc-status'];
  });
  const begun = performance.now();
  await new Promise((resolve) => stream.once('close', resolve));
  assert.ok(performance.now() - begun > 1000);
  assert.deepEqual([status, read > size], ['0', true]);
});

test('a client that does not read a stream is given up', async (t) => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const endless = {
    requestStream: false,
    responseStream: true,
    async answer(call: Parameters<typeof echo.answer>[0]) {
      let isThere = true;
      call.gone = () => {
        isThere = false;
        resolve();
      };
      while (isThere) await call.send(note('x'.repeat(1000)));
    },
  };
  const { address } = await serveMethods(t, { Count: endless }, { timeouts });
  const stream = request(dial(t, address), 'Count');
  stream.end(frameOf(note('')));
  await gone;
  await once(stream, 'close');
  assert.equal(stream.rstCode, 8);
});

test('a request that does not come to its end is given up, and one that waits for its handler is not', async (t) => {
  const late = unary((call) => void setTimeout(() => call.answer(note('late')), 700));
  const { address } = await serveMethods(t, { Fail: echo, Wait: late }, { timeouts });
  const session = dial(t, address);
  const half = request(session, 'Fail');
  half.write(frameOf(note('never')).subarray(0, 6));
  const whole = request(session, 'Wait');
  whole.end(frameOf(note('')));
  const [given, answered] = await Promise.all([answerTo(half), answerTo(whole)]);
  assert.deepEqual([given.reset, given.status, answered.status], [8, undefined, 0]);
});

test('a client of a stream may be quiet for as long as it likes', async (t) => {
  const count = {
    requestStream: true,
    responseStream: false,
    async answer(call: Parameters<typeof echo.answer>[0]) {
      let requests = 0;
      for await (const _ of call.messages()) requests += 1;
      call.answer(note(String(requests)));
    },
  };
  const { address } = await serveMethods(t, { Collect: count }, { timeouts });
  const stream = request(dial(t, address), 'Collect');
  stream.write(frameOf(note('one')));
  await new Promise((resolve) => setTimeout(resolve, 700));
  stream.end(frameOf(note('two')));
  assert.equal((await answerTo(stream)).status, 0);
});
