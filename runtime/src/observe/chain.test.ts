import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { type DestinationStream, pino } from 'pino';
import type { CallContext } from '../context.ts';
import type { ClientPolicy, OperationDefinition, ServiceDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { kinds } from '../fixtures/kinds.ts';
import { serve } from '../service.ts';
import { registerSdk } from './sdk-fixture.ts';

const sdk = registerSdk();
const { putItem, count } = kinds.operations as Record<string, OperationDefinition>;
const retry = { attempts: 3, backoff: [1, 1], jitter: 'none', on: ['unavailable'], budget: 1 } as const;
const policy: ClientPolicy = { timeout: 5000, retry };

const front = (transport: 'http' | 'grpc'): ServiceDefinition => ({
  ...kinds,
  name: 'front',
  grpc: { port: 0, service: 'weir.front.FrontService' },
  operations: {
    putItem: { ...putItem!, calls: { kinds: { putItem: policy } } },
    count: { ...count!, calls: { kinds: { count: {} } } },
  },
  clients: {
    kinds: {
      name: 'kinds',
      ...(transport === 'grpc' ? { grpc: { port: 1, service: 'weir.kinds.KindsService' } } : { http: { port: 1 } }),
      operations: { putItem: putItem!, count: count! },
    },
  },
  auth: {},
});

const back: ServiceDefinition = { ...kinds, operations: { putItem: putItem!, count: count! }, auth: {} };

interface Kinds {
  putItem(request: object): Promise<object>;
  count(request: object): AsyncIterable<object>;
}

/** Two services in a row. `seen` is what the second one's handlers find active. */
async function chain(t: TestContext, transport: 'http' | 'grpc') {
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) } satisfies DestinationStream);
  const quiet = { log, host: '127.0.0.1', signals: false, ports: { http: 0, grpc: 0 } };
  let failures = 0;
  const seen: { span: string | undefined; tenant: string | undefined; state: string | undefined }[] = [];
  const look = () => {
    const active = trace.getActiveSpan()?.spanContext();
    const tenant = propagation.getActiveBaggage()?.getEntry('tenant')?.value;
    seen.push({ span: active?.spanId, tenant, state: active?.traceState?.serialize() });
  };
  const second = await serve(
    back,
    {
      putItem(request: object) {
        look();
        failures -= 1;
        if (failures >= 0) throw new ServiceError('unavailable', 'not yet');
        return request;
      },
      async *count({ to, failAt }: { to: number; failAt?: number }) {
        for (let value = 1; value <= to; value += 1) {
          look();
          if (value === failAt) throw new Error('broken');
          yield { value };
        }
      },
    },
    { ...quiet, env: {} },
  );
  t.after(() => second.stop());
  const first = await serve(
    front(transport),
    {
      putItem: (request: object, context: CallContext & { kinds: Kinds }) =>
        trace
          .getTracer('handler')
          .startActiveSpan('own work', (span) => context.kinds.putItem(request).finally(() => span.end())),
      async *count(request: object, context: CallContext & { kinds: Kinds }) {
        yield* context.kinds.count(request);
      },
    },
    { ...quiet, env: { [`WEIR_KINDS_${transport.toUpperCase()}`]: `127.0.0.1:${second.ports[transport]}` } },
  );
  t.after(() => first.stop());
  sdk.reset();
  const url = `http://127.0.0.1:${first.ports.http}`;
  const put = (headers: Record<string, string> = {}) =>
    fetch(`${url}/v1/items/7?secret=1`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"name":"x"}',
    });
  return {
    url,
    metricsOf: async (accept: string) => (await fetch(`${url}/metrics`, { headers: { accept } })).text(),
    port: second.ports[transport]!,
    put,
    seen,
    lines,
    failNext(times: number) {
      failures = times;
    },
  };
}

const attributesOf = ({ attributes }: ReadableSpan, ...names: string[]) => names.map((name) => attributes[name]);
const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;
const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;

/** Spans end with the answer, which may be there before the last of them. */
async function spans(number: number): Promise<ReadableSpan[]> {
  while (sdk.spans().length < number) await new Promise((resolve) => setImmediate(resolve));
  return sdk.spans();
}

const caller = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const traceparent = (flags: string) => `00-${caller.traceId}-${caller.spanId}-${flags}`;

for (const transport of ['http', 'grpc'] as const) {
  test(`over ${transport}, each attempt is a span of its own between the caller's and the callee's`, async (t) => {
    const { put, failNext, port, seen } = await chain(t, transport);
    failNext(1);
    const headers = { traceparent: traceparent('01'), tracestate: 'vendor=1,other=2', baggage: 'tenant=acme' };
    assert.equal((await put(headers)).status, 200);
    const all = await spans(7);
    const [server, own, call, first, refused, again, answered] = all;
    assert.ok(all.every((span) => span.spanContext().traceId === caller.traceId));
    assert.ok(all.every((span) => span.spanContext().traceState?.serialize() === 'vendor=1,other=2'));
    const parents = [server, own, call, first, refused, again, answered].map(parentOf);
    const expected = [caller.spanId, ...[server, own, call, first, call, again].map(idOf)];
    assert.deepEqual(parents, expected);
    assert.deepEqual(
      all.map(({ kind }) => kind),
      [
        SpanKind.SERVER,
        SpanKind.INTERNAL,
        SpanKind.INTERNAL,
        SpanKind.CLIENT,
        SpanKind.SERVER,
        SpanKind.CLIENT,
        SpanKind.SERVER,
      ],
    );
    assert.deepEqual([call!.name, call!.status.code], ['kinds.PutItem', SpanStatusCode.UNSET]);
    assert.deepEqual(
      call!.events.map(({ name, attributes }) => [name, attributes?.cause]),
      [['retry', 'unavailable']],
    );
    assert.deepEqual(attributesOf(first!, 'weir.attempt', 'weir.outcome'), [1, 'failure']);
    assert.deepEqual(attributesOf(again!, 'weir.attempt', 'weir.outcome'), [2, 'success']);
    assert.deepEqual([first!.status.code, again!.status.code], [SpanStatusCode.ERROR, SpanStatusCode.UNSET]);
    assert.deepEqual(attributesOf(first!, 'server.address', 'server.port'), ['127.0.0.1', port]);
    assert.deepEqual(
      seen,
      [refused, answered].map((span) => ({ span: idOf(span), tenant: 'acme', state: 'vendor=1,other=2' })),
    );
    if (transport === 'http') {
      assert.deepEqual([server!.name, first!.name], ['PUT /v1/items/{id}', 'PUT /v1/items/{id}']);
      assert.deepEqual(
        attributesOf(
          again!,
          'http.request.method',
          'url.template',
          'url.full',
          'http.response.status_code',
          'http.request.resend_count',
          'error.type',
        ),
        ['PUT', '/v1/items/{id}', `http://127.0.0.1:${port}/v1/items/7`, 200, 1, undefined],
      );
      assert.deepEqual(attributesOf(first!, 'http.response.status_code', 'http.request.resend_count', 'error.type'), [
        503,
        undefined,
        '503',
      ]);
      assert.deepEqual(attributesOf(refused!, 'http.response.status_code', 'error.type'), [503, '503']);
    } else {
      const method = 'weir.kinds.KindsService/PutItem';
      assert.equal(first!.name, method);
      assert.deepEqual(attributesOf(first!, 'rpc.system.name', 'rpc.method', 'rpc.status_code', 'error.type'), [
        'grpc',
        method,
        'UNAVAILABLE',
        'UNAVAILABLE',
      ]);
      assert.deepEqual(attributesOf(answered!, 'rpc.system.name', 'rpc.method', 'rpc.status_code', 'error.type'), [
        'grpc',
        method,
        'OK',
        undefined,
      ]);
      assert.deepEqual([refused!.status.code, answered!.status.code], [SpanStatusCode.ERROR, SpanStatusCode.UNSET]);
    }
  });

  test(`over ${transport}, the handler of a stream runs in its span, and one that breaks off fails it`, async (t) => {
    const { url, seen } = await chain(t, transport);
    await (await fetch(`${url}/v1/count/3?failAt=3`)).text();
    const [server, call, attempt, callee] = await spans(4);
    assert.deepEqual([parentOf(call), parentOf(attempt), parentOf(callee)], [server, call, attempt].map(idOf));
    assert.deepEqual(
      seen.map(({ span }) => span),
      [callee, callee, callee].map(idOf),
    );
    assert.deepEqual(
      [server, call, attempt, callee].map((span) => span!.status.code),
      new Array(4).fill(SpanStatusCode.ERROR),
    );
    assert.equal(callee!.events[0]?.name, 'exception');
  });
}

test('a caller that does not sample is not sampled on, and leaves no spans', async (t) => {
  for (const transport of ['http', 'grpc'] as const) {
    const { put, seen } = await chain(t, transport);
    assert.equal((await put({ traceparent: traceparent('00') })).status, 200);
    assert.equal(seen.length, 1);
    assert.deepEqual(sdk.spans(), []);
  }
});

test('server spans say what was asked, by whom, and nothing of what stands in the query', async (t) => {
  const { put, url } = await chain(t, 'http');
  await put({ 'user-agent': 'tests' });
  const [server] = await spans(5);
  const { hostname, port } = new URL(url);
  const names = [
    'http.request.method',
    'http.route',
    'url.path',
    'url.scheme',
    'server.address',
    'server.port',
    'client.address',
    'user_agent.original',
    'network.protocol.version',
    'http.response.status_code',
  ];
  assert.deepEqual(attributesOf(server!, ...names), [
    'PUT',
    '/v1/items/{id}',
    '/v1/items/7',
    'http',
    hostname,
    Number(port),
    '127.0.0.1',
    'tests',
    '1.1',
    200,
  ]);
  assert.ok(!JSON.stringify(server!.attributes).includes('secret'));
});

test('lines of the log lead to spans, and latencies to traces by their exemplars', async (t) => {
  const { put, lines, metricsOf } = await chain(t, 'http');
  await put();
  const [server] = await spans(5);
  const { traceId, spanId } = server!.spanContext();
  assert.ok(lines.some((line) => line.msg === 'request' && line.traceId === traceId && line.spanId === spanId));
  const text = await metricsOf('application/openmetrics-text;version=1.0.0,text/plain;q=0.5');
  assert.match(text, /^# TYPE weir_requests counter$/m);
  assert.match(text, /^weir_requests_total\{operation="PutItem",transport="http",code="ok",service="front"\} 1$/m);
  const exemplar = `\\{trace_id="${traceId}",span_id="${spanId}"\\} [\\d.e-]+ \\d+\\.\\d{3}`;
  assert.match(text, new RegExp(`^weir_request_duration_seconds_bucket\\{le="[^"]+",.*\\} 1 # ${exemplar}$`, 'm'));
  assert.match(
    text,
    new RegExp(`^weir_edge_attempt_duration_seconds_bucket\\{le="[^"]+",.*\\} 1 # \\{trace_id="${traceId}"`, 'm'),
  );
  assert.ok(text.endsWith('\n# EOF\n'));
  const older = await metricsOf('text/plain');
  assert.match(older, /^weir_requests_total\{operation="PutItem",transport="http",code="ok",service="front"\} 1$/m);
  assert.doesNotMatch(older, /trace_id|EOF/);
});

test('without an SDK trace, state and baggage still travel, and no exemplar leads nowhere', async (t) => {
  sdk.unregister();
  for (const transport of ['http', 'grpc'] as const) {
    const { put, lines, metricsOf } = await chain(t, transport);
    assert.equal((await put({ traceparent: traceparent('01'), baggage: 'tenant=acme' })).status, 200);
    const requests = lines.filter(({ msg }) => msg === 'request');
    assert.deepEqual(
      requests.map((line) => line.traceId),
      [caller.traceId, caller.traceId],
    );
    assert.doesNotMatch(await metricsOf('application/openmetrics-text'), /trace_id/);
  }
  assert.deepEqual(sdk.spans(), []);
});
