import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import type { TransportAttempt, TransportOperation } from '../client-transport.ts';
import { createCodec } from '../codec/codec.ts';
import { ServiceError } from '../errors.ts';
import { kinds, SoldOut } from '../fixtures/kinds.ts';
import { grpcTransport } from './client.ts';
import { encodeStatusDetails, STATUS_DETAILS } from './status.ts';

const codec = createCodec(kinds.types);
const transport = grpcTransport(codec);
const servers = new Set<Server>();
after(async () => {
  await transport.close();
  for (const server of servers) server.forceShutdown();
});

/** A server of the test's own with handlers by operation (camelCase), each for the stream kind of its contract. */
async function listen(
  handlers: Record<string, UntypedHandleCall>,
  port = 0,
): Promise<{ address: string; port: number; kill(): void }> {
  const server = new Server();
  servers.add(server);
  const asIs = (bytes: Buffer) => bytes;
  for (const [name, handle] of Object.entries(handlers)) {
    const { stream, name: method } = kinds.operations[name]!;
    const path = `/weir.kinds.KindsService/${method}`;
    const serializers = {
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    const requestStream = stream === 'client' || stream === 'both';
    const responseStream = stream === 'server' || stream === 'both';
    server.addService({ [name]: { path, requestStream, responseStream, ...serializers } }, { [name]: handle });
  }
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { address: `127.0.0.1:${bound}`, port: bound, kill: () => server.forceShutdown() };
}

function operation(name: string): TransportOperation {
  const grpc = { port: 0, service: 'weir.kinds.KindsService' };
  return transport.operation({ name: 'kinds', grpc, operations: {} }, kinds.operations[name]!);
}

function attempt(endpoint: string, rest: Partial<TransportAttempt> = {}): TransportAttempt {
  return { endpoint, signal: new AbortController().signal, timeLeft: undefined, headers: {}, ...rest };
}

const note = (text: string): Buffer => codec.serialize('weir.kinds.Note', { text });
const textOf = (bytes: Buffer): string => (codec.deserialize('weir.kinds.Note', bytes) as { text: string }).text;
const count = (value: number): Buffer => codec.serialize('weir.kinds.CountReply', { value });

const echo: handleUnaryCall<Buffer, Buffer> = (call, callback) => callback(null, call.request);

const refuse =
  (code: status, details: string, metadata = new Metadata()): handleUnaryCall<Buffer, Buffer> =>
  (_, callback) =>
    callback({ code, details, metadata });

async function failure(work: Promise<unknown>): Promise<ServiceError> {
  const error = await work.then(
    () => assert.fail('should have failed'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof ServiceError, String(error));
  return error;
}

async function collect(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

test('a call carries its message there and back, with who asks and how much time is left', async () => {
  let metadata: Record<string, unknown> = {};
  let deadline = 0;
  const { address } = await listen({
    fail: ((call, callback) => {
      metadata = call.metadata.getMap();
      deadline = Number(call.getDeadline()) - Date.now();
      callback(null, note(`${textOf(call.request)}!`));
    }) satisfies handleUnaryCall<Buffer, Buffer>,
  });
  const headers = { 'x-request-id': 'r1', traceparent: '00-ab-cd-01' };
  const call = operation('fail').unary({ text: 'hello' });
  assert.deepEqual(await call(attempt(address, { timeLeft: 60_000, headers })), { text: 'hello!' });
  assert.equal(metadata['x-request-id'], 'r1');
  assert.equal(metadata.traceparent, '00-ab-cd-01');
  assert.ok(deadline > 0 && deadline <= 60_000, `deadline in ${deadline}`);
});

test('a request that does not fit its message is an error of the caller, and is not sent', () => {
  assert.throws(() => operation('putItem').unary({ id: 'seven', name: '' }), { code: 'internal', origin: 'local' });
});

test('status details become the declared error, with its fields', async () => {
  const metadata = new Metadata();
  const bytes = codec.serialize('weir.kinds.SoldOut', { sku: 'ABC-1', left: 9007199254740993n });
  const details = encodeStatusDetails({ code: 9, message: 'none left', error: { name: 'weir.kinds.SoldOut', bytes } });
  metadata.set(STATUS_DETAILS, details);
  const { address } = await listen({ fail: refuse(status.FAILED_PRECONDITION, 'none left', metadata) });
  const error = await failure(operation('fail').unary({ text: '' })(attempt(address)));
  assert.ok(error instanceof SoldOut);
  assert.deepEqual(error.fields, { sku: 'ABC-1', left: 9007199254740993n });
  assert.deepEqual([error.message, error.status, error.origin], ['none left', 409, 'remote']);
});

test('violations come through', async () => {
  const metadata = new Metadata();
  const violations = [{ field: 'text', message: 'is required', rule: 'required' }];
  metadata.set(STATUS_DETAILS, encodeStatusDetails({ code: 3, message: 'no', violations }));
  const { address } = await listen({ fail: refuse(status.INVALID_ARGUMENT, 'no', metadata) });
  const error = await failure(operation('fail').unary({ text: '' })(attempt(address)));
  assert.deepEqual([error.code, error.violations], ['invalid-argument', violations]);
});

test('a server that pushes back says how long, or not to come again', async () => {
  const metadata = new Metadata();
  const { address } = await listen({ fail: refuse(status.RESOURCE_EXHAUSTED, 'later', metadata) });
  const call = operation('fail').unary({ text: '' });
  metadata.set('grpc-retry-pushback-ms', '250');
  assert.equal((await failure(call(attempt(address)))).retryAfter, 250);
  metadata.set('grpc-retry-pushback-ms', '-1');
  assert.equal((await failure(call(attempt(address)))).retryAfter, -1);
});

test('unavailable as an answer is told from nobody listening, even if the words are the same', async () => {
  const { address } = await listen({ fail: refuse(status.UNAVAILABLE, 'No connection established') });
  const error = await failure(operation('fail').unary({ text: '' })(attempt(address)));
  assert.deepEqual([error.code, error.origin, error.responseBegun], ['unavailable', 'remote', undefined]);
});

test('nobody listening is an error that provably never reached a server; back again, the server is used', async () => {
  const server = await listen({ fail: echo });
  const call = operation('fail').unary({ text: 'on' });
  assert.deepEqual(await call(attempt(server.address)), { text: 'on' });
  server.kill();
  let error = await failure(call(attempt(server.address)));
  // The first call after the kill may still meet the old connection as it closes.
  if (error.origin !== 'connect') error = await failure(call(attempt(server.address)));
  assert.deepEqual([error.code, error.origin], ['unavailable', 'connect']);
  await listen({ fail: echo }, server.port);
  // The channel tries again after a backoff of a second at most.
  for (let tries = 0; tries < 100; tries++) {
    const answer = await call(attempt(server.address)).catch(() => undefined);
    if (answer !== undefined) return assert.deepEqual(answer, { text: 'on' });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail('the server that came back was not used');
});

test('a server that dies in a call is unavailable, and may have done its work', async () => {
  const server = await listen({ wait: () => server.kill() });
  const error = await failure(operation('wait').unary({ text: '' })(attempt(server.address)));
  assert.deepEqual([error.code, error.origin], ['unavailable', 'remote']);
});

test('cancelling ends the call at once and reaches the server', async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const controller = new AbortController();
  const { address } = await listen({
    wait: ((call) => {
      call.on('cancelled', resolve);
      controller.abort(new ServiceError('deadline-exceeded', 'too late', { origin: 'timeout' }));
    }) satisfies handleUnaryCall<Buffer, Buffer>,
  });
  const error = await failure(operation('wait').unary({ text: '' })(attempt(address, { signal: controller.signal })));
  assert.deepEqual([error.code, error.origin, error.message], ['deadline-exceeded', 'timeout', 'too late']);
  await gone;
});

test('a server stream gives its messages, and then the error that it ended with', async () => {
  const { address } = await listen({
    count: (call: ServerWritableStream<Buffer, Buffer>) => {
      const { to, failAt } = codec.deserialize('weir.kinds.CountRequest', call.request) as {
        to: number;
        failAt?: number;
      };
      for (let value = 1; value <= to; value++) call.write(count(value));
      if (failAt === undefined) call.end();
      else call.emit('error', { code: status.ABORTED, details: 'enough' });
    },
  });
  const hundred = Array.from({ length: 100 }, (_, i) => ({ value: i + 1 }));
  assert.deepEqual(await collect(operation('count').serverStream({ to: 100 })(attempt(address))), hundred);
  const seen: unknown[] = [];
  const reading = (async () => {
    for await (const one of operation('count').serverStream({ to: 100, failAt: 1 })(attempt(address))) seen.push(one);
  })();
  const error = await failure(reading);
  assert.deepEqual([seen, error.code, error.message, error.responseBegun], [hundred, 'aborted', 'enough', true]);
});

test('a reader that leaves a stream early is gone for the server too', async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const { address } = await listen({
    count: (call: ServerWritableStream<Buffer, Buffer>) => {
      call.on('cancelled', resolve);
      call.write(count(1));
    },
  });
  for await (const message of operation('count').serverStream({ to: 3 })(attempt(address))) {
    assert.deepEqual(message, { value: 1 });
    break;
  }
  await gone;
});

const collecting = (call: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
  const texts: string[] = [];
  call.on('data', (bytes: Buffer) => texts.push(textOf(bytes)));
  call.on('end', () => answer(null, note(texts.join(' '))));
  call.on('error', () => {});
};

test('requests stream to the server', async () => {
  const { address } = await listen({ collect: collecting });
  const words = (async function* () {
    yield { text: 'one' };
    yield { text: 'two' };
  })();
  assert.deepEqual(await operation('collect').clientStream(words)(attempt(address)), { text: 'one two' });
});

test('a source that fails cancels the call and is its error', async () => {
  const arrived = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const { address } = await listen({
    collect: (call: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
      call.on('data', arrived.resolve);
      call.on('cancelled', gone.resolve);
      collecting(call, answer);
    },
  });
  const words = (async function* () {
    yield { text: 'one' };
    await arrived.promise;
    throw new RangeError('no more words');
  })();
  await assert.rejects(operation('collect').clientStream(words)(attempt(address)), new RangeError('no more words'));
  await gone.promise;
});

test('a call that ends early lets go of its source', async () => {
  let left = false;
  const { address } = await listen({
    collect: (_: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
      answer({ code: status.RESOURCE_EXHAUSTED, details: 'enough' }),
  });
  const words = (async function* () {
    try {
      for (;;) {
        yield { text: 'word' };
        await new Promise(setImmediate);
      }
    } finally {
      left = true;
    }
  })();
  const error = await failure(operation('collect').clientStream(words)(attempt(address)));
  assert.equal(error.code, 'resource-exhausted');
  while (!left) await new Promise(setImmediate);
});

test('both sides stream', async () => {
  const { address } = await listen({
    chat: (call: ServerDuplexStream<Buffer, Buffer>) => {
      call.on('data', (bytes: Buffer) => call.write(note(textOf(bytes).toUpperCase())));
      call.on('end', () => call.end());
    },
  });
  const words = (async function* () {
    yield { text: 'one' };
    yield { text: 'two' };
  })();
  const answers = await collect(operation('chat').bidiStream(words)(attempt(address)));
  assert.deepEqual(answers, [{ text: 'ONE' }, { text: 'TWO' }]);
});

test('a closed transport says so', async () => {
  const own = grpcTransport(codec);
  const grpc = { port: 0, service: 'weir.kinds.KindsService' };
  const { address } = await listen({ fail: echo });
  const call = own.operation({ name: 'kinds', grpc, operations: {} }, kinds.operations.fail!).unary({ text: '' });
  await call(attempt(address));
  await own.close();
  const error = await failure(call(attempt(address)));
  assert.deepEqual([error.code, error.origin], ['unavailable', 'local']);
});
