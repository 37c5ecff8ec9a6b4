import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { compressionAlgorithms, credentials, Client as GrpcJsClient, Metadata } from '@grpc/grpc-js';
import { frameOf } from './framing.ts';
import {
  answerTo,
  attempt,
  clientOf,
  dial,
  echo,
  failure,
  note,
  request,
  respond,
  SERVICE,
  serveMethods,
  serveStreams,
  textOf,
} from './wire-fixture.ts';

const long = 'word '.repeat(1000);
const compressing = { sending: { limit: 4 * 1024 * 1024, compressAbove: 100 } };

test('an answer is compressed for who takes it, where that is worth it', async (t) => {
  const { address } = await serveMethods(t, { Fail: echo }, compressing);
  const session = dial(t, address);
  const ask = async (text: string, headers = {}) => {
    const stream = request(session, 'Fail', headers);
    stream.end(frameOf(note(text)));
    const { bytes, headers: answered, status } = await answerTo(stream);
    return {
      flag: bytes[0],
      encoding: answered['grpc-encoding'],
      accepts: answered['grpc-accept-encoding'],
      bytes,
      status,
    };
  };
  const taken = await ask(long, { 'grpc-accept-encoding': 'identity, gzip' });
  assert.deepEqual([taken.flag, taken.encoding, taken.accepts], [1, 'gzip', 'identity,deflate,gzip']);
  assert.equal(textOf(gunzipSync(taken.bytes.subarray(5))), long);
  const others = [
    await ask(long),
    await ask(long, { 'grpc-accept-encoding': 'br' }),
    await ask('short', { 'grpc-accept-encoding': 'gzip' }),
  ];
  assert.deepEqual(
    others.map(({ flag, encoding, status }) => [flag, encoding, status]),
    [
      [0, undefined, 0],
      [0, undefined, 0],
      [0, undefined, 0],
    ],
  );
});

test('a client compresses once the server has said that it takes gzip', async (t) => {
  const { server, address } = await serveMethods(t, { Fail: echo }, compressing);
  const encodings: (string | undefined)[] = [];
  server.onCall((call) => void encodings.push(call.header('grpc-encoding')));
  const call = clientOf(t, { compressAbove: 100 })('fail').unary({ text: long });
  for (let i = 0; i < 3; i++) assert.deepEqual(await call(attempt(address)), { text: long });
  assert.deepEqual(encodings, [undefined, 'gzip', 'gzip']);
});

test('a server that takes no gzip is never sent any', async (t) => {
  const encodings: unknown[] = [];
  const { address } = await serveStreams(t, (stream, headers) => {
    encodings.push(headers['grpc-encoding']);
    respond(stream, frameOf(note('ok')), { 'grpc-accept-encoding': 'identity' });
  });
  const call = clientOf(t, { compressAbove: 0 })('fail').unary({ text: long });
  for (let i = 0; i < 3; i++) await call(attempt(address));
  assert.deepEqual(encodings, [undefined, undefined, undefined]);
});

test('streams are compressed message by message, both ways', async (t) => {
  const upper = {
    requestStream: true,
    responseStream: true,
    async answer(call: Parameters<typeof echo.answer>[0]) {
      for await (const message of call.messages()) await call.send(note(textOf(message).toUpperCase()));
      call.end();
    },
  };
  const { address } = await serveMethods(t, { Chat: upper, Fail: echo }, compressing);
  const client = clientOf(t, { compressAbove: 100 });
  await client('fail').unary({ text: '' })(attempt(address));
  const words = (async function* () {
    yield { text: 'a' };
    yield { text: long };
    yield { text: 'b' };
  })();
  const answers: unknown[] = [];
  for await (const answer of client('chat').bidiStream(words)(attempt(address))) answers.push(answer);
  assert.deepEqual(answers, [{ text: 'A' }, { text: long.toUpperCase() }, { text: 'B' }]);
});

test('what grpc-js compresses is read, by gzip and by deflate', async (t) => {
  const { address } = await serveMethods(t, { Fail: echo });
  for (const algorithm of [compressionAlgorithms.gzip, compressionAlgorithms.deflate]) {
    const client = new GrpcJsClient(address, credentials.createInsecure(), {
      'grpc.default_compression_algorithm': algorithm,
    });
    const asIs = (bytes: Buffer) => bytes;
    const answer = await new Promise<Buffer>((resolve, reject) =>
      client.makeUnaryRequest(`/${SERVICE}/Fail`, asIs, asIs, note(long), new Metadata(), {}, (error, bytes) =>
        error ? reject(error) : resolve(bytes!),
      ),
    );
    client.close();
    assert.equal(textOf(answer), long);
  }
});

test('a message that is small and becomes large is refused, on both sides', async (t) => {
  const bomb = frameOf(gzipSync(Buffer.alloc(10 * 1024 * 1024)), true);
  const { address } = await serveMethods(t, { Fail: echo });
  const stream = request(dial(t, address), 'Fail', { 'grpc-encoding': 'gzip' });
  stream.end(bomb);
  const { status, message } = await answerTo(stream);
  assert.deepEqual([status, message], [8, 'a message has more than 1048576 bytes once decompressed']);

  const hostile = await serveStreams(t, (raw) => respond(raw, bomb, { 'grpc-encoding': 'gzip' }));
  const error = await failure(clientOf(t)('fail').unary({ text: '' })(attempt(hostile.address)));
  assert.deepEqual([error.code, error.responseBegun], ['resource-exhausted', true]);
});

test('messages that are not compressed as they say have the statuses of the specification', async (t) => {
  const { address } = await serveMethods(t, { Fail: echo });
  const session = dial(t, address);
  const ask = async (encoding: string | undefined, frame: Buffer) => {
    const stream = request(session, 'Fail', encoding === undefined ? {} : { 'grpc-encoding': encoding });
    stream.end(frame);
    const { status, headers } = await answerTo(stream);
    return [status, headers['grpc-accept-encoding']];
  };
  const accepts = 'identity,deflate,gzip';
  assert.deepEqual(await ask('snappy', frameOf(note('x'))), [12, accepts], 'an encoding that is not known');
  assert.deepEqual(
    await ask(undefined, frameOf(gzipSync(note('x')), true)),
    [13, accepts],
    'an encoding that is not named',
  );
  assert.deepEqual(await ask('gzip', frameOf(deflateSync(note('x')), true)), [13, accepts], 'another encoding');
  assert.deepEqual(await ask('gzip', frameOf(note('x'))), [0, accepts], 'a message that says it is not compressed');

  const peer = await serveStreams(t, (raw) => respond(raw, frameOf(note('x')), { 'grpc-encoding': 'snappy' }));
  assert.equal((await failure(clientOf(t)('fail').unary({ text: '' })(attempt(peer.address)))).code, 'internal');
});
