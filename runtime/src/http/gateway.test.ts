import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { GatewayRoute, ServerPolicy } from '../definition.ts';
import { systemClock } from '../policy/clock.ts';
import { startGateway } from './gateway.ts';

const routes: readonly GatewayRoute[] = [
  { method: 'GET', path: '/v1/items/{id}', shared: true },
  { method: 'GET', path: '/v1/mine' },
  { method: 'POST', path: '/v1/items' },
];

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A gateway with a policy before a service that answers so. */
async function gateway(t: TestContext, policy: ServerPolicy, answer: Answer) {
  const seen: IncomingMessage[] = [];
  const service = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  const running = await startGateway(
    { name: 'edge', hosts: [], upstreams: { items: { name: 'items', port: 0, routes } }, policy },
    {
      clock: systemClock,
      log: pino({ level: 'silent' }),
      host: '127.0.0.1',
      port: 0,
      addressOf: () => `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
    },
  );
  t.after(async () => {
    service.closeAllConnections();
    service.close();
    await running.stop();
  });
  const get = (path: string, headers: Record<string, string> = {}) => fetch(running.url + path, { headers });
  return { get, seen };
}

const text: Answer = ({ url }, response) => {
  const body = `${url} ${performance.now()}`;
  response.setHeader('content-length', body.length).end(body);
};

const problemOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

test('a deadline ends what takes longer, the request to the service too, which is told how long it has', async (t) => {
  const left = Promise.withResolvers<void>();
  const { get, seen } = await gateway(t, { deadline: 150 }, (_, response) => response.on('close', left.resolve));
  assert.deepEqual(await problemOf(await get('/v1/items/1')), [504, 'deadline-exceeded']);
  await left.promise;
  const told = Number(seen[0]!.headers['x-request-timeout-ms']);
  assert.ok(told > 0 && told <= 150, String(told));
});

test('a client that waits less has its own deadline', async (t) => {
  const { get, seen } = await gateway(t, { deadline: 60_000 }, () => {});
  const answer = await get('/v1/items/1', { 'x-request-timeout-ms': '100' });
  assert.equal(answer.status, 504);
  assert.ok(Number(seen[0]!.headers['x-request-timeout-ms']) <= 100);
});

test('an answer that has begun is cut off at the deadline', async (t) => {
  const { get } = await gateway(t, { deadline: 150 }, (_, response) => void response.write('begun'));
  const answer = await get('/v1/items/1');
  assert.equal(answer.status, 200);
  await assert.rejects(answer.text());
});

test('a bulkhead lets so many in at once, until their answers have gone out', async (t) => {
  const waiting: ServerResponse[] = [];
  const begun = Promise.withResolvers<void>();
  const { get, seen } = await gateway(t, { bulkhead: { concurrent: 2, queue: 0 } }, (_, response) => {
    // Begun is not done.
    response.write('a');
    if (waiting.push(response) === 2) begun.resolve();
  });
  const first = [get('/v1/items/1'), get('/v1/mine')];
  await begun.promise;
  assert.deepEqual(await problemOf(await get('/v1/mine')), [503, 'unavailable']);
  assert.equal(seen.length, 2);
  for (const response of waiting) response.end();
  for (const answer of first) assert.equal(await (await answer).text(), 'a');
  const next = get('/v1/mine');
  next.then(() => waiting.at(-1)!.end());
  assert.equal((await next).status, 200);
});

test('a limit refuses what is too much, and says when to come again', async (t) => {
  const { get, seen } = await gateway(t, { limit: { rate: 0.001, burst: 2, key: { by: 'client.ip' } } }, text);
  for (let i = 0; i < 2; i += 1) assert.equal((await get('/v1/mine')).status, 200);
  const refused = await get('/v1/items/1');
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.deepEqual(await problemOf(refused), [429, 'resource-exhausted']);
  assert.equal(seen.length, 2);
});

test('shedding refuses while the event loop lags', async (t) => {
  const { get } = await gateway(t, { shed: { lag: 20 } }, text);
  assert.equal((await get('/v1/mine')).status, 200);
  const statuses: number[] = [];
  for (let i = 0; i < 20 && !statuses.includes(503); i += 1) {
    const answer = get('/v1/mine');
    const until = performance.now() + 100;
    while (performance.now() < until);
    statuses.push((await answer).status);
  }
  assert.ok(statuses.includes(503), String(statuses));
});

test('a cache answers for the service, once for many who ask at once, by path and query', async (t) => {
  const { get, seen } = await gateway(t, { cache: { ttl: 60_000 } }, text);
  const answers = await Promise.all([1, 2, 3].map(() => get('/v1/items/1?a=1&b=2')));
  const [first, ...others] = await Promise.all(answers.map((answer) => answer.text()));
  for (const other of others) assert.equal(other, first);
  const again = await get('/v1/items/1?b=2&a=1', { 'x-request-id': 'mine' });
  assert.deepEqual([await again.text(), again.headers.get('age')], [first, '0']);
  assert.equal(again.headers.get('x-request-id'), 'mine');
  assert.equal(seen.length, 1);
  await get('/v1/items/1?a=1&b=3');
  await get('/v1/items/2?a=1&b=2');
  assert.equal(seen.length, 3);
});

test('a cache goes by the fields of its key alone, where it names some', async (t) => {
  const { get, seen } = await gateway(t, { cache: { ttl: 60_000, key: ['id'] } }, text);
  await get('/v1/items/1?a=1');
  await get('/v1/items/1?a=2');
  assert.equal(seen.length, 1);
});

test('nothing is kept that is for one caller, or that the service says is not to be kept', async (t) => {
  const { get, seen } = await gateway(t, { cache: { ttl: 60_000 } }, (request, response) => {
    const { url } = request;
    if (url?.endsWith('private')) response.setHeader('cache-control', 'private, max-age=9');
    if (url?.endsWith('cookie')) response.setHeader('set-cookie', 'a=1');
    if (url?.endsWith('vary')) response.setHeader('vary', 'Accept-Encoding, X-Tenant');
    if (url?.endsWith('missing')) response.statusCode = 404;
    if (url?.endsWith('chunks')) response.write('unknown length');
    else response.setHeader('content-length', url?.endsWith('large') ? 100_000 : 1);
    response.end(url?.endsWith('large') ? 'x'.repeat(100_000) : 'x');
  });
  const twice = async (path: string, headers?: Record<string, string>) => {
    const before = seen.length;
    for (let i = 0; i < 2; i += 1) await (await get(path, headers)).text();
    return seen.length - before;
  };
  assert.equal(await twice('/v1/items/kept'), 1);
  assert.equal(await twice('/v1/mine'), 2);
  for (const id of ['private', 'cookie', 'vary', 'missing', 'chunks', 'large']) {
    assert.equal(await twice(`/v1/items/${id}`), 2, id);
  }
  assert.equal(await twice('/v1/items/kept', { authorization: 'Bearer x' }), 2);
  assert.equal(await twice('/v1/items/kept', { cookie: 'a=1' }), 2);
});

test('of callers who asked at once for what cannot be kept each gets an answer of its own', async (t) => {
  const { get, seen } = await gateway(t, { cache: { ttl: 60_000 } }, (_, response) => {
    response.setHeader('set-cookie', `n=${seen.length}`).setHeader('content-length', 1);
    response.end('x');
  });
  const answers = await Promise.all([1, 2, 3].map(() => get('/v1/items/1')));
  assert.equal(new Set(answers.map((answer) => answer.headers.get('set-cookie'))).size, 3);
});

test('a limit counts what the cache answers too', async (t) => {
  const { get, seen } = await gateway(t, { cache: { ttl: 60_000 }, limit: { rate: 0.001, burst: 2 } }, text);
  const statuses = [];
  for (let i = 0; i < 3; i += 1) statuses.push((await get('/v1/items/1')).status);
  assert.deepEqual([statuses, seen.length], [[200, 200, 429], 1]);
});
