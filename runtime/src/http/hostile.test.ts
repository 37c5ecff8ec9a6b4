import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { kindsHandlers } from '../fixtures/handlers.ts';
import { kinds } from '../fixtures/kinds.ts';
import { type ServeOptions, serve } from '../service.ts';

const env = { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}' };

async function start(t: TestContext, options: ServeOptions = {}) {
  const { handlers, seen } = kindsHandlers();
  const service = await serve(kinds, handlers, {
    env,
    log: pino({ level: 'silent' }),
    host: '127.0.0.1',
    ports: { http: 0, grpc: 0 },
    signals: false,
    ...options,
  });
  t.after(() => {
    seen.release();
    return service.stop();
  });
  const port = service.ports.http!;
  const open = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  /** Sends bytes as they are, and gives all that comes back until the server closes. */
  const send = async (...bytes: readonly (string | Buffer)[]): Promise<string> => {
    const socket = await open();
    for (const part of bytes) socket.write(part);
    return allOf(socket);
  };
  /** The server still does what it is there for. */
  const goesOn = async () => {
    const answer = await send('GET /v1/items/7 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n.*\{"text":"item 7"\}$/s);
  };
  return { seen, open, send, goesOn };
}

/** However it ends: a reset is an end too. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

async function allOf(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  await closed(socket);
  return Buffer.concat(parts).toString();
}

function post(path: string, body: string | Buffer, headers: readonly string[] = []): Buffer {
  const bytes = Buffer.from(body);
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: x',
    'connection: close',
    'content-type: application/json',
    `content-length: ${bytes.length}`,
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

interface ProblemSeen {
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
  readonly violations?: readonly { readonly field: string; readonly rule: string }[];
}

/** An answer that is a problem of that status, or fails. */
function problemIn(answer: string, status: number): ProblemSeen {
  assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), answer.slice(0, 300));
  assert.match(answer, /\r\ncontent-type: application\/problem\+json\r\n/);
  const problem = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as ProblemSeen;
  assert.equal(problem.status, status);
  assert.ok(answer.includes(`\r\nx-request-id: ${problem.requestId}\r\n`));
  return problem;
}

const echoOf = (field: string, json: string) => post('/v1/echo', `{"${field}":${json}}`);

function rulesOf(problem: ProblemSeen, field: string): string[] {
  return problem.violations!.filter((each) => each.field === field).map(({ rule }) => rule);
}

test('keys that reach for a prototype reach nothing', async (t) => {
  const { send, goesOn } = await start(t);
  for (const json of [
    '{"__proto__":{"polluted":1}}',
    '{"\\u005f_proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"labels":{"__proto__":{"polluted":"1"}}}',
    '{"anything":[{"constructor":{"prototype":{"polluted":1}}}]}',
  ]) {
    assert.match(problemIn(await send(post('/v1/echo', json)), 400).detail, /a key that is not allowed/);
  }
  for (const name of ['__proto__', 'constructor.prototype', '__proto__.polluted']) {
    problemIn(await send(`GET /v1/items/7?${name}=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`), 400);
  }
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  await goesOn();
});

test('JSON that nests without end is refused', async (t) => {
  const { send, goesOn } = await start(t);
  const nested = (open: string, inner: string, close: string, levels = 10_000) =>
    open.repeat(levels) + inner + close.repeat(levels);
  const lists = problemIn(await send(echoOf('anything', nested('[', '', ']'))), 400);
  assert.deepEqual(rulesOf(lists, 'anything'), ['type']);
  const objects = problemIn(await send(echoOf('anything', nested('{"a":', '1', '}'))), 400);
  assert.deepEqual(rulesOf(objects, 'anything'), ['type']);
  for (const body of [
    nested('[', '', ']'),
    nested('{"child":', '{}', '}'),
    nested('{"a":', '1', '}'),
    '['.repeat(10_000),
  ]) {
    problemIn(await send(post('/v1/echo', body)), 400);
  }
  problemIn(await send(post('/v1/echo', nested('[', '', ']', 500_000))), 400);
  await goesOn();
});

test('numbers beyond their type are refused, never rounded', async (t) => {
  const { send, goesOn } = await start(t);
  const digits = '9'.repeat(400);
  for (const field of ['small', 'big', 'smallCount', 'bigCount']) {
    for (const json of ['1e400', '-1e400', digits, `"${digits}"`, `"-${digits}"`, '"1e400"', '1.5', '"0x10"', '" 1"']) {
      const problem = problemIn(await send(echoOf(field, json)), 400);
      assert.deepEqual(rulesOf(problem, field), ['type'], `${field}: ${json}`);
    }
  }
  assert.deepEqual(rulesOf(problemIn(await send(echoOf('big', '9007199254740993')), 400), 'big'), ['type']);
  assert.deepEqual(rulesOf(problemIn(await send(echoOf('precise', '1e400')), 400), 'precise'), ['type']);
  const price = `{"price":"${'9'.repeat(900_000)}"}`;
  assert.deepEqual(rulesOf(problemIn(await send(post('/v1/check', price)), 400), 'price'), ['range']);
  for (const id of ['1e400', digits]) {
    const answer = await send(`GET /v1/items/${id} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    assert.deepEqual(rulesOf(problemIn(answer, 400), 'id'), ['type']);
  }
  await goesOn();
});

test('what is no UTF-8 is refused', async (t) => {
  const { send, goesOn } = await start(t);
  for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3]]) {
    const body = Buffer.concat([Buffer.from('{"text":"'), Buffer.from(bytes), Buffer.from('"}')]);
    assert.match(problemIn(await send(post('/v1/fail', body)), 400).detail, /UTF-8/);
  }
  const lone = problemIn(await send(post('/v1/fail', '{"text":"\\ud800"}')), 400);
  assert.deepEqual(rulesOf(lone, 'text'), ['type']);
  for (const path of ['/v1/files/%ff', '/v1/files/%c0%af', '/v1/files/%']) {
    problemIn(await send(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`), 400);
  }
  await goesOn();
});

test('requests of which two readers could make two things are refused', async (t) => {
  const { send, seen, goesOn } = await start(t);
  const body = '{"text":"not found"}';
  const head = 'POST /v1/fail HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  for (const framing of [
    'content-length: 20\r\ncontent-length: 5\r\n',
    'content-length: 20\r\ncontent-length: 20\r\n',
    'content-length: 20\r\ntransfer-encoding: chunked\r\n',
    'content-length: 20, 20\r\n',
    'content-length: +20\r\n',
    'content-length: 0x14\r\n',
    'content-length : 20\r\n',
    'transfer-encoding: chunked, identity\r\n',
    'content-length: 20\r\n folded: yes\r\n',
  ]) {
    problemIn(await send(`${head}${framing}\r\n${body}`), 400);
  }
  problemIn(await send(`${head}transfer-encoding: chunked\r\n\r\nzz\r\n${body}\r\n0\r\n\r\n`), 400);
  assert.equal(seen.calls.length, 0);
  await goesOn();
});

test('a flood of headers is cut off', async (t) => {
  const { send, open, goesOn } = await start(t);
  const many = Array.from({ length: 100_000 }, (_, i) => `x-${i}: ${i}\r\n`).join('');
  problemIn(await send(`GET /v1/items/7 HTTP/1.1\r\nhost: x\r\n${many}\r\n`), 431);
  problemIn(await send(`GET /v1/items/7?${'a'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`), 431);
  // One that goes on and on, whatever it is told, loses its connection all the same.
  const socket = await open();
  const more = () => void (socket.writable && socket.write(many, () => setImmediate(more)));
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n');
  more();
  await closed(socket);
  await goesOn();
});

const hasty = { headers: 300, request: 600, keepAlive: 300 };

test('headers and bodies that stall are given up, and nobody waits for them', { timeout: 60_000 }, async (t) => {
  const { send, goesOn, seen } = await start(t, { timeouts: hasty });
  const [nothing, noHeaders, noBody, dripping] = await Promise.all([
    send(''),
    send('GET /v1/items/7 HTTP/1.1\r\nhost: x\r\n'),
    send('POST /v1/fail HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{"te'),
    send(
      'POST /v1/fail HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n',
    ),
    goesOn(),
  ]);
  assert.match(nothing, /^$|^HTTP\/1\.1 408 /);
  for (const answer of [noHeaders, noBody, dripping]) {
    assert.match(problemIn(answer, 408).detail, /took too long to arrive/);
  }
  assert.equal(seen.calls.filter(({ operation }) => operation === 'fail').length, 0);
  await goesOn();
});

test('a late body does not get its refusal into an answer that has begun', { timeout: 60_000 }, async (t) => {
  const { send, goesOn } = await start(t, { timeouts: hasty });
  const request = 'GET /v1/count/1000000 HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n';
  const answer = await send(request);
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.equal(answer.split('HTTP/1.1').length, 2);
  await goesOn();
});

test('a handler takes longer than its request may, if its deadline lets it', { timeout: 60_000 }, async (t) => {
  const { open, seen } = await start(t, { timeouts: hasty });
  const socket = await open();
  socket.write(post('/v1/wait', '{"text":"slow"}'));
  await seen.begun;
  setTimeout(seen.release, 1500);
  assert.match(await allOf(socket), /^HTTP\/1\.1 200 OK\r\n.*\{"text":"slow"\}$/s);
});

test('a client that goes away, in its request or in the answer, takes nothing along', async (t) => {
  const { open, seen, goesOn } = await start(t);
  const midBody = await open();
  midBody.write(
    'POST /v1/fail HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{"te',
  );
  midBody.destroy();
  const halfClosed = await open();
  halfClosed.end(
    'POST /v1/fail HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{"te',
  );
  assert.match(await allOf(halfClosed), /^$|^HTTP\/1\.1 400 /);
  const midAnswer = await open();
  midAnswer.write('GET /v1/count/1000000 HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(midAnswer, 'data');
  midAnswer.resetAndDestroy();
  await seen.aborted;
  const pipelined = await open();
  pipelined.write(
    Buffer.concat(Array.from({ length: 100 }, () => Buffer.from('GET /v1/items/7 HTTP/1.1\r\nhost: x\r\n\r\n'))),
  );
  pipelined.destroy();
  await goesOn();
  assert.equal(seen.calls.filter(({ operation }) => operation === 'fail').length, 0);
});
