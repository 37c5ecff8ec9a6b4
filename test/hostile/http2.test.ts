import assert from 'node:assert/strict';
import { constants } from 'node:http2';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { generate } from '../generated.ts';
import {
  callHeaders,
  END_HEADERS,
  END_STREAM,
  frame,
  framesIn,
  goawayIn,
  headerBlock,
  integer,
  literal,
  PADDED,
  PREFACE,
  reset,
  settings,
  TYPE,
  uint32,
  windowUpdate,
} from './http2-frames.ts';
import { type Line, openLine, startTarget, type Target } from './target.ts';

const here = import.meta.dirname;
let definition = '';
before(async () => {
  definition = await generate(join(here, '.work/http2'), join(here, 'target.svc'), 'target');
});

const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A connection that has said hello. */
async function greet(t: TestContext, target: Target, ...first: readonly Buffer[]): Promise<Line> {
  const line = await openLine(t, target.grpc);
  await line.send(Buffer.concat([PREFACE, settings(), ...first]));
  return line;
}

const call = (stream: number, operation = 'Get') => frame(TYPE.headers, END_HEADERS, stream, callHeaders(operation));
/** A message with one number in its first field. */
const message = (stream: number, value = 1) =>
  frame(TYPE.data, END_STREAM, stream, Buffer.from([0, 0, 0, 0, 2, 0x08, value]));

/** As text, in which messages and plain headers can be found. */
const plain = (bytes: Buffer) => bytes.toString('latin1');

test('frames that break the rules of HTTP/2 end the connection with the right error', {
  timeout: 60_000,
}, async (t) => {
  const target = await startTarget(t, definition);
  const { NGHTTP2_PROTOCOL_ERROR, NGHTTP2_FRAME_SIZE_ERROR, NGHTTP2_FLOW_CONTROL_ERROR, NGHTTP2_COMPRESSION_ERROR } =
    constants;
  const wrong: [what: string, bytes: Buffer, error: number][] = [
    ['data without a stream', frame(TYPE.data, 0, 0, Buffer.from('x')), NGHTTP2_PROTOCOL_ERROR],
    ['headers without a stream', frame(TYPE.headers, END_HEADERS, 0, callHeaders('Get')), NGHTTP2_PROTOCOL_ERROR],
    ['an even stream', call(2), NGHTTP2_PROTOCOL_ERROR],
    ['a continuation of nothing', frame(TYPE.continuation, END_HEADERS, 1, callHeaders('Get')), NGHTTP2_PROTOCOL_ERROR],
    ['a push by a client', frame(TYPE.push, END_HEADERS, 1, uint32(2)), NGHTTP2_PROTOCOL_ERROR],
    ['a frame above the limit', frame(TYPE.data, 0, 1, Buffer.alloc(20_000)), NGHTTP2_FRAME_SIZE_ERROR],
    ['settings of an odd size', frame(TYPE.settings, 0, 0, Buffer.alloc(5)), NGHTTP2_FRAME_SIZE_ERROR],
    ['a ping of an odd size', frame(TYPE.ping, 0, 0, Buffer.alloc(7)), NGHTTP2_FRAME_SIZE_ERROR],
    ['a window beyond its limit', settings([4, 0xffffffff]), NGHTTP2_FLOW_CONTROL_ERROR],
    ['more window than there is', windowUpdate(0, 0x7fffffff), NGHTTP2_FLOW_CONTROL_ERROR],
    [
      'headers that nobody can unpack',
      frame(TYPE.headers, END_HEADERS, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])),
      NGHTTP2_COMPRESSION_ERROR,
    ],
    ['more padding than frame', frame(TYPE.data, PADDED, 1, Buffer.from([200, 1])), NGHTTP2_PROTOCOL_ERROR],
  ];
  await target.withstands(async () => {
    for (const [what, bytes, error] of wrong) {
      const opening = bytes[3] === TYPE.data && bytes[8] === 1 ? [call(1)] : [];
      const line = await greet(t, target, ...opening, bytes);
      assert.equal(goawayIn(await line.closed), error, what);
    }
    for (const greeting of [
      'GET / HTTP/1.1\r\nhost: x\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n',
      '\0'.repeat(100),
    ]) {
      const line = await openLine(t, target.grpc);
      await line.send(greeting);
      await line.closed;
    }
  });
});

test('streams that are opened and reset at once end the connection', { timeout: 60_000 }, async (t) => {
  const target = await startTarget(t, definition);
  await target.withstands(async () => {
    // Two at once: of ten, a machine that is busy takes no more from each than honest clients may send.
    const lines = many(2, async () => {
      const line = await greet(t, target);
      let stream = 1;
      for (; stream < 400_000; stream += 200) {
        const pairs = many(100, (i) => Buffer.concat([call(stream + 2 * i), reset(stream + 2 * i)]));
        if (!(await line.send(Buffer.concat(pairs)))) break;
      }
      await line.closed;
      return stream;
    });
    for (const streams of await Promise.all(lines)) assert.ok(streams < 400_000, 'a flood of resets went on and on');
  });
});

test('headers without an end are cut off', { timeout: 60_000 }, async (t) => {
  const target = await startTarget(t, definition);
  const part = headerBlock(Object.fromEntries(many(200, (i) => [`x-${i}`, 'a'.repeat(60)])));
  await target.withstands(async () => {
    const lines = many(20, async (i) => {
      const line = await greet(t, target, frame(TYPE.headers, 0, 1, callHeaders('Get')));
      let sent = 0;
      const next = frame(TYPE.continuation, 0, 1, i % 2 === 0 ? part : Buffer.alloc(0));
      while (sent < 20_000 && (await line.send(next))) sent += 1;
      await line.closed;
      return sent;
    });
    for (const sent of await Promise.all(lines)) assert.ok(sent < 20_000, 'a flood of continuations went on and on');
  });
});

test('a few bytes do not unpack into many headers', { timeout: 60_000 }, async (t) => {
  const target = await startTarget(t, definition);
  // One header of 4,000 bytes is remembered, and then named 4,000 times by one byte each: 16 MB.
  const remembered = Buffer.concat([Buffer.from([0x40]), literal('x-a'), literal('a'.repeat(4000))]);
  const bomb = Buffer.concat([callHeaders('Get'), remembered, Buffer.alloc(4000, 0x80 | 62)]);
  await target.withstands(async () => {
    const lines = many(50, async () => {
      const line = await greet(t, target, frame(TYPE.headers, END_HEADERS, 1, bomb), message(1));
      const isRefused = () =>
        framesIn(line.received()).some(
          ({ type, stream }) =>
            type === TYPE.goaway || (stream === 1 && (type === TYPE.reset || type === TYPE.headers)),
        );
      while (!isRefused()) await pause(10);
      assert.ok(!plain(line.received()).includes('note 1'));
      line.socket.destroy();
    });
    await Promise.all(lines);
  });
});

test('floods of settings and pings whose answers nobody reads end the connection', { timeout: 60_000 }, async (t) => {
  const target = await startTarget(t, definition);
  for (const one of [settings([3, 100]), frame(TYPE.ping, 0, 0, Buffer.alloc(8))]) {
    const flood = Buffer.concat(many(1000, () => one));
    await target.withstands(async () => {
      const lines = many(10, async () => {
        const line = await greet(t, target);
        line.socket.pause();
        let sent = 0;
        while (sent < 2000 && (await Promise.race([line.send(flood), pause(3000).then(() => false)]))) sent += 1;
        line.socket.resume();
        line.socket.destroy();
        await line.closed;
        return sent;
      });
      for (const sent of await Promise.all(lines)) assert.ok(sent < 2000, 'a flood went on and on');
    });
  }
});

test('who opens streams and reads nothing costs no memory', { timeout: 60_000 }, async (t) => {
  const target = await startTarget(t, definition);
  await target.withstands(async () => {
    // No window: no answer can go out. As many streams as the server takes, and as many again.
    const line = await openLine(t, target.grpc);
    await line.send(Buffer.concat([PREFACE, settings([4, 0])]));
    for (let stream = 1; stream < 4000; stream += 2) {
      const watch = Buffer.concat([call(stream, 'Watch'), frame(TYPE.data, END_STREAM, stream, Buffer.alloc(5))]);
      if (!(await line.send(watch))) break;
    }
    const { rss } = await target.standstill();
    assert.ok(rss < 400 * 2 ** 20, `${Math.round(rss / 2 ** 20)} MB`);
    line.socket.destroy();
    await line.closed;
  });
});

const grpcStatus = (answer: Buffer) => /grpc-status.(\d+)/.exec(plain(answer))?.[1];

test('messages that are no messages get a status, and others on the connection their answers', {
  timeout: 60_000,
}, async (t) => {
  const target = await startTarget(t, definition);
  const data = (bytes: Buffer, flags = END_STREAM) => frame(TYPE.data, flags, 1, bytes);
  const broken: [what: string, bytes: Buffer][] = [
    ['a length of four gigabytes', data(Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1]), 0)],
    ['half a prefix', data(Buffer.from([0, 0, 0]))],
    ['half a message', data(Buffer.from([0, 0, 0, 0, 100, 1, 2, 3]))],
    ['compressed by nothing', data(Buffer.from([1, 0, 0, 0, 2, 0x08, 1]))],
    ['an unknown flag', data(Buffer.from([7, 0, 0, 0, 2, 0x08, 1]))],
    ['a field without an end', data(Buffer.from([0, 0, 0, 0, 2, 0x0a, 0xff]))],
    ['a varint without an end', data(Buffer.from([0, 0, 0, 0, 11, 0x08, ...many(10, () => 0xff)]))],
    ['no message at all', data(Buffer.alloc(0))],
  ];
  await target.withstands(async () => {
    for (const [what, bytes] of broken) {
      const line = await greet(t, target, call(1), bytes);
      while (!framesIn(line.received()).some(({ stream }) => stream === 1)) await pause(5);
      await line.send(Buffer.concat([call(3), message(3, 9)]));
      while (!plain(line.received()).includes('note 9')) {
        assert.ok(!line.socket.closed, what);
        await pause(5);
      }
      assert.notEqual(grpcStatus(line.received()), '0', what);
      line.socket.destroy();
    }
  });
});

test('integers of HPACK that go on and on are no way to loop', async (t) => {
  const target = await startTarget(t, definition);
  const endless = Buffer.concat([Buffer.from([0x00]), integer(0x7fffffff, 7), Buffer.alloc(2000, 0xff)]);
  const line = await greet(t, target, frame(TYPE.headers, END_HEADERS, 1, endless));
  assert.equal(goawayIn(await line.closed), constants.NGHTTP2_COMPRESSION_ERROR);
});
