import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { type handleUnaryCall, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { pino } from 'pino';
import { createClients } from './client.ts';
import type { CallerClients, CallScope } from './client-caller.ts';
import { createCodec } from './codec/codec.ts';
import type { ClientDefinition, ClientPolicy, OperationContract } from './definition.ts';
import { createResolver } from './discovery/resolve.ts';
import { ServiceError } from './errors.ts';
import { kinds } from './fixtures/kinds.ts';
import type { CallSubject, EdgeSubject } from './observe/observe.ts';
import { newSpan } from './observe/trace.ts';
import { systemClock } from './policy/clock.ts';
import { createPolicyState, type EdgeEvent } from './policy/edge.ts';
import { seededRandom } from './policy/random.ts';

const codec = createCodec(kinds.types);
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups) await cleanup();
});

interface Caller {
  readonly call: (operation: string, request?: unknown, options?: { signal?: AbortSignal }) => Promise<unknown>;
  readonly stream: (operation: string, request?: unknown) => AsyncIterable<unknown>;
  readonly events: EdgeEvent[];
  readonly subjects: (EdgeSubject & CallSubject)[];
}

/** A handler of a service that may call all of `kinds` at these addresses, by gRPC or HTTP, under one policy. */
function caller(
  transport: 'http' | 'grpc',
  addresses: string,
  policy: ClientPolicy,
  scope: Partial<CallScope> = {},
  policies: Record<string, ClientPolicy> = {},
  contracts: Record<string, OperationContract> = {},
): Caller {
  const reachable = Object.entries({ ...kinds.operations, ...contracts }).filter(
    ([, { routes }]) => transport === 'grpc' || routes.length > 0,
  );
  const operations = Object.fromEntries(reachable);
  const destination: ClientDefinition = {
    name: 'kinds',
    ...(transport === 'grpc' ? { grpc: { port: 1, service: 'weir.kinds.KindsService' } } : { http: { port: 1 } }),
    operations,
  };
  const events: EdgeEvent[] = [];
  const subjects: (EdgeSubject & CallSubject)[] = [];
  const clients = createClients(
    { clients: { kinds: destination }, types: kinds.types },
    {
      codec,
      state: createPolicyState({ clock: systemClock, random: seededRandom(1) }),
      clock: systemClock,
      resolve: createResolver({ discovery: 'static', env: { [`WEIR_KINDS_${transport.toUpperCase()}`]: addresses } }),
      log: pino({ level: 'silent' }),
      observe: (edge) => (call) => {
        subjects.push({ ...edge, ...call });
        return (event) => events.push(event);
      },
    },
  );
  cleanups.push(() => clients.close());
  const calls = { kinds: Object.fromEntries(Object.keys(operations).map((name) => [name, policies[name] ?? policy])) };
  const given: CallerClients = clients.forCaller(calls, {
    signal: new AbortController().signal,
    deadlineAt: undefined,
    trace: newSpan(),
    requestId: 'request-1',
    ...scope,
  });
  return {
    call: (operation, request, options) => given.kinds![operation]!(request as never, options) as Promise<unknown>,
    stream: (operation, request) => given.kinds![operation]!(request as never) as AsyncIterable<unknown>,
    events,
    subjects,
  };
}

async function httpServer(handle: (request: IncomingMessage, response: ServerResponse) => void, port = 0) {
  const server = createServer(handle);
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const asIs = (bytes: Buffer) => bytes;

async function grpcServer(handlers: Record<string, handleUnaryCall<Buffer, Buffer>>, port = 0) {
  const server = new Server();
  cleanups.push(() => server.forceShutdown());
  for (const [name, handle] of Object.entries(handlers)) {
    const path = `/weir.kinds.KindsService/${kinds.operations[name]!.name}`;
    const bytes = {
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    server.addService({ [name]: { path, requestStream: false, responseStream: false, ...bytes } }, { [name]: handle });
  }
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { server, address: `127.0.0.1:${bound}` };
}

/** An address where nobody listens. */
async function deadAddress(): Promise<string> {
  const { server, address } = await httpServer(() => {});
  server.close();
  await once(server, 'close');
  return address;
}

const note = (text: string): Buffer => codec.serialize('weir.kinds.Note', { text });
const ok = (response: ServerResponse, body: unknown) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));

async function failure(work: Promise<unknown>): Promise<ServiceError> {
  const error = await work.then(
    () => assert.fail('should have failed'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof ServiceError, String(error));
  return error;
}

test('a callee with a grpc port is called by gRPC, one without by HTTP, and both answer alike', async () => {
  const grpc = await grpcServer({ fail: (_, answer) => answer(null, note('hello')) });
  const http = await httpServer((_, response) => ok(response, { text: 'hello' }));
  const [byGrpc, byHttp] = [caller('grpc', grpc.address, {}), caller('http', http.address, {})];
  assert.deepEqual(await byGrpc.call('fail', { text: 'hello' }), { text: 'hello' });
  assert.deepEqual(await byHttp.call('fail', { text: 'hello' }), { text: 'hello' });
  assert.deepEqual([byGrpc.subjects[0]?.transport, byHttp.subjects[0]?.transport], ['grpc', 'http']);
  assert.deepEqual([byHttp.subjects[0]?.to, byHttp.subjects[0]?.operation], ['kinds', 'Fail']);
});

test('trace and request id go along; each attempt is a span of its own', async () => {
  const seen: string[] = [];
  const { address } = await httpServer((request, response) => {
    assert.equal(request.headers['x-request-id'], 'request-1');
    seen.push(String(request.headers.traceparent));
    if (seen.length === 1) response.writeHead(503).end();
    else ok(response, { text: '' });
  });
  const trace = newSpan();
  const retry = { attempts: 2, backoff: [1, 1], jitter: 'none', on: ['unavailable'] } as const;
  await caller('http', address, { retry }, { trace }).call('getItem', { id: 1, tags: [] });
  const [first, second] = seen.map((traceparent) => traceparent.split('-'));
  assert.deepEqual([first?.[1], second?.[1]], [trace.traceId, trace.traceId]);
  assert.notEqual(first?.[2], second?.[2]);
});

for (const transport of ['http', 'grpc'] as const) {
  test(`${transport}: no call outlives its deadline, even where the server never answers`, {
    timeout: 60_000,
  }, async () => {
    const gone = Promise.withResolvers<void>();
    const left = Promise.withResolvers<number>();
    const { address } =
      transport === 'http'
        ? await httpServer((request, response) => {
            left.resolve(Number(request.headers['x-request-timeout-ms']));
            response.on('close', gone.resolve);
          })
        : await grpcServer({
            wait: (call) => {
              left.resolve(Number(call.getDeadline()) - Date.now());
              call.on('cancelled', gone.resolve);
            },
          });
    const error = await failure(caller(transport, address, { deadline: 300 }).call('wait', { text: '' }));
    assert.deepEqual([error.code, error.origin], ['deadline-exceeded', 'deadline']);
    await gone.promise;
    const told = await left.promise;
    assert.ok(told > 0 && told <= 300, `told the server ${told} ms`);
  });

  test(`${transport}: what is left of the caller's own time is what a call may take`, { timeout: 60_000 }, async () => {
    const { address } = transport === 'http' ? await httpServer(() => {}) : await grpcServer({ wait: () => {} });
    const scope = { deadlineAt: systemClock.now() + 200 };
    const error = await failure(caller(transport, address, { deadline: 60_000 }, scope).call('wait', { text: '' }));
    assert.equal(error.origin, 'deadline');
  });

  test(`${transport}: the caller's cancellation, and the call's own, reach the server`, {
    timeout: 60_000,
  }, async () => {
    for (const who of ['scope', 'options'] as const) {
      const arrived = Promise.withResolvers<void>();
      const gone = Promise.withResolvers<void>();
      const { address } =
        transport === 'http'
          ? await httpServer((_, response) => {
              response.on('close', gone.resolve);
              arrived.resolve();
            })
          : await grpcServer({
              wait: (call) => {
                call.on('cancelled', gone.resolve);
                arrived.resolve();
              },
            });
      const { signal, abort } = abortable();
      const client = caller(transport, address, {}, who === 'scope' ? { signal } : {});
      const failing = failure(client.call('wait', { text: '' }, who === 'options' ? { signal } : {}));
      await arrived.promise;
      abort();
      assert.deepEqual([(await failing).code, (await failing).origin], ['cancelled', 'cancelled']);
      await gone.promise;
    }
  });

  test(`${transport}: a write is tried again at another address if it never reached the first`, async () => {
    const dead = await deadAddress();
    const { address } =
      transport === 'http'
        ? await httpServer((_, response) => ok(response, { text: 'done' }))
        : await grpcServer({ fail: (_, answer) => answer(null, note('done')) });
    const retry = { attempts: 3, backoff: [1, 1], jitter: 'none', on: ['connect'] } as const;
    const balance = { by: 'round-robin' } as const;
    const client = caller(transport, `${dead},${address}`, { retry, balance });
    for (let i = 0; i < 4; i++) assert.deepEqual(await client.call('fail', { text: '' }), { text: 'done' });
    assert.ok(client.events.some((event) => event.kind === 'retry' && event.cause === 'connect'));
  });

  test(`${transport}: a write that may have been done is not tried again`, async () => {
    let calls = 0;
    const { address } =
      transport === 'http'
        ? await httpServer((request) => {
            calls++;
            request.socket.destroy();
          })
        : await grpcServer({
            fail: (_, answer) => {
              calls++;
              answer({ code: status.UNAVAILABLE, details: 'perhaps' });
            },
          });
    const retry = { attempts: 3, backoff: [1, 1], jitter: 'none', on: ['connect', 'unavailable'] } as const;
    const error = await failure(caller(transport, address, { retry }).call('fail', { text: '' }));
    assert.deepEqual([error.code, calls], ['unavailable', 1]);
  });

  test(`${transport}: a server that is killed opens its breaker, and is used again when it is back`, {
    timeout: 60_000,
  }, async () => {
    const first = await start(transport, 0);
    const breaker = { failures: 0.5, of: 2, within: 10_000, open: 100, probes: 1 };
    const client = caller(transport, first.address, { deadline: 5000, breaker });
    const read = () => client.call('getItem', { id: 1, tags: [] });
    assert.deepEqual(await read(), { text: 'here' });
    first.kill();
    const refusals = new Set<string>();
    while (!refusals.has('refused')) refusals.add((await failure(read())).origin);
    const second = await start(transport, first.port);
    for (;;) {
      const answer = await read().catch(() => undefined);
      if (answer !== undefined) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    second.kill();
  });
}

async function start(transport: 'http' | 'grpc', port: number) {
  if (transport === 'http') {
    const { server, address } = await httpServer((_, response) => ok(response, { text: 'here' }), port);
    const kill = () => {
      server.closeAllConnections();
      server.close();
    };
    return { address, port: Number(address.split(':')[1]), kill };
  }
  const { server, address } = await grpcServer({ getItem: (_, answer) => answer(null, note('here')) }, port);
  return { address, port: Number(address.split(':')[1]), kill: () => server.forceShutdown() };
}

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

test('a call that may be repeated carries one key in all its attempts; the same run again, the same keys', async () => {
  const keys: string[] = [];
  const { address } = await httpServer((request, response) => {
    keys.push(String(request.headers['idempotency-key']));
    if (keys.length === 1) response.writeHead(503).end();
    else ok(response, { text: '' });
  });
  const retry = { attempts: 2, backoff: [1, 1], jitter: 'none', on: ['unavailable'] } as const;
  for (let run = 0; run < 2; run++) {
    const client = caller('http', address, { retry }, { idempotencyKey: 'event-1' });
    await client.call('pay', { text: 'a' });
    await client.call('pay', { text: 'b' });
  }
  const [a1, a1again, b1, a2, b2] = keys;
  assert.equal(a1, a1again);
  assert.deepEqual([a2, b2], [a1, b1]);
  assert.notEqual(a1, b1);
  await caller('http', address, {}).call('fail', { text: '' });
  assert.equal(keys.at(-1), 'undefined', 'a write that must not be repeated has no key');
});

test('the key goes where the contract says', async () => {
  const keys: unknown[] = [];
  const http = await httpServer((request, response) => {
    keys.push(request.headers['x-payment-key'], request.headers['idempotency-key']);
    ok(response, { text: '' });
  });
  const grpc = await grpcServer({
    pay: (call, answer) => {
      keys.push(call.metadata.get('x-payment-key')[0], call.metadata.get('idempotency-key')[0]);
      answer(null, note(''));
    },
  });
  const contracts = { pay: { ...kinds.operations.pay!, idempotencyHeader: 'X-Payment-Key' } };
  await caller('http', http.address, {}, {}, {}, contracts).call('pay', { text: '' });
  await caller('grpc', grpc.address, {}, {}, {}, contracts).call('pay', { text: '' });
  assert.deepEqual(
    keys.map((key) => typeof key),
    ['string', 'undefined', 'string', 'undefined'],
  );
});

test('another operation stands in where the policy says so', async () => {
  const { address } = await httpServer((request, response) => {
    if (request.url === '/v1/fail') response.writeHead(503).end();
    else ok(response, { text: 'instead' });
  });
  const policy: ClientPolicy = { fallback: { to: 'operation', service: 'kinds', operation: 'pay' } };
  assert.deepEqual(await caller('http', address, {}, {}, { fail: policy }).call('fail', { text: '' }), {
    text: 'instead',
  });
});

test('a server stream is a stream whatever carries it, and is retried until its first message', async () => {
  let tries = 0;
  const { address } = await httpServer((_, response) => {
    tries++;
    if (tries === 1) return response.writeHead(503).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    return response.end('data: {"value":1}\n\ndata: {"value":2}\n\n');
  });
  const retry = { attempts: 2, backoff: [1, 1], jitter: 'none', on: ['unavailable'] } as const;
  const seen: unknown[] = [];
  for await (const one of caller('http', address, { retry, timeout: 10_000 }).stream('count', { to: 2 }))
    seen.push(one);
  assert.deepEqual([seen, tries], [[{ value: 1 }, { value: 2 }], 2]);
});

test('a destination that cannot be found is an error of the call', async () => {
  const client = createClients(
    { clients: { ghost: { name: 'ghost', operations: { fail: kinds.operations.fail! } } }, types: kinds.types },
    {
      codec,
      state: createPolicyState({ clock: systemClock, random: seededRandom(1) }),
      clock: systemClock,
      resolve: createResolver({ discovery: 'static', env: {} }),
      log: pino({ level: 'silent' }),
      observe: () => () => () => {},
    },
  );
  const scope = { signal: new AbortController().signal, deadlineAt: undefined, trace: newSpan(), requestId: 'r' };
  const { ghost } = client.forCaller({ ghost: { fail: {} } }, scope);
  const error = await failure(ghost!.fail!({ text: '' } as never) as Promise<unknown>);
  assert.match(error.message, /ghost cannot be found: .*WEIR_GHOST_HTTP/);
  assert.throws(() => client.forCaller({ ghost: { haunt: {} } }, scope), /ghost\.haunt/);
});

test('a literal stands in where the policy says so, in the form of any answer', async () => {
  const { address } = await httpServer((_, response) => response.writeHead(503).end());
  const instead = (value: unknown) => ({ putItem: { fallback: { to: 'literal', value } } }) as const;
  const client = caller('http', address, {}, {}, instead({ id: '7', name: 'nothing' }));
  assert.deepEqual(await client.call('putItem', { id: 1, name: '' }), { id: 7, name: 'nothing' });
  const { request: _request, ...bare } = kinds.operations.putItem!;
  const left = { left: { ...bare, response: 'weir.kinds.SoldOut' } };
  const literal = { fallback: { to: 'literal', value: { sku: 'A', left: '9007199254740993' } } } as const;
  assert.deepEqual(await caller('http', address, {}, {}, { left: literal }, left).call('left'), {
    sku: 'A',
    left: 9007199254740993n,
  });
  assert.throws(
    () => caller('http', address, {}, {}, instead(5)),
    /stands in for kinds\.PutItem is no weir\.kinds\.PutItem/,
  );
});

test('a connection that has gone silent is replaced', { timeout: 60_000 }, async () => {
  const { address } = await grpcServer({ getItem: (_, answer) => answer(null, note('here')) });
  const proxy = await silenceableProxy(Number(address.split(':')[1]));
  const client = caller('grpc', proxy.address, { timeout: 200 });
  const read = () => client.call('getItem', { id: 1, tags: [] });
  while ((await read().catch(() => undefined)) === undefined);
  proxy.silence();
  assert.equal((await failure(read())).origin, 'timeout');
  while ((await read().catch(() => undefined)) === undefined);
});

/** Passes bytes on to a port, until it is told to keep the connections that it has, and to pass on nothing more over them. */
async function silenceableProxy(port: number) {
  const sockets: Socket[] = [];
  const proxy = createTcpServer((inward) => {
    const outward = connect(port, '127.0.0.1');
    sockets.push(inward, outward);
    inward.pipe(outward).pipe(inward);
    for (const socket of [inward, outward]) socket.on('error', () => {});
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const silence = () => {
    for (const socket of sockets) socket.unpipe().pause();
  };
  return { address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, silence };
}
