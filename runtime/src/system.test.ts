import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { pino } from 'pino';
import type { GatewayDefinition, ServiceDefinition } from './definition.ts';
import { kindsHandlers } from './fixtures/handlers.ts';
import { kinds, SoldOut, types } from './fixtures/kinds.ts';
import type { Hop } from './observe/observe.ts';
import { runSystem, type SystemOptions } from './system.ts';

const NOTED = 'weir.kinds.Noted';
const env = { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}' };

/** A service that calls `kinds`, publishes an event and consumes it itself. */
const front: ServiceDefinition = {
  ...kinds,
  name: 'front',
  package: 'weir.front',
  http: { port: 0 },
  types: { ...types, [NOTED]: { fields: { text: { number: 1, type: 'string' } } } },
  operations: {
    ask: {
      name: 'Ask',
      request: 'weir.kinds.Note',
      response: 'weir.kinds.Note',
      kind: 'write',
      routes: [{ method: 'POST', path: '/v1/ask' }],
      errors: {},
      policy: { deadline: 5000 },
      calls: {
        kinds: {
          fail: { timeout: 1000 },
          count: {},
          wait: {},
        },
      },
      publishes: [{ event: NOTED, outbox: false }],
    },
  },
  consumers: {
    keepNote: {
      name: 'KeepNote',
      event: NOTED,
      group: 'front',
      attempts: 3,
      backoff: [1, 2],
      deadLetter: true,
      concurrent: 2,
      calls: {},
      publishes: [],
    },
  },
  events: { [NOTED]: { message: NOTED } },
  clients: {
    kinds: {
      name: 'kinds',
      http: { port: 1 },
      grpc: { port: 1, service: 'weir.kinds.KindsService' },
      operations: { fail: kinds.operations.fail!, count: kinds.operations.count!, wait: kinds.operations.wait! },
    },
  },
  auth: {},
  health: { live: '/healthz', ready: { path: '/readyz', needs: ['kinds'], timeout: 2000 } },
};
delete (front as { grpc?: unknown }).grpc;

const outside: GatewayDefinition = {
  name: 'outside',
  hosts: ['api.example'],
  upstreams: {
    front: { name: 'front', port: 0, routes: front.operations.ask!.routes },
    kinds: {
      name: 'kinds',
      port: 0,
      routes: [
        { method: 'GET', path: '/v1/items/{id}' },
        { method: 'POST', path: '/v1/wait' },
        { method: 'GET', path: '/v1/count/{to}' },
        { method: 'GET', path: '/v1/files/{path*}' },
        { method: 'POST', path: '/v1/echo' },
      ],
    },
  },
  policy: { limit: { rate: 0.001, burst: 8, key: { by: 'header', name: 'X-Tenant' } } },
};

interface FrontContext {
  readonly kinds: {
    fail(note: object): Promise<unknown>;
    count(request: object): AsyncIterable<{ value: number }>;
    wait(note: object): Promise<{ text: string }>;
  };
  readonly publish: { noted(event: { text: string }): Promise<void> };
}

async function start(t: TestContext, options: SystemOptions = {}) {
  const { handlers, seen } = kindsHandlers();
  const noted = Promise.withResolvers<{ text: string; traceId: string }>();
  const lines: Record<string, unknown>[] = [];
  const hops: Hop[] = [];
  const frontHandlers = {
    async ask({ text }: { text: string }, { kinds: callee, publish }: FrontContext) {
      if (text === 'count') {
        let sum = 0;
        for await (const { value } of callee.count({ to: 4 })) sum += value;
        return { text: String(sum) };
      }
      if (text === 'wait') return callee.wait({ text });
      if (text === 'secret') return callee.fail({ text: 'not found' });
      try {
        await callee.fail({ text: 'sold out' });
      } catch (error) {
        if (!(error instanceof SoldOut)) throw error;
        await publish.noted({ text: `${error.fields.sku} ${error.fields.left}` });
        return { text: `sold out: ${error.fields.left}` };
      }
      return { text: 'not reached' };
    },
    keepNote: ({ text }: { text: string }, { trace }: { trace: { traceId: string } }) =>
      noted.resolve({ text, traceId: trace.traceId }),
  };
  const system = await runSystem(
    {
      services: [
        { definition: kinds, handlers },
        { definition: front, handlers: frontHandlers },
      ],
      gateways: [outside],
    },
    {
      env,
      ports: 'free',
      log: pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
      onHop: (hop) => void hops.push(hop),
      signals: false,
      ...options,
    },
  );
  t.after(() => {
    seen.release();
    return system.stop();
  });
  const url = system.gateways[0]!.url;
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return { system, url, post, seen, hops, lines, noted: noted.promise };
}

test('a request goes through the gateway, a service, its neighbour and an event, in one trace', async (t) => {
  const { post, hops, noted, lines } = await start(t);
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const response = await post(
    '/v1/ask',
    { text: 'x' },
    { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, 'x-request-id': 'r-1' },
  );
  assert.deepEqual([response.status, await response.json()], [200, { text: 'sold out: 3' }]);
  assert.equal(response.headers.get('x-request-id'), 'r-1');
  assert.deepEqual(await noted, { text: 'A-1 3', traceId });
  while (hops.length < 3) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    hops
      .map(({ from, to, operation, attempt, transport, outcome }) => [from, to, operation, attempt, transport, outcome])
      .sort(),
    [
      ['front', 'kinds', 'Fail', 1, 'grpc', 'failed-precondition'],
      ['outside', 'front', 'POST /v1/ask', 1, 'http', 'ok'],
      [NOTED, 'front', 'KeepNote', 1, 'event', 'ok'],
    ],
  );
  assert.ok(hops.every((hop) => hop.traceId === traceId && hop.latency > 0));
  const requests = lines
    .filter(({ msg }) => msg === 'request')
    .map(({ operation, requestId }) => [operation, requestId]);
  assert.deepEqual(requests.slice(0, 2), [
    ['Fail', 'r-1'],
    ['Ask', 'r-1'],
  ]);
});

test('streams are called as iterables, and errors of neighbours stay inside', async (t) => {
  const { post } = await start(t);
  assert.deepEqual(await (await post('/v1/ask', { text: 'count' })).json(), { text: '10' });
  const inside = await post('/v1/ask', { text: 'secret' });
  assert.equal(inside.status, 500);
  assert.ok(!(await inside.text()).includes('no such note'));
});

test('edges are counted', async (t) => {
  const { post, system } = await start(t);
  await post('/v1/ask', { text: 'x' });
  const { ports } = system.services.find(({ definition }) => definition.name === 'front')!;
  const metrics = await (await fetch(`http://127.0.0.1:${ports.http}/metrics`)).text();
  assert.match(
    metrics,
    /weir_edge_attempts_total\{from="front",to="kinds",operation="Fail",outcome="answered",service="front"\} 1/,
  );
  const ready = await fetch(`http://127.0.0.1:${ports.http}/readyz`);
  assert.deepEqual(await ready.json(), { status: 'ready', needs: { kinds: 'ok' } });
});

test('the gateway opens what it serves and nothing else', async (t) => {
  const { url, post } = await start(t);
  assert.equal((await fetch(`${url}/v1/items/1`)).status, 200);
  assert.equal((await fetch(`${url}/metrics`)).status, 404);
  assert.equal((await post('/v1/fail', { text: 'x' })).status, 404);
  const wrong = await fetch(`${url}/v1/items/1`, { method: 'DELETE' });
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET, HEAD']);
  assert.equal(wrong.headers.get('content-type'), 'application/problem+json');
  assert.equal((await fetch(`${url}/v1/items/1`, { method: 'QUERY' })).status, 405);
  assert.deepEqual(await (await fetch(`${url}/v1/files/a/b.txt`)).json(), { text: 'a/b.txt' });
  for (const path of ['/v1/files/../../metrics', '/v1/files/%2e%2e/%2E%2e/metrics', '/v1/files/..%2f..%2fmetrics']) {
    assert.match(await rawGet(url, path), /^HTTP\/1\.1 404 /, path);
  }
  assert.equal(await (await fetch(`${url}/v1/count/2`)).text(), 'data: {"value":1}\n\ndata: {"value":2}\n\n');
  const problem = await (await post('/v1/echo', { flag: 'x' })).json();
  assert.ok((problem as { violations: unknown[] }).violations.length > 10);
});

/** A request whose path nobody has tidied up. */
async function rawGet(url: string, path: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  let answer = '';
  for await (const part of socket) answer += part;
  return answer;
}

test('a body that is too large is said to be so by the gateway, however it comes', async (t) => {
  const { url } = await start(t);
  const { hostname, port } = new URL(url);
  const body = 'x'.repeat(3_000_000);
  for (const [framing, bytes] of [
    [`content-length: ${body.length}`, body],
    ['transfer-encoding: chunked', `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`],
  ]) {
    const socket = connect(Number(port), hostname);
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket.on('error', () => {});
      socket.on('data', (part) => {
        text += part;
      });
      socket.on('close', () => resolve(text));
    });
    socket.write(
      `POST /v1/echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n${framing}\r\n\r\n${bytes}`,
    );
    assert.match(await answer, /^HTTP\/1\.1 413 .*"detail":"The body is too large\."/s);
  }
  assert.equal((await fetch(`${url}/v1/items/1`)).status, 200);
});

test('the gateway limits by its key', async (t) => {
  const { url } = await start(t);
  const get = (tenant: string) => fetch(`${url}/v1/items/1`, { headers: { 'x-tenant': tenant } });
  for (let i = 0; i < 8; i += 1) assert.equal((await get('a')).status, 200);
  const refused = await get('a');
  assert.deepEqual([refused.status, refused.headers.get('content-type')], [429, 'application/problem+json']);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.equal((await get('b')).status, 200);
});

test('a client that leaves the gateway leaves the service behind it', async (t) => {
  const { url, seen } = await start(t);
  const leaving = new AbortController();
  const call = fetch(`${url}/v1/wait`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"text":"x"}',
    signal: leaving.signal,
  }).catch(() => 'left');
  await seen.begun;
  leaving.abort();
  assert.equal(await call, 'left');
  await seen.aborted;
});

test('a neighbour that is gone is a bad gateway', async (t) => {
  const { url, system } = await start(t);
  await system.services[0]!.stop();
  const response = await fetch(`${url}/v1/items/1`);
  const problem = (await response.json()) as { status: number; code: string; requestId: string };
  assert.deepEqual([response.status, problem.code], [502, 'unavailable']);
  assert.equal(problem.requestId, response.headers.get('x-request-id'));
});

test('what the gateway refuses has a request id, which its log has too', async (t) => {
  const { url, lines } = await start(t);
  const response = await fetch(`${url}/v2/none`, { headers: { 'x-request-id': 'r-3' } });
  const { status, requestId } = (await response.json()) as { status: number; requestId: string };
  assert.deepEqual([status, requestId, response.headers.get('x-request-id')], [404, 'r-3', 'r-3']);
  assert.ok(
    lines.some((line) => line.msg === 'request refused' && line.requestId === 'r-3' && line.service === 'outside'),
  );
});

test('a stop lets what runs finish, callers before those whom they call', async (t) => {
  const { post, seen, system } = await start(t);
  const running = post('/v1/ask', { text: 'wait' });
  await seen.begun;
  const stopped = system.stop();
  seen.release();
  const response = await running;
  assert.deepEqual([response.status, await response.json()], [200, { text: 'wait' }]);
  await stopped;
});

test('each service of a system takes what one alone takes: sizes, plugins, how gRPC is spoken', async (t) => {
  const plugged: number[] = [];
  const { url, post, seen, system } = await start(t, {
    bodyLimit: 100,
    plugins: (app) => {
      plugged.push(1);
      app.addHook('onSend', async (_, reply) => void reply.header('x-plugged', 'yes'));
    },
    grpc: { answerLimit: 2 },
    cors: { origins: ['https://shop.example'] },
  });
  assert.equal(plugged.length, 2);
  for (const { ports } of system.services) {
    const answer = await fetch(`http://127.0.0.1:${ports.http}/healthz`, {
      headers: { origin: 'https://shop.example' },
    });
    assert.equal(answer.headers.get('x-plugged'), 'yes');
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://shop.example');
  }
  assert.equal((await post('/v1/echo', { text: 'x'.repeat(100) })).status, 413);
  assert.equal((await fetch(`${url}/v1/items/1`, { headers: { origin: 'https://shop.example' } })).status, 200);
  seen.release();
  // What `kinds` answers over gRPC has more than two bytes.
  assert.equal((await post('/v1/ask', { text: 'wait' })).status, 503);
});

test('a declared port that is taken is replaced', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const { port } = holder.address() as { port: number };
  const { handlers } = kindsHandlers();
  const system = await runSystem(
    { services: [{ definition: { ...kinds, http: { port } }, handlers }], gateways: [{ ...outside, upstreams: {} }] },
    { env, log: pino({ level: 'silent' }), signals: false, gatewayPorts: { outside: port } },
  );
  t.after(() => system.stop());
  const { ports } = system.services[0]!;
  assert.ok(ports.http !== undefined && ports.http !== port);
  assert.notEqual(Number(new URL(system.gateways[0]!.url).port), port);
});

test('a system logs as each of its services does alone', async () => {
  const from = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const program = `
    import { kindsHandlers } from ${from('./fixtures/handlers.ts')};
    import { kinds } from ${from('./fixtures/kinds.ts')};
    import { serve } from ${from('./service.ts')};
    import { runSystem } from ${from('./system.ts')};
    const { handlers } = kindsHandlers();
    const options = { env: ${JSON.stringify(env)}, ports: { http: 0, grpc: 0 }, signals: false };
    const alone = await serve(kinds, handlers, options);
    const system = await runSystem({ services: [{ definition: kinds, handlers }] }, { ...options, ports: 'free' });
    for (const { ports } of [alone, ...system.services]) await fetch('http://127.0.0.1:' + ports.http + '/v1/items/7');
    await Promise.all([alone.stop(), system.stop()]);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
  const [alone, together] = lines.filter(({ msg }) => msg === 'request');
  assert.deepEqual(Object.keys(together!), Object.keys(alone!));
  assert.deepEqual(
    [together!.level, together!.service, together!.version],
    [alone!.level, alone!.service, alone!.version],
  );
  assert.deepEqual([alone!.level, alone!.service], ['info', 'kinds']);
});
