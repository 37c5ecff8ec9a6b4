import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import type { TransportAttempt, TransportOperation } from '../client-transport.ts';
import { createCodec } from '../codec/codec.ts';
import type { OperationContract } from '../definition.ts';
import { DeclaredError, ServiceError } from '../errors.ts';
import { kinds, SoldOut } from '../fixtures/kinds.ts';
import { httpTransport } from './client.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const transport = httpTransport(createCodec(kinds.types), kinds.types);
const servers = new Set<ReturnType<typeof createServer>>();
after(async () => {
  await transport.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server of the test's own; gives its address. */
async function listen(handler: Handler, port = 0): Promise<{ address: string; port: number; kill(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    handler(request, response, Buffer.concat(chunks).toString());
  });
  servers.add(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  const kill = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { address: `127.0.0.1:${bound}`, port: bound, kill };
}

function operation(name: string, contract: Partial<OperationContract> = {}): TransportOperation {
  return transport.operation({ name: 'kinds', operations: {} }, { ...kinds.operations[name]!, ...contract });
}

function attempt(endpoint: string, rest: Partial<TransportAttempt> = {}): TransportAttempt {
  return { endpoint, signal: new AbortController().signal, timeLeft: undefined, headers: {}, ...rest };
}

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

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

test('what is not in the path stands in the query of a GET and in the body of a PUT', async () => {
  const seen: string[] = [];
  const { address } = await listen((request, response, body) => {
    seen.push(`${request.method} ${request.url} ${body}`);
    json(response, 200, request.method === 'PUT' ? { id: 7, name: 'a/b' } : { text: 'found' });
  });
  const get = operation('getItem').unary({ id: 7, verbose: true, tags: ['a b', 'c&d'], near: { x: 1, y: 2.5 } });
  assert.deepEqual(await get(attempt(address)), { text: 'found' });
  await operation('readFile').unary({ path: 'a b/../ü' })(attempt(`http://${address}/base/`));
  assert.deepEqual(await operation('putItem').unary({ id: 7, name: 'a/b' })(attempt(address)), { id: 7, name: 'a/b' });
  assert.deepEqual(seen, [
    'GET /v1/items/7?verbose=true&tags=a+b&tags=c%26d&near.x=1&near.y=2.5 ',
    'GET /base/v1/files/a%20b/%2E%2E/%C3%BC ',
    'PUT /v1/items/7 {"name":"a/b"}',
  ]);
});

test('the callee is told who asks and how much time is left', async () => {
  let headers: IncomingMessage['headers'] = {};
  const { address } = await listen((request, response) => {
    headers = request.headers;
    json(response, 200, { text: '' });
  });
  const call = operation('fail').unary({ text: '' });
  await call(attempt(address, { timeLeft: 123.4, headers: { 'x-request-id': 'r1', traceparent: '00-ab-cd-01' } }));
  assert.equal(headers['x-request-timeout-ms'], '124');
  assert.equal(headers['x-request-id'], 'r1');
  assert.equal(headers.traceparent, '00-ab-cd-01');
  assert.equal(headers['content-type'], 'application/json');
});

test('a request that fits no path or message is an error of the caller, and is not sent', () => {
  assert.throws(() => operation('readFile').unary({ path: '' }), { code: 'internal', origin: 'local' });
  assert.throws(() => operation('putItem').unary({ id: 'seven', name: '' }), { code: 'internal', origin: 'local' });
});

test('problem details become the declared error, with its fields', async () => {
  const { address } = await listen((_, response) =>
    json(response, 409, {
      type: 'urn:weir:error:weir.kinds.SoldOut',
      detail: 'none left',
      fields: { sku: 'ABC-1', left: '9007199254740993' },
    }),
  );
  const error = await failure(operation('fail').unary({ text: '' })(attempt(address)));
  assert.ok(error instanceof SoldOut);
  assert.ok(error instanceof DeclaredError);
  assert.deepEqual(error.fields, { sku: 'ABC-1', left: 9007199254740993n });
  assert.deepEqual(
    [error.message, error.status, error.code, error.origin],
    ['none left', 409, 'failed-precondition', 'remote'],
  );
});

test('an error that the contract does not declare keeps its code', async () => {
  const { address } = await listen((_, response) =>
    json(response, 409, { type: 'urn:weir:error:weir.kinds.Newer', code: 'already-exists', detail: 'newer' }),
  );
  const error = await failure(operation('fail').unary({ text: '' })(attempt(address)));
  assert.deepEqual([error.code, error.status, error.message], ['already-exists', 409, 'newer']);
});

test('violations come through', async () => {
  const violations = [{ field: 'items[0].quantity', message: 'must be at least 1', rule: 'range' }];
  const { address } = await listen((_, response) => json(response, 400, { detail: 'no', violations }));
  const error = await failure(operation('fail').unary({ text: '' })(attempt(address)));
  assert.equal(error.code, 'invalid-argument');
  assert.deepEqual(error.violations, violations);
});

test('an answer that is no problem document is told by its status', async () => {
  const { address } = await listen((_, response) => response.writeHead(502).end('<html>bad gateway</html>'));
  const error = await failure(operation('fail').unary({ text: '' })(attempt(address)));
  assert.deepEqual([error.code, error.status, error.origin], ['unavailable', 502, 'remote']);
  assert.equal(error.message, 'kinds.Fail answered 502 Bad Gateway');
});

test('Retry-After is honoured in seconds and as a date by the clock of the callee', async () => {
  let headers: Record<string, string> = { 'retry-after': '2' };
  const { address } = await listen((_, response) => json(response, 429, {}, headers));
  const call = operation('fail').unary({ text: '' });
  assert.equal((await failure(call(attempt(address)))).retryAfter, 2000);
  headers = { date: 'Wed, 21 Oct 2015 07:28:00 GMT', 'retry-after': 'Wed, 21 Oct 2015 07:28:07 GMT' };
  const error = await failure(call(attempt(address)));
  assert.deepEqual([error.code, error.retryAfter], ['resource-exhausted', 7000]);
});

test('an answer that breaks its contract is an internal error of the callee', async () => {
  const { address } = await listen((_, response) => json(response, 200, { text: 5 }));
  const error = await failure(operation('fail').unary({ text: '' })(attempt(address)));
  assert.deepEqual([error.code, error.origin], ['internal', 'remote']);
  assert.match(error.message, /kinds\.Fail.*text/);
});

test('a field that a newer callee has added is passed over', async () => {
  const { address } = await listen((_, response) => json(response, 200, { text: 'a', added: 1 }));
  assert.deepEqual(await operation('fail').unary({ text: '' })(attempt(address)), { text: 'a' });
});

test('nobody listening is an error that provably never reached a server; back again, the server is used', async () => {
  const server = await listen((_, response) => json(response, 200, { text: 'first' }));
  const call = operation('fail').unary({ text: '' });
  assert.deepEqual(await call(attempt(server.address)), { text: 'first' });
  await server.kill();
  let error = await failure(call(attempt(server.address)));
  // The first call after the kill may still meet the old connection as it closes.
  if (error.origin !== 'connect') error = await failure(call(attempt(server.address)));
  assert.deepEqual([error.code, error.origin], ['unavailable', 'connect']);
  await listen((_, response) => json(response, 200, { text: 'second' }), server.port);
  assert.deepEqual(await call(attempt(server.address)), { text: 'second' });
});

test('an answer that breaks off is unavailable, and not to be repeated', async () => {
  const { address } = await listen((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"text":');
    setImmediate(() => response.destroy());
  });
  const error = await failure(operation('fail').unary({ text: '' })(attempt(address)));
  assert.deepEqual([error.code, error.origin, error.responseBegun], ['unavailable', 'remote', true]);
});

test('a connection that breaks before the answer is unavailable, but may have done its work', async () => {
  const { address } = await listen((request) => request.socket.destroy());
  const error = await failure(operation('fail').unary({ text: '' })(attempt(address)));
  assert.deepEqual([error.code, error.origin, error.responseBegun], ['unavailable', 'remote', undefined]);
});

test('cancelling ends the call at once and reaches the server', async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const controller = new AbortController();
  const { address } = await listen((_, response) => {
    response.on('close', resolve);
    controller.abort(new ServiceError('deadline-exceeded', 'too late', { origin: 'timeout' }));
  });
  const error = await failure(operation('wait').unary({ text: '' })(attempt(address, { signal: controller.signal })));
  assert.deepEqual([error.code, error.origin, error.message], ['deadline-exceeded', 'timeout', 'too late']);
  await gone;
});

test('server-sent events are messages, wherever the chunks end', async () => {
  const text =
    ': hello\r\n\r\ndata: {"value":1}\r\n\r\nevent: ping\ndata: x\n\ndata: {"value":\rdata: 2}\r\rdata: {"value":3}\n\n';
  const { address } = await listen(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const character of text) {
      response.write(character);
      await new Promise(setImmediate);
    }
    response.end();
  });
  const stream = operation('count').serverStream({ to: 3 })(attempt(address));
  assert.deepEqual(await collect(stream), [{ value: 1 }, { value: 2 }, { value: 3 }]);
});

test('a stream ends with the declared error that its last event tells', async () => {
  const problem = { type: 'urn:weir:error:weir.kinds.SoldOut', status: 409, fields: { sku: 'A', left: '0' } };
  const { address } = await listen((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: {"value":1}\n\nevent: error\ndata: ${JSON.stringify(problem)}\n\n`);
  });
  const seen: unknown[] = [];
  const reading = (async () => {
    for await (const message of operation('count').serverStream({ to: 3 })(attempt(address))) seen.push(message);
  })();
  const error = await failure(reading);
  assert.ok(error instanceof SoldOut);
  assert.deepEqual([seen, error.fields], [[{ value: 1 }], { sku: 'A', left: 0n }]);
});

test('a stream that breaks off is an error, not an end', async () => {
  const { address } = await listen((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"value":1}\n\n', () => response.destroy());
  });
  const error = await failure(collect(operation('count').serverStream({ to: 3 })(attempt(address))));
  assert.deepEqual([error.code, error.responseBegun], ['unavailable', true]);
});

test('an answer that is no stream is not taken for an empty one', async () => {
  const { address } = await listen((_, response) => json(response, 200, { text: 'hello' }));
  const error = await failure(collect(operation('count').serverStream({ to: 3 })(attempt(address))));
  assert.deepEqual([error.code, error.origin], ['internal', 'remote']);
});

test('a reader that leaves a stream early is gone for the server too', async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const { address } = await listen((_, response) => {
    response.on('close', resolve);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"value":1}\n\n');
  });
  for await (const message of operation('count').serverStream({ to: 3 })(attempt(address))) {
    assert.deepEqual(message, { value: 1 });
    break;
  }
  await gone;
});

test('an operation without a route says that it cannot be called', () => {
  assert.throws(() => operation('fail', { routes: [] }), /kinds\.Fail cannot be called/);
  assert.throws(() => operation('fail').bidiStream((async function* () {})()), { code: 'unimplemented' });
});
