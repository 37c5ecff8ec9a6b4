import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { ServiceDefinition } from '../definition.ts';
import { kindsHandlers } from '../fixtures/handlers.ts';
import { kinds } from '../fixtures/kinds.ts';
import { type ServeOptions, serve } from '../service.ts';

const env = { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1,other:k-2', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}' };
const JSON_TYPE = { 'content-type': 'application/json' };

async function start(t: TestContext, change: Partial<ServiceDefinition> = {}, options: ServeOptions = {}) {
  const { handlers, seen } = kindsHandlers();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const service = await serve({ ...kinds, ...change }, handlers, {
    env,
    log,
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
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
  return { service, seen, lines, url, post };
}

async function problem(response: Response, status: number) {
  const body = (await response.json()) as Record<string, unknown>;
  assert.equal(response.status, status, JSON.stringify(body));
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  assert.equal(body.status, status);
  assert.ok(typeof body.title === 'string' && typeof (body.detail ?? '') === 'string');
  assert.ok(typeof body.requestId === 'string' && body.requestId === response.headers.get('x-request-id'));
  return body;
}

const everything = {
  flag: true,
  small: 1,
  big: '9007199254740993',
  smallCount: 2,
  bigCount: '18446744073709551615',
  ratio: 0.5,
  precise: 'NaN',
  text: 'ä',
  blob: 'AAEC',
  id: '123e4567-e89b-12d3-a456-426614174000',
  at: '2026-01-31T23:59:59.999Z',
  took: '1.5s',
  price: '12.50',
  anything: { a: [1, null] },
  color: 'deepBlue',
  tags: ['a'],
  numbers: ['1'],
  times: [],
  points: [{ x: 1, y: 2 }],
  labels: { a: 'b' },
  byFlag: { true: { x: 0, y: 0 } },
  byBig: { '-1': 'red' },
  voucher: 'v',
};

test('a value of every type goes in and comes back', async (t) => {
  const { post, seen } = await start(t);
  const response = await post('/v1/echo', everything, { 'x-request-id': 'r-1' });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('x-request-id'), 'r-1');
  assert.deepEqual(await response.json(), everything);
  const request = seen.calls[0]!.request as Record<string, unknown>;
  assert.deepEqual(
    [request.big, request.bigCount, request.at, request.took, request.blob],
    [9007199254740993n, 2n ** 64n - 1n, new Date('2026-01-31T23:59:59.999Z'), 1500, new Uint8Array([0, 1, 2])],
  );
  assert.equal(seen.calls[0]!.context.requestId, 'r-1');
});

test('path, query and body are bound', async (t) => {
  const { url, seen, post } = await start(t);
  const get = async (path: string) => (await fetch(url + path)).json() as Promise<Record<string, unknown>>;
  assert.deepEqual(await get('/v1/items/7?verbose=true&tags=a&tags=b&near.x=1&near.y=2.5'), { text: 'item 7' });
  assert.deepEqual(seen.calls[0]!.request, { id: 7, verbose: true, tags: ['a', 'b'], near: { x: 1, y: 2.5 } });
  assert.deepEqual(await get('/v1/items/7'), { text: 'item 7' });
  assert.deepEqual(seen.calls[1]!.request, { id: 7, tags: [] });
  assert.deepEqual(await get('/v1/shelves/8:peek'), { text: 'item 8' });
  assert.deepEqual(await get('/v1/files/a/b%20c/d.txt'), { text: 'a/b c/d.txt' });
  const put = await fetch(`${url}/v1/items/9`, { method: 'PUT', headers: JSON_TYPE, body: '{"name":"n"}' });
  assert.deepEqual(await put.json(), { id: 9, name: 'n' });
  const head = await fetch(`${url}/v1/items/7`, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
  const checked = await post('/v1/check', {
    sku: 'ABC-1',
    quantity: 1,
    name: 'n',
    codes: ['ab'],
    size: 's',
    huge: '0',
    price: '1',
    wait: '1s',
    attributes: {},
  });
  assert.deepEqual([checked.status, await checked.text()], [204, '']);
});

test('one answer names every violation', async (t) => {
  const { url, post } = await start(t);
  const wrong = await problem(await post('/v1/check', { sku: 'x', quantity: 'many', huge: '1', extra: 1 }), 400);
  assert.equal(wrong.code, 'invalid-argument');
  assert.deepEqual(
    (wrong.violations as { field: string; rule: string }[]).map(({ field, rule }) => `${field} ${rule}`),
    [
      'sku matches',
      'quantity type',
      'name required',
      'codes required',
      'size required',
      'price required',
      'wait required',
      'attributes required',
      'extra unknown',
    ],
  );
  const query = await problem(await fetch(`${url}/v1/items/0?verbose=maybe&tag=a&near.z=1&id=5`), 400);
  assert.deepEqual(
    (query.violations as { field: string; rule: string }[]).map(({ field, rule }) => `${field} ${rule}`).sort(),
    ['id range', 'near.x required', 'near.y required', 'near.z unknown', 'tag unknown', 'verbose type'],
  );
  assert.match(String((await problem(await post('/v1/check', [1]), 400)).detail), /must be an object/);
  assert.match(String((await problem(await post('/v1/check', null), 400)).detail), /must be an object/);
});

test('a request with thousands of violations gets a short answer', async (t) => {
  const { post } = await start(t);
  const answers = [
    await post('/v1/echo', { ...everything, points: Array.from({ length: 50_000 }, () => ({ x: 'wrong' })) }),
    await post('/v1/echo', { ...everything, byFlag: { ['k'.repeat(900_000)]: { y: 1, ...namesOf(1000) } } }),
    await post('/v1/echo', { ...everything, ...namesOf(50_000) }),
  ];
  for (const answer of answers) {
    const text = await answer.clone().text();
    assert.ok(text.length < 30_000, `${text.length} characters`);
    const { violations, detail } = await problem(answer, 400);
    assert.equal((violations as unknown[]).length, 100);
    assert.match(String(detail), / \(and at least 100 more, not all of them listed\)\.$/);
  }
  const hundred = await problem(await post('/v1/echo', { ...everything, ...namesOf(100) }), 400);
  assert.match(String(hundred.detail), / \(and 99 more\)\.$/);
});

const namesOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`name${i}`, i]));

test('what is no request at all gets a problem too', async (t) => {
  const { url, lines, post } = await start(t, {}, { bodyLimit: 1000 });
  const send = (body: string | Buffer, type = 'application/json') =>
    fetch(`${url}/v1/fail`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: new Uint8Array(Buffer.from(body)),
    });
  assert.match(String((await problem(await send('{"text": '), 400)).detail), /not JSON: /);
  assert.match(String((await problem(await send(Buffer.from([0x22, 0xff, 0x22])), 400)).detail), /UTF-8/);
  assert.match(String((await problem(await send('{"__proto__": {"a": 1}}'), 400)).detail), /__proto__/);
  assert.match(
    String((await problem(await send('{"constructor": {"prototype": {"a": 1}}}'), 400)).detail),
    /constructor/,
  );
  assert.equal(({} as { a?: number }).a, undefined);
  await problem(await send('text=a', 'application/x-www-form-urlencoded'), 415);
  await problem(await post('/v1/fail', { text: 'x'.repeat(1001) }), 413);
  await problem(await fetch(`${url}/v1/items/%zz`), 400);
  await problem(await fetch(`${url}/v1/items/`), 404);
  const missing = await problem(await fetch(`${url}/v2/items?a=1`), 404);
  assert.equal(missing.instance, '/v2/items');
  const wrongMethod = await fetch(`${url}/v1/items/7`, { method: 'DELETE' });
  assert.equal(wrongMethod.headers.get('allow'), 'GET, HEAD, PUT');
  await problem(wrongMethod, 405);
  for (const method of ['PROPFIND', 'QUERY', 'DELETE']) {
    const headers = { 'content-type': 'text/plain' };
    await problem(
      await fetch(`${url}/v1/items/7`, { method, ...(method === 'DELETE' && { headers, body: 'x' }) }),
      405,
    );
    await problem(await fetch(`${url}/v2/items`, { method, ...(method === 'DELETE' && { headers, body: 'x' }) }), 404);
  }
  const { requestId } = missing;
  assert.ok(
    lines.some((line) => line.msg === 'request refused' && line.status === 404 && line.requestId === requestId),
  );
  const named = await fetch(`${url}/v2/items`, { headers: { 'x-request-id': 'r-2' } });
  assert.equal((await problem(named, 404)).requestId, 'r-2');
});

test('a body that is encoded is refused, not read as plain', async (t) => {
  const { post, seen } = await start(t);
  for (const encoding of ['gzip', 'deflate, gzip', 'x']) {
    const refused = await post('/v1/fail', { text: 'sold out' }, { 'content-encoding': encoding });
    assert.equal(refused.headers.get('accept-encoding'), 'identity');
    assert.match(String((await problem(refused, 415)).detail), /content-encoding/);
  }
  assert.equal((await post('/v1/echo', everything, { 'content-encoding': 'Identity' })).status, 200);
  assert.equal(seen.calls.length, 1);
});

test('errors that the contract declares keep their fields, others keep their code', async (t) => {
  const { post } = await start(t);
  const fail = async (text: string, status: number) => problem(await post('/v1/fail', { text }), status);
  const soldOut = await fail('sold out', 409);
  assert.equal(soldOut.type, 'urn:weir:error:weir.kinds.SoldOut');
  assert.equal(soldOut.title, 'Sold out');
  assert.equal(soldOut.detail, 'Only 3 are left.');
  assert.deepEqual(soldOut.fields, { sku: 'A-1', left: '3' });
  const silent = await fail('sold out, no words', 409);
  assert.deepEqual([silent.title, 'detail' in silent, silent.fields], ['Sold out', false, { sku: 'A-2', left: '0' }]);
  const missing = await fail('not found', 404);
  assert.deepEqual(
    [missing.type, missing.code, missing.detail],
    ['about:blank', 'not-found', 'There is no such note.'],
  );
  const later = await post('/v1/fail', { text: 'later' });
  assert.equal(later.headers.get('retry-after'), '2');
  await problem(later, 429);
});

test("what went wrong inside stays inside, and is in the service's log", async (t) => {
  const { post, lines } = await start(t);
  for (const text of ['anything', 'wrong fields', 'wrong answer', 'neighbour']) {
    const response = await post('/v1/fail', { text });
    const { detail, requestId } = await problem(response, 500);
    assert.equal(detail, 'The service failed. Its log says more, under the request id.');
    assert.equal(requestId, response.headers.get('x-request-id'));
    const line = lines.find((each) => each.requestId === requestId && each.msg === 'request failed');
    assert.ok(line?.err, text);
  }
  assert.ok(JSON.stringify(lines).includes('secret: anything'));
  const down = await problem(await post('/v1/fail', { text: 'neighbour down' }), 503);
  assert.ok(!JSON.stringify(down).includes('10.0.0.7'));
});

test('a stream is server-sent events', async (t) => {
  const { url } = await start(t);
  const good = await fetch(`${url}/v1/count/3`);
  assert.equal(good.headers.get('content-type'), 'text/event-stream');
  assert.equal(await good.text(), 'data: {"value":1}\n\ndata: {"value":2}\n\ndata: {"value":3}\n\n');
  assert.equal(await (await fetch(`${url}/v1/count/0`)).text(), '');
  await problem(await fetch(`${url}/v1/count/-1`), 400);
  const head = await fetch(`${url}/v1/count/3`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.get('allow')], [405, 'GET']);
  const early = await problem(await fetch(`${url}/v1/count/3?failAt=1`), 409);
  assert.deepEqual(early.fields, { sku: 'A', left: '0' });
  const late = await (await fetch(`${url}/v1/count/3?failAt=2`)).text();
  const [first, second] = late.split('\n\n');
  assert.equal(first, 'data: {"value":1}');
  assert.ok(second!.startsWith('event: error\ndata: {"type":"urn:weir:error:weir.kinds.SoldOut"'), second);
});

test('a large stream waits for its reader', async (t) => {
  const { url } = await start(t);
  const text = await (await fetch(`${url}/v1/count/20000`)).text();
  assert.ok(text.endsWith('data: {"value":20000}\n\n'));
});

test('a client that goes away ends the stream that it read', async (t) => {
  const { url, seen } = await start(t);
  const going = new AbortController();
  const stream = await fetch(`${url}/v1/count/1000000`, { signal: going.signal });
  await stream.body!.getReader().read();
  going.abort();
  await seen.aborted;
  assert.equal(seen.calls[0]!.context.signal.aborted, true);
});

test('a client that hangs up during a unary call aborts its signal', async (t) => {
  const { url, seen } = await start(t);
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /v1/wait HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{"text":"a"}',
  );
  await seen.begun;
  socket.destroy();
  await seen.aborted;
  assert.equal(seen.calls[0]!.context.signal.aborted, true);
});

test('the deadline of the caller holds, and expired work is not begun', async (t) => {
  const { post, seen } = await start(t);
  await problem(await post('/v1/wait', { text: 'late' }, { 'x-request-timeout-ms': '30' }), 504);
  await seen.aborted;
  assert.ok(seen.calls[0]!.context.remaining()! <= 30);
  await problem(await post('/v1/echo', everything, { 'x-request-timeout-ms': '0' }), 504);
  assert.deepEqual(
    seen.calls.map(({ operation }) => operation),
    ['wait'],
  );
});

test('who calls is asked before what is said', async (t) => {
  const { url, lines } = await start(t);
  const call = (headers: Record<string, string>) => fetch(`${url}/v1/secret`, { headers });
  const none = await call({});
  assert.equal(none.headers.get('www-authenticate'), 'Bearer');
  await problem(none, 401);
  await problem(await call({ 'x-api-key': 'k-3' }), 401);
  await problem(await call({ authorization: 'Bearer x.y.z' }), 401);
  const known = await call({ 'x-api-key': 'k-1' });
  assert.deepEqual(await known.json(), { text: 'acme' });
  assert.ok(lines.some((line) => line.principal === 'acme' && line.operation === 'Secret'));
});

test('an idempotency key gives the answer of the first request', async (t) => {
  const { post, seen } = await start(t);
  const pay = (text: string, key: string) => post('/v1/pay', { text }, { 'idempotency-key': key });
  const first = await (await pay('a', 'k1')).json();
  assert.deepEqual(await (await pay('a', 'k1')).json(), first);
  assert.equal(seen.calls.length, 1);
  await problem(await pay('b', 'k1'), 422);
  const slow = pay('slow', 'k2');
  await seen.begun;
  await problem(await pay('slow', 'k2'), 409);
  seen.release();
  assert.equal((await slow).status, 200);
  await problem(await pay('broken', 'k3'), 500);
  await problem(await pay('broken', 'k3'), 500);
  assert.equal(seen.calls.filter(({ request }) => (request as { text: string }).text === 'broken').length, 2);
  await problem(await pay('a', 'k'.repeat(256)), 400);
});

test('limits are by what their key says', async (t) => {
  const limited = (by: object) => ({
    ...kinds.operations.getItem!,
    policy: { limit: { rate: 0.001, burst: 1, key: by as never } },
  });
  const byHeader = await start(t, {
    operations: { ...kinds.operations, getItem: limited({ by: 'header', name: 'X-Tenant' }) },
  });
  const get = (url: string, id: number, tenant: string) =>
    fetch(`${url}/v1/items/${id}`, { headers: { 'x-tenant': tenant } });
  assert.equal((await get(byHeader.url, 1, 'a')).status, 200);
  const refused = await get(byHeader.url, 1, 'a');
  assert.ok(Number(refused.headers.get('retry-after')) > 900);
  await problem(refused, 429);
  assert.equal((await get(byHeader.url, 1, 'b')).status, 200);

  const byField = await start(t, {
    operations: { ...kinds.operations, getItem: limited({ by: 'field', name: 'id' }) },
  });
  assert.equal((await get(byField.url, 1, 'a')).status, 200);
  await problem(await get(byField.url, 1, 'b'), 429);
  assert.equal((await get(byField.url, 2, 'a')).status, 200);
});

test('an answer that is kept is kept for its caller alone', async (t) => {
  const secret = { ...kinds.operations.secret!, kind: 'reads' as const, policy: { cache: { ttl: 60_000 } } };
  const getItem = { ...kinds.operations.getItem!, policy: { cache: { ttl: 60_000 } } };
  const { url, seen } = await start(t, { operations: { ...kinds.operations, secret, getItem } });
  for (const path of ['/v1/items/7', '/v1/items/7', '/v1/items/8']) await fetch(url + path);
  assert.deepEqual(
    seen.calls.map(({ request }) => (request as { id: number }).id),
    [7, 8],
  );
  const call = async (key: string) => (await fetch(`${url}/v1/secret`, { headers: { 'x-api-key': key } })).json();
  assert.deepEqual([await call('k-1'), await call('k-2')], [{ text: 'acme' }, { text: 'other' }]);
  await problem(await fetch(`${url}/v1/secret`), 401);
});

test('bytes that are no HTTP are refused, and the server goes on', async (t) => {
  const { url, lines } = await start(t);
  const { port } = new URL(url);
  const send = async (bytes: string | Buffer) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(bytes);
    let answer = '';
    for await (const part of socket) answer += part;
    return answer;
  };
  const junk = await send('\u0000\u0001 nonsense\r\n\r\n');
  assert.match(junk, /^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json/);
  const [, requestId] = /\r\nx-request-id: (.+)\r\n.*"requestId":"\1"}$/s.exec(junk)!;
  assert.ok(lines.some((line) => line.msg === 'request refused' && line.requestId === requestId));
  const large = await send(`GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`);
  assert.match(large, /^HTTP\/1\.1 431 .*"status":431/s);
  const short = await send(
    'POST /v1/fail HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{}',
  );
  assert.match(short, /^(HTTP\/1\.1 400 |$)/);
  for (let i = 0; i < 20; i += 1) await send(randomBytes(300));
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('operators see metrics, life and readiness', async (t) => {
  const { url, post, lines } = await start(t);
  await post('/v1/fail', { text: 'sold out' });
  await fetch(`${url}/v1/items/7`, {
    headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
  });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /weir_requests_total\{operation="GetItem",transport="http",code="ok",service="kinds"\} 1/);
  assert.match(
    metrics,
    /weir_requests_total\{operation="Fail",transport="http",code="failed-precondition",service="kinds"\} 1/,
  );
  assert.match(
    metrics,
    /weir_request_duration_seconds_count\{operation="GetItem",transport="http",service="kinds"\} 1|weir_request_duration_seconds_count\{.*GetItem.*\} 1/,
  );
  assert.match(metrics, /weir_requests_in_flight\{.*GetItem.*\} 0/);
  assert.deepEqual(await (await fetch(`${url}/healthz`)).json(), { status: 'live' });
  assert.deepEqual(await (await fetch(`${url}/readyz`)).json(), { status: 'ready', needs: {} });
  const line = lines.find((each) => each.operation === 'GetItem');
  assert.equal(line!.traceId, '4bf92f3577b34da6a3ce929d0e0e4736');
});

test('readiness names each need that does not answer', async (t) => {
  const { url } = await start(t, {
    resources: { cache: { kind: 'redis' } },
    clients: { users: { name: 'users', http: { port: 1 }, operations: {} } },
    health: { live: '/livez', ready: { path: '/ready', needs: ['cache', 'users'], timeout: 2000 } },
  });
  const response = await fetch(`${url}/ready`);
  assert.equal(response.status, 503);
  assert.deepEqual(await response.json(), {
    status: 'not-ready',
    needs: { cache: 'ok', users: 'nothing listens at 127.0.0.1:1' },
  });
});
