import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameOf } from './framing.ts';
import { answerTo, dial, echo, note, request, SERVICE, serveMethods } from './wire-fixture.ts';

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

test('a connection that never speaks HTTP/2 is closed', async (t) => {
  const { connect } = await import('node:net');
  const { address } = await serveMethods(t, { Fail: echo }, { timeouts: { preface: 50 } });
  const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve).resume());
});
