import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import helmet from '@fastify/helmet';
import { pino } from 'pino';
import { createCodec } from '../codec/codec.ts';
import { kindsHandlers } from '../fixtures/handlers.ts';
import { kinds } from '../fixtures/kinds.ts';
import { systemClock } from '../policy/clock.ts';
import { type ServeOptions, serve } from '../service.ts';
import { httpTransport } from './client.ts';
import { negotiated } from './compression.ts';
import type { CorsOptions } from './cors.ts';
import { startGateway } from './gateway.ts';

const silent = pino({ level: 'silent' });

async function start(t: TestContext, options: ServeOptions = {}, env: NodeJS.ProcessEnv = {}) {
  const { handlers, seen } = kindsHandlers();
  const service = await serve(kinds, handlers, {
    env: { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}', ...env },
    log: silent,
    host: '127.0.0.1',
    ports: { http: 0, grpc: 0 },
    signals: false,
    ...options,
  });
  t.after(() => {
    seen.release();
    return service.stop();
  });
  const url = `http://127.0.0.1:${service.ports.http}`;
  return { seen, service, url, port: service.ports.http! };
}

const long = 'a'.repeat(5000);

/** An answer as it travels: `fetch` would decompress it. */
async function raw(port: number, accept: string | undefined, path = `/v1/files/${long}`) {
  const socket = connect(port, '127.0.0.1');
  const accepts = accept === undefined ? '' : `accept-encoding: ${accept}\r\n`;
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${accepts}connection: close\r\n\r\n`);
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part);
  const all = Buffer.concat(parts);
  const end = all.indexOf('\r\n\r\n');
  const head = all.subarray(0, end).toString('latin1');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];
  return { header, body: all.subarray(end + 4) };
}

test('answers are compressed for clients that take them so, where it is asked for', async (t) => {
  const { port } = await start(t, { compression: true });
  const text = JSON.stringify({ text: long });
  const br = await raw(port, 'gzip, br');
  assert.deepEqual([br.header('content-encoding'), br.header('vary')], ['br', 'accept-encoding']);
  assert.equal(brotliDecompressSync(br.body).toString(), text);
  assert.equal(Number(br.header('content-length')), br.body.length);
  const gzip = await raw(port, 'gzip;q=0.5, br;q=0');
  assert.equal(gzip.header('content-encoding'), 'gzip');
  assert.equal(gunzipSync(gzip.body).toString(), text);
  for (const accept of [undefined, 'identity', 'deflate', 'br;q=0, gzip;q=0']) {
    const plain = await raw(port, accept);
    assert.deepEqual([plain.header('content-encoding'), plain.header('vary')], [undefined, 'accept-encoding']);
    assert.equal(plain.body.toString(), text);
  }
  const short = await raw(port, 'gzip', '/v1/items/7');
  assert.deepEqual([short.header('content-encoding'), short.body.toString()], [undefined, '{"text":"item 7"}']);
  const off = await start(t);
  assert.equal((await raw(off.port, 'gzip, br')).header('content-encoding'), undefined);
  const byEnvironment = await start(t, {}, { WEIR_HTTP_COMPRESSION: 'on' });
  assert.equal((await raw(byEnvironment.port, 'gzip')).header('content-encoding'), 'gzip');
});

test('what a client likes best is chosen', () => {
  assert.equal(negotiated('gzip;q=1, br;q=0.9'), 'gzip');
  assert.equal(negotiated('*'), 'br');
  assert.equal(negotiated('br;q=0, *'), 'gzip');
  assert.equal(negotiated('GZIP ; q=0.2'), 'gzip');
  assert.equal(negotiated('gzip;q=nonsense'), undefined);
  assert.equal(negotiated(''), undefined);
});

/** A client of `kinds`, and the server that the test makes for it. */
async function client(t: TestContext, encoding: string, body: Buffer) {
  const server = createServer((request, response) => {
    accepted.push(request.headers['accept-encoding']);
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(body);
  });
  const accepted: unknown[] = [];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const transport = httpTransport(createCodec(kinds.types), kinds.types);
  t.after(async () => {
    await transport.close();
    server.close();
  });
  const endpoint = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const operation = transport.operation({ name: 'kinds', operations: {} }, kinds.operations.readFile!);
  const call = () =>
    operation.unary({ path: 'x' })({
      endpoint,
      signal: new AbortController().signal,
      timeLeft: undefined,
      headers: {},
    });
  return { call, accepted };
}

test('a client takes compressed answers, up to the size that answers may have', { timeout: 60_000 }, async (t) => {
  const good = await client(t, 'gzip', gzipSync('{"text":"small"}'));
  assert.deepEqual(await good.call(), { text: 'small' });
  assert.deepEqual(good.accepted, ['br, gzip']);
  const bomb = await client(t, 'gzip', gzipSync(Buffer.alloc(80 * 2 ** 20, 0x20)));
  await assert.rejects(bomb.call(), { code: 'resource-exhausted' });
  const broken = await client(t, 'gzip', Buffer.from('{"text":"small"}'));
  await assert.rejects(broken.call(), { code: 'unavailable', responseBegun: true });
  const unknown = await client(t, 'zstd', Buffer.from('x'));
  await assert.rejects(unknown.call(), { code: 'internal', message: /encoded by zstd, which nobody asked for/ });
});

const cors: CorsOptions = { origins: ['https://shop.example', 'http://localhost:5173'], credentials: true };
const page = { origin: 'https://shop.example' };
const headersOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'));

test('a browser is told what pages of a known origin may do', async (t) => {
  const { url, seen } = await start(t, { cors });
  const preflight = (path: string, headers: Record<string, string>) =>
    fetch(url + path, { method: 'OPTIONS', headers: { 'access-control-request-method': 'PUT', ...headers } });
  const asked = await preflight('/v1/items/7', { ...page, 'access-control-request-headers': 'content-type,x-api-key' });
  assert.equal(asked.status, 204);
  assert.deepEqual(headersOf(asked), {
    'access-control-allow-origin': 'https://shop.example',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, HEAD, PUT',
    'access-control-allow-headers': 'content-type,x-api-key',
    'access-control-max-age': '600',
    vary: 'origin, access-control-request-method, access-control-request-headers',
  });
  const stranger = await preflight('/v1/items/7', { origin: 'https://shop.example.evil' });
  assert.deepEqual([stranger.status, stranger.headers.get('access-control-allow-origin')], [204, null]);
  assert.equal((await preflight('/nowhere', page)).status, 404);
  assert.equal((await fetch(`${url}/v1/items/7`, { method: 'OPTIONS', headers: page })).status, 405);
  assert.equal(seen.calls.length, 0);
  const marked = {
    'access-control-allow-origin': 'https://shop.example',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'x-request-id, retry-after',
    vary: 'origin',
  };
  // Errors too: a page could not tell one from another otherwise. And streams, which plugins do not see the end of.
  for (const [path, status] of [
    ['/v1/items/7', 200],
    ['/v1/items/x', 400],
    ['/v1/secret', 401],
    ['/nowhere', 404],
    ['/v1/count/2', 200],
  ] as const) {
    const answer = await fetch(url + path, { headers: page });
    await answer.text();
    assert.deepEqual([answer.status, headersOf(answer)], [status, marked], path);
  }
  assert.deepEqual(headersOf(await fetch(`${url}/v1/items/7`, { headers: { origin: 'null' } })), { vary: 'origin' });
  assert.deepEqual(headersOf(await fetch(`${url}/v1/items/7`)), { vary: 'origin' });
});

test('origins come from the environment too, and are checked at the start', async (t) => {
  const all = await start(t, {}, { WEIR_CORS_ORIGINS: '*' });
  const { 'access-control-allow-origin': origin, vary } = headersOf(
    await fetch(`${all.url}/v1/items/7`, { headers: page }),
  );
  assert.deepEqual([origin, vary], ['*', undefined]);
  const wrong = (given: CorsOptions) => start(t, { cors: given });
  await assert.rejects(
    wrong({ origins: ['*'], credentials: true }),
    /CORS for \* stands alone and without credentials/,
  );
  await assert.rejects(wrong({ origins: ['https://shop.example/'] }), /"https:\/\/shop.example\/" is no origin/);
  await assert.rejects(wrong({ origins: ['shop.example'] }), /"shop.example" is no origin/);
  const none = await start(t);
  assert.deepEqual(headersOf(await fetch(`${none.url}/v1/items/7`, { headers: page })), {});
});

test('a gateway speaks of origins in place of its services', async (t) => {
  const { url } = await start(t, { cors: { origins: ['*'] } });
  const { routes } = kinds.operations.getItem!;
  const upstreams = { kinds: { name: 'kinds', port: 0, routes } };
  const gateway = await startGateway(
    { policy: {}, name: 'edge', hosts: [], upstreams },
    { clock: systemClock, log: silent, host: '127.0.0.1', port: 0, addressOf: () => url, cors },
  );
  t.after(() => gateway.stop());
  const answer = await fetch(`${gateway.url}/v1/items/7`, { headers: page });
  assert.deepEqual([answer.status, await answer.text()], [200, '{"text":"item 7"}']);
  const { 'access-control-allow-origin': origin, vary } = headersOf(answer);
  assert.deepEqual([origin, vary], ['https://shop.example', 'origin']);
  const foreign = await fetch(`${gateway.url}/v1/items/7`, { headers: { origin: 'https://evil.example' } });
  assert.equal(foreign.headers.get('access-control-allow-origin'), null);
});

test('a plugin of Fastify sees all routes and answers, streams as well', async (t) => {
  const routes: string[] = [];
  const { url } = await start(t, {
    plugins: async (app) => {
      await app.register(helmet, { strictTransportSecurity: { maxAge: 3600 } });
      app.addHook('onRoute', ({ method, url: path }) => void routes.push(`${method} ${path}`));
    },
  });
  assert.deepEqual(
    routes.filter((route) => /fail|metrics/.test(route)),
    ['POST /v1/fail', 'GET /metrics', 'HEAD /metrics'],
  );
  for (const path of ['/v1/items/7', '/v1/items/x', '/nowhere', '/v1/count/2', '/healthz']) {
    const answer = await fetch(url + path);
    await answer.text();
    assert.equal(answer.headers.get('strict-transport-security'), 'max-age=3600; includeSubDomains', path);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', path);
  }
});

test('requests that are sent ahead wait for their turn, and are answered in order', async (t) => {
  const { port, seen } = await start(t);
  const socket = connect(port, '127.0.0.1');
  const wait = (text: string) => {
    const body = JSON.stringify({ text });
    return `POST /v1/wait HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  };
  const item = 'GET /v1/items/7 HTTP/1.1\r\nhost: x\r\n\r\n';
  socket.write(wait('first') + item + wait('second') + item.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
  await seen.begun;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(
    seen.calls.map(({ operation }) => operation),
    ['wait'],
  );
  seen.release();
  let text = '';
  for await (const part of socket) text += part;
  assert.deepEqual(
    [...text.matchAll(/\{"text":"(.*?)"\}/g)].map(([, one]) => one),
    ['first', 'item 7', 'second', 'item 7'],
  );
});

/** Resolves with the count once it has stood still for half a second. */
async function standstill(count: () => number): Promise<number> {
  for (let before = -1; ; before = count()) {
    if (count() === before) return before;
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** A service whose stream has no end and counts what it makes. */
async function endless(t: TestContext, options: ServeOptions = {}) {
  const made = { items: 0, left: 0 };
  const handlers = {
    ...kindsHandlers().handlers,
    async *count() {
      try {
        for (;;) {
          made.items += 1;
          yield { value: made.items };
        }
      } finally {
        made.left += 1;
      }
    },
  };
  const service = await serve(kinds, handlers, {
    env: { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}' },
    log: silent,
    host: '127.0.0.1',
    ports: { http: 0, grpc: 0 },
    signals: false,
    ...options,
  });
  t.after(() => service.stop());
  return { made, port: service.ports.http! };
}

test('a client that reads nothing loses its connection', { timeout: 30_000 }, async (t) => {
  const { made, port } = await endless(t, { timeouts: { stalled: 700 } });
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  socket.pause();
  socket.write('GET /v1/count/1 HTTP/1.1\r\nhost: x\r\n\r\n');
  // What the buffers of both systems hold, some megabytes, counts as read.
  await standstill(() => made.items);
  while (made.left === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  socket.resume();
  await once(socket, 'close');
});

test('a client that reads slowly keeps its connection, and slows the service down', { timeout: 30_000 }, async (t) => {
  const { made, port } = await endless(t);
  const transport = httpTransport(createCodec(kinds.types), kinds.types);
  t.after(() => transport.close());
  const operation = transport.operation({ name: 'kinds', operations: {} }, kinds.operations.count!);
  const stream = operation.serverStream({ to: 1 })({
    endpoint: `127.0.0.1:${port}`,
    signal: new AbortController().signal,
    timeLeft: undefined,
    headers: {},
  });
  const iterator = stream[Symbol.asyncIterator]();
  for (let value = 1; value <= 3; value += 1) {
    assert.deepEqual((await iterator.next()).value, { value });
    await standstill(() => made.items);
  }
  assert.equal(made.left, 0);
  await iterator.return?.();
  while (made.left === 0) await new Promise((resolve) => setTimeout(resolve, 20));
});
