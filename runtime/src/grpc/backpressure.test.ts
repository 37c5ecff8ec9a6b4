/** A reader that is slow holds its sender back, on every kind of stream: neither side collects what nobody reads. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { kindsHandlers } from '../fixtures/handlers.ts';
import { kinds } from '../fixtures/kinds.ts';
import { type AnyHandler, serve } from '../service.ts';
import { atRest, attempt, clientOf } from './wire-fixture.ts';

const SIZE = 16 * 1024;
const COUNT = 600;
/** 9.6 MB in all; windows of HTTP/2 and the buffers of two streams hold well below a tenth of it. */
const HELD_AT_MOST = COUNT / 10;

const text = 'x'.repeat(SIZE);

/** Gives messages and counts them. */
class Source {
  given = 0;

  async *[Symbol.asyncIterator](): AsyncGenerator<{ text: string }> {
    while (this.given < COUNT) {
      this.given += 1;
      yield { text };
    }
  }
}

/** Reads one message, then nothing until it is let. */
async function readSlowly(messages: AsyncIterable<unknown>, let_: Promise<void>): Promise<number> {
  let read = 0;
  for await (const _ of messages) {
    read += 1;
    if (read === 1) await let_;
  }
  return read;
}

type Streams = Partial<Record<'count' | 'collect' | 'chat', AnyHandler>>;

async function start(t: TestContext, streams: Streams) {
  const operations = {
    ...kinds.operations,
    // One message for all kinds, so that their sizes are the same.
    count: { ...kinds.operations.count!, response: 'weir.kinds.Note' },
  };
  const service = await serve(
    { ...kinds, operations },
    { ...kindsHandlers().handlers, ...streams },
    {
      env: { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}', WEIR_LOG_LEVEL: 'silent' },
      host: '127.0.0.1',
      ports: { http: 0, grpc: 0 },
      signals: false,
    },
  );
  t.after(() => service.stop());
  const client = clientOf(t, {}, operations);
  return { client, at: attempt(`127.0.0.1:${service.ports.grpc}`) };
}

async function isHeldBack(source: Source): Promise<void> {
  const given = await atRest(() => source.given);
  assert.ok(given > 0 && given < HELD_AT_MOST, `${given} of ${COUNT} messages were taken from their source`);
}

test('server stream, slow client', async (t) => {
  const source = new Source();
  const { client, at } = await start(t, { count: () => source[Symbol.asyncIterator]() });
  const { promise, resolve } = Promise.withResolvers<void>();
  const read = readSlowly(client('count').serverStream({ to: 1 })(at), promise);
  await isHeldBack(source);
  resolve();
  assert.equal(await read, COUNT);
});

test('client stream, slow server', async (t) => {
  const source = new Source();
  const { promise, resolve } = Promise.withResolvers<void>();
  const { client, at } = await start(t, {
    collect: async (requests: AsyncIterable<unknown>) => ({ text: String(await readSlowly(requests, promise)) }),
  });
  const answer = client('collect').clientStream(source)(at);
  await isHeldBack(source);
  resolve();
  assert.deepEqual(await answer, { text: String(COUNT) });
});

test('both stream, slow client', async (t) => {
  const source = new Source();
  const { client, at } = await start(t, { chat: () => source[Symbol.asyncIterator]() });
  const { promise, resolve } = Promise.withResolvers<void>();
  const nothing = (async function* () {})();
  const read = readSlowly(client('chat').bidiStream(nothing)(at), promise);
  await isHeldBack(source);
  resolve();
  assert.equal(await read, COUNT);
});

test('both stream, slow server', async (t) => {
  const source = new Source();
  const { promise, resolve } = Promise.withResolvers<void>();
  const { client, at } = await start(t, {
    async *chat(requests: AsyncIterable<unknown>) {
      yield { text: String(await readSlowly(requests, promise)) };
    },
  });
  const answers = client('chat').bidiStream(source)(at);
  const answer = answers[Symbol.asyncIterator]().next();
  await isHeldBack(source);
  resolve();
  assert.deepEqual((await answer).value, { text: String(COUNT) });
});

test('an echo goes no faster than its reader, from one end to the other', async (t) => {
  const source = new Source();
  const { client, at } = await start(t, {
    async *chat(requests: AsyncIterable<unknown>) {
      yield* requests;
    },
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  const read = readSlowly(client('chat').bidiStream(source)(at), promise);
  await isHeldBack(source);
  resolve();
  assert.equal(await read, COUNT);
});

test('a stream that nobody reads does not hold up other calls of its connection', async (t) => {
  const source = new Source();
  const { client, at } = await start(t, { count: () => source[Symbol.asyncIterator]() });
  const stream = client('count').serverStream({ to: 1 })(at)[Symbol.asyncIterator]();
  await stream.next();
  await isHeldBack(source);
  const answers = Array.from({ length: 20 }, () => client('getItem').unary({ id: 1, tags: [] })(at));
  assert.deepEqual(
    new Set((await Promise.all(answers)).map((answer) => (answer as { text: string }).text)),
    new Set(['item 1']),
  );
  await stream.return?.();
});
