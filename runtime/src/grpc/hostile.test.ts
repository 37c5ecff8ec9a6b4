import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants } from 'node:http2';
import { connect } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { frameOf } from './framing.ts';
import type { ServerCall } from './server-call.ts';
import {
  answerTo,
  attempt,
  clientOf,
  dial,
  echo,
  note,
  request,
  SERVICE,
  serveMethods,
  unary,
} from './wire-fixture.ts';

test('what is not gRPC is answered in HTTP', async (t) => {
  const { address } = await serveMethods(t, { Fail: echo });
  const session = dial(t, address);
  const http = async (headers: Record<string, string>) => {
    const stream = request(session, 'Fail', headers);
    stream.end();
    return (await answerTo(stream)).http;
  };
  assert.equal(await http({ 'content-type': 'application/json' }), 415);
  assert.equal(await http({ 'content-type': 'application/grpc-web' }), 415);
  assert.equal(await http({ ':method': 'PUT' }), 405);
  for (const type of ['application/grpc', 'application/grpc+proto', 'application/grpc;charset=utf-8']) {
    assert.equal(await http({ 'content-type': type }), 200);
  }
});

test('calls that break the protocol have the statuses of the specification', async (t) => {
  const { address } = await serveMethods(t, { Fail: echo });
  const session = dial(t, address);
  const asked = async (bytes: Buffer, headers: Record<string, string> = {}) => {
    const stream = request(session, 'Fail', headers);
    stream.end(bytes);
    const { status, message } = await answerTo(stream);
    return [status, message];
  };
  const frame = frameOf(note('x'));
  assert.deepEqual(await asked(Buffer.alloc(0)), [12, 'the call came with no request, where one was due']);
  assert.deepEqual(await asked(Buffer.concat([frame, frame])), [
    12,
    'the call came with more than one request, where one was due',
  ]);
  assert.deepEqual(await asked(frame.subarray(0, 6)), [13, 'the request ended amid a message']);
  assert.deepEqual(await asked(Buffer.from([7, 0, 0, 0, 0])), [13, 'a message begins with 7, where 0 or 1 was due']);
  assert.deepEqual(await asked(frame, { 'grpc-timeout': '5 minutes' }), [13, '"5 minutes" is no grpc-timeout.']);
  assert.deepEqual(await asked(frame, { ':path': '/x' }), [12, 'There is no method /x here.']);
  assert.deepEqual(await asked(frame, { ':path': `/${SERVICE}/constructor` }), [
    12,
    `There is no method /${SERVICE}/constructor here.`,
  ]);
  assert.deepEqual(await asked(frame), [0, '']);
});

test('headers are bounded, and one call that has too many does not end the others', async (t) => {
  const { address } = await serveMethods(t, { Fail: echo });
  const session = dial(t, address);
  const first = request(session, 'Fail');
  first.end(frameOf(note('x')));
  await answerTo(first);
  const flood = request(session, 'Fail', { 'x-flood': 'x'.repeat(40_000) });
  flood.end(frameOf(note('x')));
  const { status, reset } = await answerTo(flood);
  assert.equal(status, undefined);
  assert.notEqual(reset, 0);
  const next = request(dial(t, address), 'Fail');
  next.end(frameOf(note('x')));
  assert.equal((await answerTo(next)).status, 0);
});

test('streams that are reset as soon as they are opened leave nothing behind', async (t) => {
  let running = 0;
  const waiting = {
    requestStream: true,
    responseStream: true,
    answer(call: Parameters<typeof echo.answer>[0]) {
      running += 1;
      call.gone = () => {
        running -= 1;
      };
    },
  };
  const { server, address } = await serveMethods(t, { Chat: waiting, Fail: echo });
  const session = dial(t, address);
  for (let i = 0; i < 500; i++) request(session, 'Chat').close(8);
  const last = request(session, 'Fail');
  last.end(frameOf(note('x')));
  assert.equal((await answerTo(last)).status, 0);
  session.close();
  await server.close();
  assert.equal(running, 0);
});

test('calls that are cancelled by the thousand, as by hedges and timeouts, do not end the others', async (t) => {
  const last: ServerCall[] = [];
  const { address } = await serveMethods(t, { Fail: unary(() => {}), Wait: unary((call) => void last.push(call)) });
  const client = clientOf(t);
  const kept = client('wait').unary({ text: 'kept' })(attempt(address));
  const call = client('fail').unary({ text: '' });
  for (let i = 0; i < 50; i++) {
    const controller = new AbortController();
    const calls = Array.from({ length: 100 }, () => call(attempt(address, { signal: controller.signal })));
    setImmediate(() => controller.abort());
    for (const one of await Promise.allSettled(calls)) assert.equal(one.status, 'rejected');
  }
  last[0]!.answer(last[0]!.message);
  assert.deepEqual(await kept, { text: 'kept' });
});

test('whatever bytes come after the preface, the server goes on serving others', async (t) => {
  const { address } = await serveMethods(t, { Fail: echo });
  const preface = Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    Buffer.from('000000040000000000', 'hex'),
  ]);
  // Frames with a sound head, so that they are looked into: length, type, flags, stream, and any content.
  const frame = fc
    .tuple(
      fc.integer({ min: 0, max: 10 }),
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 9 }),
      fc.uint8Array({ maxLength: 60 }),
    )
    .map(([type, flags, stream, content]) =>
      Buffer.from([0, 0, content.length, type, flags, 0, 0, 0, stream, ...content]),
    );
  const sent = fc.array(
    fc.oneof(
      frame,
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(sent, async (chunks) => {
      const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
      socket.on('error', () => {});
      socket.end(Buffer.concat([preface, ...chunks]));
      await new Promise((resolve) => socket.once('close', resolve).resume());
    }),
    { numRuns: 300 },
  );
  const stream = request(dial(t, address), 'Fail');
  stream.end(frameOf(note('x')));
  assert.equal((await answerTo(stream)).status, 0);
});

test('metadata that no header can hold ends its own call only', async (t) => {
  const { server, address } = await serveMethods(t, { Fail: echo });
  let added: Record<string, string> = { connection: 'close' };
  server.onCall((call) => {
    call.trailingMetadata = added;
  });
  const session = dial(t, address);
  const ask = async () => {
    const stream = request(session, 'Fail');
    stream.end(frameOf(note('x')));
    return (await answerTo(stream)).status;
  };
  assert.equal(await ask(), undefined);
  added = {};
  assert.equal(await ask(), 0);
});

test('a client that pings and pings is told to be calm, and its connection ends', async (t) => {
  const { address } = await serveMethods(t, { Fail: echo });
  const session = dial(t, address);
  await once(session, 'connect');
  const told = once(session, 'goaway');
  const closed = new Promise((resolve) => session.once('close', resolve));
  const ping = (on: typeof session) => new Promise((resolve) => on.ping(resolve));
  for (let n = 0; n < 2000 && !session.destroyed; n += 1) await Promise.race([ping(session), closed]);
  const [code, , data] = await told;
  assert.deepEqual([code, String(data)], [constants.NGHTTP2_ENHANCE_YOUR_CALM, 'too_many_pings']);

  const calm = dial(t, address);
  await once(calm, 'connect');
  for (let n = 0; n < 50; n += 1) await ping(calm);
  const stream = request(calm, 'Fail');
  stream.end(frameOf(note('x')));
  assert.equal((await answerTo(stream)).status, 0);
});

test('a connection that never speaks HTTP/2 is closed', async (t) => {
  const { address } = await serveMethods(t, { Fail: echo }, { timeouts: { preface: 50 } });
  const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve).resume());
});
