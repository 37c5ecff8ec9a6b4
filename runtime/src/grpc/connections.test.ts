/** The connections of a client: how many there are, when they are opened again, and when they are thought dead. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Random, seededRandom } from '../policy/random.ts';
import { virtualClock } from '../policy/virtual-clock.ts';
import { trustBy } from '../tls/trust.ts';
import { GrpcChannel } from './client-channel.ts';
import { CONNECTION_TIMES } from './client-connection.ts';
import { frameOf } from './framing.ts';
import type { ServerCall } from './server-call.ts';
import { attempt, clientOf, failure, note, respond, serveMethods, serveStreams, unary } from './wire-fixture.ts';

const ok = frameOf(note('ok'));

test('when a connection carries as many calls as its server allows, a further one is opened, and closed when it is not needed', async (t) => {
  const waiting: ServerHttp2Stream[] = [];
  const server = await serveStreams(t, (stream) => void waiting.push(stream), { maxConcurrentStreams: 2 });
  const call = clientOf(t, { times: { spare: 50 } })('fail').unary({ text: '' });
  const answers = Array.from({ length: 7 }, () => call(attempt(server.address)));
  while (waiting.length < 7) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(server.sessions, 4);
  for (const stream of waiting) respond(stream, ok);
  assert.deepEqual(await Promise.all(answers), Array(7).fill({ text: 'ok' }));
  while (server.open > 1) await new Promise((resolve) => setTimeout(resolve, 5));
  const last = call(attempt(server.address));
  while (waiting.length < 8) await new Promise((resolve) => setTimeout(resolve, 5));
  respond(waiting[7]!, ok);
  await last;
  assert.deepEqual([server.sessions, server.open], [4, 1]);
});

test('there are sixteen connections at most; what is more waits for its turn', async (t) => {
  const server = await serveStreams(t, (stream) => void setTimeout(() => respond(stream, ok), 20), {
    maxConcurrentStreams: 1,
  });
  const call = clientOf(t)('fail').unary({ text: '' });
  const answers = await Promise.all(Array.from({ length: 60 }, () => call(attempt(server.address))));
  assert.deepEqual([answers.length, server.sessions], [60, 16]);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('attempts to connect are further and further apart, up to a second, and not at the same times for all', async () => {
  const endpoint = `127.0.0.1:${await freePort()}`;
  const waitsOf = async (random: Random, attempts: number): Promise<number[]> => {
    const clock = virtualClock();
    const options = { clock, random, times: CONNECTION_TIMES, trust: trustBy(undefined, {})({ name: 'kinds' }) };
    const channel = new GrpcChannel(endpoint, options);
    // An attempt fails with an error of its own; within the backoff, the last one is given again.
    const fails = () =>
      Promise.resolve(channel.connection()).then(
        () => assert.fail('nobody listens there'),
        (error: unknown) => error,
      );
    const waits: number[] = [];
    for (let last = await fails(), waited = 0; waits.length < attempts; ) {
      await clock.advance(1);
      waited += 1;
      const error = await fails();
      if (error === last) continue;
      waits.push(waited);
      waited = 0;
      last = error;
    }
    return waits;
  };
  assert.deepEqual(await waitsOf(() => 0.5, 9), [50, 80, 128, 205, 328, 525, 839, 1000, 1000]);
  const [some, others] = [await waitsOf(seededRandom(1), 6), await waitsOf(seededRandom(2), 6)];
  assert.notDeepEqual(some, others);
  for (const waits of [some, others]) {
    const odd = waits.filter((wait, i) => Math.abs(wait / (50 * 1.6 ** i) - 1) > 0.22);
    assert.deepEqual(odd, []);
  }
});

/** Carries bytes to an address, until it is told to swallow them. */
async function tunnel(t: TestContext, address: string) {
  const [host, port] = address.split(':');
  const sockets = new Set<Socket>();
  let isDead = false;
  const server = createServer((near) => {
    const far = connect(Number(port), host!);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('data', (chunk) => isDead || to.write(chunk));
      from.on('close', () => isDead || to.destroy());
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    die: () => {
      isDead = true;
    },
  };
}

test('a connection whose other end is gone without a word ends its calls, on both sides', async (t) => {
  const begun = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const never = unary((call) => {
    call.gone = gone.resolve;
    begun.resolve();
  });
  const { address } = await serveMethods(t, { Fail: never }, { timeouts: { keepAlive: 150, ping: 100 } });
  const through = await tunnel(t, address);
  const client = clientOf(t, { times: { keepAlive: 150, ping: 100 } });
  const call = failure(client('fail').unary({ text: '' })(attempt(through.address)));
  await begun.promise;
  // Longer than it takes to be thought dead, were there no answers to pings.
  await new Promise((resolve) => setTimeout(resolve, 600));
  through.die();
  const error = await call;
  assert.deepEqual([error.code, error.origin], ['unavailable', 'remote']);
  assert.match(error.message, /no answer to a ping within 100 ms/);
  await gone.promise;
});

test('a call that a server refuses without looking at it is made once more, on its own', async (t) => {
  let refusals = 1;
  const server = await serveStreams(t, (stream) => {
    if (refusals === 0) return respond(stream, ok);
    refusals -= 1;
    stream.close(7);
  });
  const call = clientOf(t)('fail').unary({ text: '' });
  assert.deepEqual(await call(attempt(server.address)), { text: 'ok' });
  refusals = 2;
  const error = await failure(call(attempt(server.address)));
  assert.deepEqual([error.code, error.origin], ['unavailable', 'connect']);
});

test('a server that says goodbye finishes its calls, and gets no more on that connection', async (t) => {
  const begun = Promise.withResolvers<ServerHttp2Stream>();
  let calls = 0;
  const server = await serveStreams(t, (stream) => {
    calls += 1;
    if (calls === 1) begun.resolve(stream);
    else respond(stream, ok);
  });
  const call = clientOf(t)('fail').unary({ text: '' });
  const first = call(attempt(server.address));
  const stream = await begun.promise;
  stream.session!.close();
  assert.deepEqual(await call(attempt(server.address)), { text: 'ok' });
  respond(stream, ok);
  assert.deepEqual(await first, { text: 'ok' });
  assert.equal(server.sessions, 2);
});

test('a draining server answers all calls that have come, and says of later ones that it has not seen them', async (t) => {
  const arrived: ServerCall[] = [];
  const { server, address } = await serveMethods(t, { Fail: unary((call) => void arrived.push(call)) });
  const call = clientOf(t)('fail').unary({ text: 'on' });
  const running = Array.from({ length: 1500 }, () => call(attempt(address)));
  while (arrived.length < 1500) await new Promise((resolve) => setTimeout(resolve, 5));
  const closed = server.close();
  const late = Array.from({ length: 100 }, () => failure(call(attempt(address))));
  for (const { origin } of await Promise.all(late)) assert.equal(origin, 'connect');
  for (const one of arrived) one.answer(one.message);
  assert.deepEqual(await Promise.all(running), Array(1500).fill({ text: 'on' }));
  await closed;
});

test('a call that is aborted while there is no connection yet ends at once', async (t) => {
  const mute = createServer();
  await once(mute.listen(0, '127.0.0.1'), 'listening');
  const sockets: Socket[] = [];
  mute.on('connection', (socket) => sockets.push(socket.on('error', () => {})));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    mute.close();
  });
  const endpoint = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const controller = new AbortController();
  const client = clientOf(t, { times: { connect: 300 } });
  const call = failure(client('fail').unary({ text: '' })(attempt(endpoint, { signal: controller.signal })));
  setTimeout(() => controller.abort(), 20);
  assert.equal((await call).code, 'cancelled');
  const late = await failure(client('fail').unary({ text: '' })(attempt(endpoint)));
  assert.deepEqual(
    [late.origin, late.message],
    ['connect', 'kinds.Fail cannot be reached: no connection within 300 ms'],
  );
});
