import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { ServiceDefinition } from './definition.ts';
import { kindsHandlers } from './fixtures/handlers.ts';
import { kinds } from './fixtures/kinds.ts';
import { virtualClock } from './policy/virtual-clock.ts';
import { serve } from './service.ts';

const env = { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}' };
const quiet = { env, log: pino({ level: 'silent' }), host: '127.0.0.1', signals: false } as const;

/** The service as a process; resolves when it answers. */
async function startProcess(t: TestContext, drain: number, more: Readonly<Record<string, string>> = {}) {
  const main = new URL('./fixtures/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, String(drain)], {
    env: { ...process.env, ...env, WEIR_HTTP_PORT: '0', WEIR_GRPC_PORT: '0', ...more },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const lines: Record<string, unknown>[] = [];
  const reader = createInterface({ input: child.stdout });
  const serving = Promise.withResolvers<number>();
  reader.on('line', (line) => {
    const entry = JSON.parse(line);
    lines.push(entry);
    if (entry.msg === 'serving') serving.resolve(entry.ports.http);
  });
  const url = `http://127.0.0.1:${await serving.promise}`;
  const until = async (seen: (line: Record<string, unknown>) => boolean) => {
    while (!lines.some(seen)) await once(reader, 'line');
  };
  return { child, exited, url, lines, until };
}

/** Calls an operation that waits, and resolves when its handler runs. */
async function waiting(url: string): Promise<{ answer: Promise<Response> }> {
  const headers = { 'content-type': 'application/json' };
  const answer = fetch(`${url}/v1/wait`, { method: 'POST', headers, body: '{"text":"x"}' });
  answer.catch(() => {}); // looked at later
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (/weir_requests_in_flight\{[^}]*"Wait"[^}]*\} 1/.test(metrics)) return { answer };
  }
}

function release({ stdin }: ChildProcess): void {
  stdin!.write('go\n');
}

test('on SIGTERM running calls finish, new ones are not taken, and the process exits with 0', async (t) => {
  const { child, exited, url, until } = await startProcess(t, 20_000);
  const { answer } = await waiting(url);
  child.kill('SIGTERM');
  await until(({ msg }) => msg === 'stopping');
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  assert.match(String((await once(socket, 'error'))[0]), /ECONN(REFUSED|RESET)/);
  release(child);
  const response = await answer;
  assert.deepEqual([response.status, await response.json()], [200, { text: 'x' }]);
  assert.deepEqual(await exited, [0, null]);
});

test('a handler that never ends is left behind when the time to drain is over', async (t) => {
  const { child, exited, url } = await startProcess(t, 400);
  const { answer } = await waiting(url);
  child.kill('SIGINT');
  const response = await answer;
  assert.equal(response.status, 503);
  assert.equal(((await response.json()) as { code: string }).code, 'unavailable');
  assert.deepEqual(await exited, [0, null]);
});

test('a second signal exits at once', async (t) => {
  const { child, exited, url, until } = await startProcess(t, 60_000);
  await waiting(url);
  child.kill('SIGTERM');
  await until(({ msg }) => msg === 'stopping');
  child.kill('SIGTERM');
  assert.deepEqual(await exited, [143, null]);
});

test('neither an idle connection nor half a request keeps a service from stopping', async (t) => {
  const { child, exited, url } = await startProcess(t, 1000);
  const port = Number(new URL(url).port);
  for (const text of [
    '',
    'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n',
    'POST /v1/wait HTTP/1.1\r\nhost: x\r\ncontent-le',
  ]) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    socket.write(text);
  }
  await fetch(`${url}/healthz`);
  child.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
});

test('an environment has a time to drain of its own', async (t) => {
  const { child, exited, url } = await startProcess(t, 60_000, { WEIR_DRAIN: '300ms' });
  await waiting(url);
  const began = performance.now();
  child.kill('SIGTERM');
  await exited;
  assert.ok(performance.now() - began < 10_000);
  await assert.rejects(
    serve(kinds, kindsHandlers().handlers, { ...quiet, env: { ...env, WEIR_DRAIN: '30' } }),
    /WEIR_DRAIN is "30"; write a duration above zero/,
  );
});

test('a service that speaks no HTTP, or only TLS, answers probes and metrics on a port of its own', async (t) => {
  const { http: _, ...withoutHttp } = kinds;
  const service = await serve(withoutHttp, kindsHandlers().handlers, {
    ...quiet,
    env: { ...env, WEIR_ADMIN_PORT: '0', WEIR_GRPC_PORT: '0' },
  });
  t.after(() => service.stop());
  assert.deepEqual(Object.keys(service.ports).sort(), ['admin', 'grpc']);
  const url = `http://127.0.0.1:${service.ports.admin}`;
  for (const path of ['/metrics', kinds.health.live, kinds.health.ready.path]) {
    assert.equal((await fetch(url + path)).status, 200, path);
  }
  assert.equal((await fetch(`${url}/v1/wait`, { method: 'POST' })).status, 404);
});

test('a stream is told to come again before the time to drain is over', async () => {
  const clock = virtualClock();
  const { handlers } = kindsHandlers();
  const never = { ...handlers, count: () => quietStream() };
  const service = await serve(kinds, never, { ...quiet, clock, ports: { http: 0, grpc: 0 } });
  const response = fetch(`http://127.0.0.1:${service.ports.http}/v1/count/1`);
  // The answer begins although the handler is silent.
  let begun: Response | undefined;
  response.then((value) => (begun = value));
  while (begun === undefined) {
    await clock.advance(250);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const text = begun.text();
  const stopped = service.stop();
  await clock.advance(kinds.drain * 0.25);
  assert.match(await text, /^event: error\ndata: \{.*"code":"unavailable"/);
  await stopped;
});

async function* quietStream(): AsyncGenerator<{ value: number }> {
  await new Promise(() => {});
  yield { value: 1 };
}

test('a service that cannot start says everything that it misses', async (t) => {
  const { handlers } = kindsHandlers();
  const starting = (change: Partial<ServiceDefinition>, options: object = {}) =>
    serve({ ...kinds, ...change }, handlers, { ...quiet, ports: { http: 0, grpc: 0 }, ...options });
  await assert.rejects(
    serve(kinds, { ...handlers, echo: undefined as never, pay: undefined as never }, quiet),
    /kinds has no handler for echo, pay/,
  );
  await assert.rejects(starting({}, { env: {} }), /auth partner: set WEIR_AUTH_PARTNER_KEYS/);
  await assert.rejects(starting({ auth: {} }), /auth customer is not in the definition.*\n.*auth partner is not/);
  const collect = { ...kinds.operations.collect!, routes: [{ method: 'POST', path: '/v1/collect' } as const] };
  await assert.rejects(
    starting({ operations: { ...kinds.operations, collect } }),
    /Collect streams its requests, which HTTP cannot/,
  );
  await assert.rejects(starting({}, { ports: undefined, env: { ...env, PORT: '80a' } }), /PORT is "80a"/);
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const { port } = holder.address() as { port: number };
  await assert.rejects(
    starting({}, { ports: { http: port, grpc: 0 } }),
    new RegExp(`HTTP\\) cannot listen on port ${port}: another`),
  );
  await assert.rejects(
    starting({}, { ports: { http: 0, grpc: port } }),
    new RegExp(`gRPC\\) cannot listen on port ${port}: another`),
  );
});

test('plugins of Fastify can be added', async (t) => {
  const { handlers } = kindsHandlers();
  const service = await serve(kinds, handlers, {
    ...quiet,
    ports: { http: 0, grpc: 0 },
    plugins: (app) => void app.get('/extra', async () => 'more'),
  });
  t.after(() => service.stop());
  assert.equal(await (await fetch(`http://127.0.0.1:${service.ports.http}/extra`)).text(), 'more');
});
