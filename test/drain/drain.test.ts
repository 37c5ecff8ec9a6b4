import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { type Child, startChild } from '../child.ts';
import { generate } from '../generated.ts';

const here = import.meta.dirname;
let definition = '';
before(async () => {
  definition = await generate(join(here, '.work'), join(here, 'steady.svc'), 'steady');
});

interface Steady {
  readonly child: Child;
  readonly http: number;
  readonly grpc: number;
}

async function start(t: TestContext, drain: number, calls: number): Promise<Steady> {
  const child = startChild(t, process.execPath, [join(here, 'server.ts'), definition, String(drain), String(calls)]);
  const [, ports] = await child.until(/listening (.*)/);
  return { child, ...(JSON.parse(ports!) as { http: number; grpc: number }) };
}

interface Answer {
  /** HTTP's, or gRPC's. */
  readonly status: number;
  readonly text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

function overHttp(port: number, method: string, path: string, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = body === '' ? {} : { 'content-type': 'application/json', 'content-length': body.length };
    const call = request({ port, host: '127.0.0.1', method, path, agent, headers }, async (response) => {
      let text = '';
      for await (const part of response.setEncoding('utf8')) text += part;
      resolve({ status: response.statusCode!, text });
    });
    call.once('error', reject).end(body);
  });
}

/** A gRPC call by bare HTTP/2, so that nobody repeats what was lost. */
function overGrpc(session: ClientHttp2Session, operation: string, ms: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': `/drain.SteadyService/${operation}`,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    // A frame with one field: number 1, a varint of two bytes.
    stream.end(Buffer.from([0, 0, 0, 0, 3, 0x08, (ms & 0x7f) | 0x80, ms >> 7]));
    let text = '';
    let status: number | undefined;
    const read = (headers: Record<string, unknown>) => {
      if (headers['grpc-status'] !== undefined) status = Number(headers['grpc-status']);
    };
    stream.on('response', read).on('trailers', read);
    stream.setEncoding('latin1').on('data', (part: string) => (text += part));
    stream.once('error', reject);
    stream.once('close', () => {
      if (status === undefined) reject(new Error(`closed without a status: ${stream.rstCode}`));
      else resolve({ status, text });
    });
  });
}

async function sessions(t: TestContext, port: number, count: number): Promise<ClientHttp2Session[]> {
  const opened = Array.from({ length: count }, () => connectHttp2(`http://127.0.0.1:${port}`));
  t.after(() => {
    for (const session of opened) session.destroy();
  });
  for (const session of opened) session.on('error', () => {});
  await Promise.all(opened.map((session) => once(session, 'connect')));
  return opened;
}

function refused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

test('SIGTERM with 2,000 calls in flight: none is lost, none is taken after it, and the process ends in time with 0', {
  timeout: 120_000,
}, async (t) => {
  const [unaries, streams, drain] = [600, 400, 10_000];
  const { child, http, grpc } = await start(t, drain, 2 * (unaries + streams));
  const opened = await sessions(t, grpc, 20);
  const idle = connect(http, '127.0.0.1');
  idle.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(idle, 'data');
  // Unary calls go on for up to four seconds after the signal, streams for up to two: theirs is a quarter of the time.
  const each = (count: number, longest: number, call: (ms: number, i: number) => Promise<Answer>) =>
    Array.from({ length: count }, (_, i) => call(128 + Math.floor((i * longest) / count), i));
  const calls = {
    httpUnary: each(unaries, 3800, (ms) => overHttp(http, 'POST', '/v1/finish', JSON.stringify({ ms }))),
    grpcUnary: each(unaries, 3800, (ms, i) => overGrpc(opened[i % opened.length]!, 'Finish', ms)),
    httpStream: each(streams, 1800, (ms) => overHttp(http, 'GET', `/v1/tell/${ms}`)),
    grpcStream: each(streams, 1800, (ms, i) => overGrpc(opened[i % opened.length]!, 'Tell', ms)),
  };
  const answers = Promise.all(Object.values(calls).map((kind) => Promise.allSettled(kind)));
  await child.until(/all are here/);
  const signalled = performance.now();
  child.signal('SIGTERM');
  await once(idle, 'close');
  for (const port of [http, grpc]) {
    while (!(await refused(port)))
      assert.ok(performance.now() - signalled < 1000, 'connections are taken for a second after');
  }
  await assert.rejects(overGrpc(opened[0]!, 'Finish', 128), 'a connection that has said goodbye takes no more');
  const [httpUnary, grpcUnary, httpStream, grpcStream] = await answers;
  const lost = (kind: readonly PromiseSettledResult<Answer>[], isWhole: (answer: Answer) => boolean) =>
    kind.filter((one) => one.status === 'rejected' || !isWhole(one.value)).slice(0, 3);
  assert.deepEqual(
    lost(httpUnary!, ({ status, text }) => status === 200 && text === '{"text":"done"}'),
    [],
  );
  assert.deepEqual(
    lost(grpcUnary!, ({ status, text }) => status === 0 && text.endsWith('done')),
    [],
  );
  assert.deepEqual(
    lost(httpStream!, ({ status, text }) => status === 200 && /^data.*"first".*"item 4"}\n\n$/s.test(text)),
    [],
  );
  assert.deepEqual(
    lost(grpcStream!, ({ status, text }) => status === 0 && /first.*item 4$/s.test(text)),
    [],
  );
  assert.deepEqual(await child.ended, { code: 0, signal: null });
  assert.ok(performance.now() - signalled < drain);
  const total = 2 * (unaries + streams);
  assert.match(child.output(), new RegExp(`counts {"begun":${total},"ended":${total}}`));
});

test('a call whose deadline is as long as the drain comes to its own end', { timeout: 60_000 }, async (t) => {
  const drain = 4000;
  const { child, http, grpc } = await start(t, drain, 4);
  const [session] = await sessions(t, grpc, 1);
  const calls = [3000, 9000].flatMap((ms) => [
    overHttp(http, 'POST', '/v1/finish', JSON.stringify({ ms })),
    overGrpc(session!, 'Finish', ms),
  ]);
  await child.until(/all are here/);
  const signalled = performance.now();
  child.signal('SIGTERM');
  const answers = await Promise.all(calls);
  // The last two meet their own deadlines: 504 and DEADLINE_EXCEEDED, and no word of a service that stops.
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 0, 504, 4],
  );
  assert.deepEqual(await child.ended, { code: 0, signal: null });
  assert.ok(performance.now() - signalled < drain + 1000);
});

test('a stream without an end is told to come again after a quarter of the time', { timeout: 60_000 }, async (t) => {
  const { child, http, grpc } = await start(t, 2000, 2);
  const [session] = await sessions(t, grpc, 1);
  const streams = [overHttp(http, 'GET', '/v1/tell/16000'), overGrpc(session!, 'Tell', 16_000)];
  await child.until(/all are here/);
  const signalled = performance.now();
  child.signal('SIGTERM');
  const [overEvents, overFrames] = await Promise.all(streams);
  assert.match(overEvents!.text, /\n\nevent: error\ndata: \{.*"code":"unavailable"/);
  assert.equal(overFrames!.status, 14);
  assert.deepEqual(await child.ended, { code: 0, signal: null });
  assert.ok(performance.now() - signalled < 1500);
});
