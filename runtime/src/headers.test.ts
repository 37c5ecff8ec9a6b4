import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { AnswerHeaders, CallContext, CallOptions } from './context.ts';
import type { ClientPolicy, OperationDefinition, ServiceDefinition } from './definition.ts';
import { ServiceError } from './errors.ts';
import { kinds } from './fixtures/kinds.ts';
import { type AnyHandler, serve } from './service.ts';
import { testService } from './testing/index.ts';

const { putItem, getItem, count } = kinds.operations as Record<string, OperationDefinition>;
const operations = { putItem: putItem!, getItem: getItem!, count: count! };
const back: ServiceDefinition = { ...kinds, operations, auth: {} };
const retry = { attempts: 3, backoff: [1, 1], jitter: 'none', on: ['unavailable'], budget: 1 } as const;

const front = (transport: 'http' | 'grpc', policy: ClientPolicy): ServiceDefinition => ({
  ...back,
  name: 'front',
  grpc: { port: 0, service: 'weir.front.FrontService' },
  operations: { getItem: { ...getItem!, calls: { kinds: { putItem: policy, getItem: policy, count: policy } } } },
  clients: {
    kinds: {
      name: 'kinds',
      ...(transport === 'grpc' ? { grpc: { port: 1, service: 'weir.kinds.KindsService' } } : { http: { port: 1 } }),
      operations,
    },
  },
});

interface Kinds {
  putItem(request: object, options?: CallOptions): Promise<object>;
  getItem(request: object, options?: CallOptions): Promise<{ text: string }>;
  count(request: object, options?: CallOptions): AsyncIterable<{ value: number }>;
}

type Given = Partial<Record<keyof typeof operations, AnyHandler>>;

async function started(t: TestContext, definition: ServiceDefinition, handlers: Given, env = {}) {
  const quiet = { log: pino({ level: 'silent' }), host: '127.0.0.1', signals: false, ports: { http: 0, grpc: 0 }, env };
  const all = { putItem: (request: object) => request, getItem: () => ({ text: '' }), count: () => [], ...handlers };
  const service = await serve(definition, all, quiet);
  t.after(() => service.stop());
  return service;
}

/** Gives what runs work within a handler that calls a service with these handlers. */
async function callers(t: TestContext, transport: 'http' | 'grpc', handlers: Given, policy: ClientPolicy = {}) {
  const { ports } = await started(t, back, handlers);
  let work = async (_: Kinds): Promise<void> => {};
  const calls = async (_: object, { kinds: clients }: { kinds: Kinds }) => {
    await work(clients);
    return { text: 'done' };
  };
  const env = { [`WEIR_KINDS_${transport.toUpperCase()}`]: `127.0.0.1:${ports[transport]}` };
  const { ports: own } = await started(t, front(transport, policy), { getItem: calls }, env);
  return async (run: (clients: Kinds) => Promise<void>) => {
    const ended = Promise.withResolvers<void>();
    work = (clients) => run(clients).then(ended.resolve, ended.reject);
    await (await fetch(`http://127.0.0.1:${own.http}/v1/items/1`)).text();
    await ended.promise;
  };
}

const bytes = new Uint8Array([0xab, 0xab, 0xab, 0, 255]);

for (const transport of ['http', 'grpc'] as const) {
  test(`headers go both ways over ${transport}, text and bytes, with an answer and with an error`, async (t) => {
    const within = await callers(t, transport, {
      putItem(item: { id: number }, { headers, reply }: CallContext) {
        reply.header('X-Tenant', `${headers.get('X-TENANT')}`);
        reply.header('x-many', 'a', 'b');
        reply.trailer('x-sum-bin', headers.bytes('x-sum-bin')!);
        assert.equal(headers.get('x-none'), undefined);
        assert.equal(headers.bytes('x-none-bin'), undefined);
        if (item.id === 2) throw new ServiceError('not-found', 'no');
        return item;
      },
    });
    await within(async ({ putItem: put }) => {
      const headers = { 'X-Tenant': 'north', 'x-sum-bin': bytes };
      const seen: AnswerHeaders[] = [];
      const onAnswer = (answer: AnswerHeaders) => void seen.push(answer);
      await put({ id: 1, name: 'a' }, { headers, onAnswer });
      await assert.rejects(put({ id: 2, name: 'a' }, { headers, onAnswer }), { code: 'not-found' });
      assert.equal(seen.length, 2);
      for (const answer of seen) {
        assert.equal(answer.headers.get('x-tenant'), 'north');
        assert.equal(answer.headers.get('x-many'), 'a, b');
        assert.deepEqual(answer.trailers.bytes('x-sum-bin'), bytes);
      }
    });
  });

  test(`a stream over ${transport} has headers before its items and trailers behind them`, async (t) => {
    let late: unknown;
    const within = await callers(t, transport, {
      async *count({ to }: { to: number }, { reply }: CallContext) {
        reply.header('x-total', String(to));
        for (let value = 1; value <= to; value += 1) yield { value };
        try {
          reply.header('x-late', 'yes');
        } catch (error) {
          late = error;
        }
        reply.trailer('x-sent', String(to));
      },
    });
    await within(async ({ count: counted }) => {
      let seen: AnswerHeaders | undefined;
      const items = counted({ to: 3 }, { onAnswer: (answer) => (seen = answer) })[Symbol.asyncIterator]();
      assert.equal((await items.next()).value!.value, 1);
      assert.deepEqual([seen!.headers.get('x-total'), seen!.trailers.get('x-sent')], ['3', undefined]);
      while (!(await items.next()).done);
      assert.equal(seen!.trailers.get('x-sent'), '3');
    });
    assert.match(String(late), /The answer has begun/);
  });

  test(`over ${transport} the caller is told of each attempt that was answered, and the last one last`, async (t) => {
    let attempts = 0;
    const fails = {
      getItem(_: object, { reply }: CallContext) {
        attempts += 1;
        reply.header('x-attempt', String(attempts));
        if (attempts < 3) throw new ServiceError('unavailable', 'not yet');
        return { text: 'there' };
      },
    };
    const within = await callers(t, transport, fails, { retry });
    await within(async ({ getItem: get }) => {
      const told: (string | undefined)[] = [];
      await get({ id: 1, tags: [] }, { onAnswer: ({ headers }) => void told.push(headers.get('x-attempt')) });
      assert.deepEqual(told, ['1', '2', '3']);
    });
  });

  test(`over ${transport} a cached answer is for those headers alone`, async (t) => {
    let asked = 0;
    const handlers = {
      getItem(_: object, { headers }: CallContext) {
        asked += 1;
        return { text: String(headers.get('x-tenant')) };
      },
    };
    const within = await callers(t, transport, handlers, { cache: { ttl: 60_000 } });
    await within(async ({ getItem: get }) => {
      const textFor = async (tenant: string) =>
        (await get({ id: 1, tags: [] }, { headers: { 'x-tenant': tenant } })).text;
      assert.deepEqual([await textFor('a'), await textFor('b'), await textFor('a')], ['a', 'b', 'a']);
      assert.equal(asked, 2);
    });
  });
}

test('names and values that no header can hold are refused, and so are those that the runtime writes', async (t) => {
  const within = await callers(t, 'grpc', {});
  await within(async ({ putItem: put }) => {
    for (const headers of [
      { 'grpc-timeout': '1S' },
      { 'X-Request-Id': 'mine' },
      { 'content-length': '1' },
      { 'no name': 'x' },
      { 'x-line': 'a\r\nb: c' },
      { 'x-word': 'Ä' },
      { 'x-bytes-bin': 'text' },
      { 'x-text': bytes },
    ] as Record<string, string>[]) {
      await assert.rejects(put({ id: 1, name: 'a' }, { headers }), TypeError);
    }
  });
});

test('over plain HTTP: a header of an answer, of a problem, of an answer from the cache, and trailer fields of a stream', async (t) => {
  let runs = 0;
  const cached: ServiceDefinition = {
    ...back,
    operations: { ...operations, getItem: { ...getItem!, policy: { cache: { ttl: 60_000 } } } },
  };
  const { ports } = await started(t, cached, {
    putItem(item: { id: number }, { reply }: CallContext) {
      reply.header('location', `/v1/items/${item.id}`);
      reply.header('set-cookie', 'a=1', 'b=2');
      if (item.id === 2) throw new ServiceError('not-found', 'no');
      return item;
    },
    getItem(_: object, { reply }: CallContext) {
      runs += 1;
      reply.header('etag', '"1"');
      return { text: 'x' };
    },
    async *count(_: object, { reply }: CallContext) {
      reply.header('x-total', '1');
      yield { value: 1 };
      reply.trailer('x-sent', '1', '2');
    },
  });
  const at = `http://127.0.0.1:${ports.http}/v1`;
  const put = (id: number) =>
    fetch(`${at}/items/${id}`, {
      method: 'PUT',
      body: '{"name":"a"}',
      headers: { 'content-type': 'application/json' },
    });
  for (const [id, status] of [
    [1, 200],
    [2, 404],
  ] as const) {
    const answer = await put(id);
    assert.deepEqual([answer.status, answer.headers.get('location')], [status, `/v1/items/${id}`]);
    assert.deepEqual(answer.headers.getSetCookie(), ['a=1', 'b=2']);
  }
  for (let i = 0; i < 2; i += 1) assert.equal((await fetch(`${at}/items/1`)).headers.get('etag'), '"1"');
  assert.equal(runs, 1);

  const stream = await new Promise<IncomingMessage>((resolve) => httpRequest(`${at}/count/1`, resolve).end());
  assert.equal(stream.headers['x-total'], '1');
  for await (const _ of stream);
  assert.equal(stream.trailers['x-sent'], '1, 2');
});

test('over HTTP a stream that has headers in mind does not begin without them', async (t) => {
  const { ports } = await started(t, back, {
    async *count(_: object, { reply }: CallContext) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      reply.header('x-total', '1');
      yield { value: 1 };
    },
  });
  const answer = await fetch(`http://127.0.0.1:${ports.http}/v1/count/1`);
  assert.equal(answer.headers.get('x-total'), '1');
  await answer.text();
});

test('in a test: headers of calls and answers, of the service and of fakes', async (t) => {
  const seen: AnswerHeaders[] = [];
  const onAnswer = (answer: AnswerHeaders) => void seen.push(answer);
  const app = await testService(
    front('grpc', {}),
    {
      async getItem(_: object, { headers, reply, kinds: { getItem: get } }: CallContext & { kinds: Kinds }) {
        const { text } = await get(
          { id: 1, tags: [] },
          { headers: { 'x-tenant': headers.get('x-tenant')! }, onAnswer },
        );
        reply.header('x-sum-bin', headers.bytes('x-sum-bin')!);
        return { text };
      },
    },
    {
      fakes: {
        kinds: {
          getItem: (_: object, call: { headers: Record<string, string>; reply: CallContext['reply'] }) => {
            call.reply.trailer('x-by', 'fake');
            return { text: call.headers['x-tenant'] };
          },
        },
      },
    },
  );
  t.after(app.stop);
  const headers = { 'x-tenant': 'north', 'x-sum-bin': bytes };
  assert.deepEqual(await app.call('GetItem', { id: 1, tags: [] }, { headers, onAnswer }), { text: 'north' });
  assert.deepEqual(
    seen.map((answer) => [answer.trailers.get('x-by'), answer.headers.bytes('x-sum-bin')]),
    [
      ['fake', undefined],
      [undefined, bytes],
    ],
  );
});
