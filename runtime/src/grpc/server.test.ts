import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { credentials, type ServiceError as GrpcError, loadPackageDefinition, Metadata, status } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { pino } from 'pino';
import protobuf from 'protobufjs';
import type { ServiceDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { kindsHandlers } from '../fixtures/handlers.ts';
import { kinds, kindsProto, SoldOut } from '../fixtures/kinds.ts';
import { type ServeOptions, serve } from '../service.ts';
import { decodeStatusDetails, STATUS_DETAILS } from './status.ts';

const env = { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}' };

const healthProto = `
syntax = "proto3";
package grpc.health.v1;
message HealthCheckRequest { string service = 1; }
message HealthCheckResponse {
  enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; }
  ServingStatus status = 1;
}
service Health {
  rpc Check(HealthCheckRequest) returns (HealthCheckResponse);
  rpc Watch(HealthCheckRequest) returns (stream HealthCheckResponse);
}
`;

// biome-ignore lint/suspicious/noExplicitAny: proto-loader's clients have no static types
type Loose = any;

/** Clients that know nothing of the runtime: made by proto-loader from .proto text. */
function load(proto: string): Loose {
  const { root } = protobuf.parse(proto, { keepCase: true });
  for (const file of ['timestamp', 'duration', 'struct', 'empty']) {
    root.addJSON(protobuf.common.get(`google/protobuf/${file}.proto`)!.nested!);
  }
  const options = { keepCase: true, longs: String, enums: String, oneofs: true, defaults: true };
  return loadPackageDefinition(fromJSON(root.toJSON() as never, options));
}

const { KindsService } = load(kindsProto).weir.kinds;
const { Health } = load(healthProto).grpc.health.v1;

async function start(
  t: TestContext,
  change: Partial<ServiceDefinition> = {},
  options: ServeOptions = {},
  own: object = {},
) {
  const { handlers, seen } = kindsHandlers();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const service = await serve(
    { ...kinds, ...change },
    { ...handlers, ...own },
    {
      env,
      log,
      host: '127.0.0.1',
      ports: { http: 0, grpc: 0 },
      signals: false,
      ...options,
    },
  );
  const address = `127.0.0.1:${service.ports.grpc}`;
  const client = new KindsService(address, credentials.createInsecure());
  const health = new Health(address, credentials.createInsecure());
  t.after(async () => {
    seen.release();
    await service.stop();
    client.close();
    health.close();
  });
  return { service, seen, lines, client, health, address };
}

function unary(
  client: Loose,
  method: string,
  request: object,
  metadata = new Metadata(),
  options: object = {},
): Promise<Loose> {
  return new Promise((resolve, reject) => {
    client[method](request, metadata, options, (error: GrpcError | null, reply: unknown) =>
      error ? reject(error) : resolve(reply),
    );
  });
}

async function refused(call: Promise<unknown>, code: status): Promise<GrpcError> {
  const error = (await call.then(
    () => assert.fail('was answered'),
    (thrown) => thrown,
  )) as GrpcError;
  assert.equal(error.code, code, error.message);
  return error;
}

const details = (error: GrpcError) => decodeStatusDetails(error.metadata.get(STATUS_DETAILS)[0] as Buffer);

const everything = {
  flag: true,
  small: -1,
  big: '-9223372036854775808',
  small_count: 2,
  big_count: '18446744073709551615',
  ratio: 0.5,
  precise: 2.5,
  text: 'ä',
  blob: Buffer.from([0, 1, 2]),
  id: '123e4567-e89b-12d3-a456-426614174000',
  at: { seconds: '-1', nanos: 5_000_000 },
  took: { seconds: '1', nanos: 500_000_000 },
  price: '12.50',
  anything: {
    structValue: { fields: { a: { listValue: { values: [{ numberValue: 1 }, { nullValue: 'NULL_VALUE' }] } } } },
  },
  color: 'COLOR_DEEP_BLUE',
  tags: ['a'],
  numbers: ['1', '-1'],
  points: [{ x: 1, y: 2 }],
  labels: { a: 'b' },
  by_flag: { true: { x: 0, y: 1 } },
  voucher: 'v',
  maybe_color: 'COLOR_RED',
};

test('a value of every type goes in and comes back', async (t) => {
  const { client, seen } = await start(t);
  const reply = await unary(client, 'Echo', everything);
  for (const field of [
    'big',
    'big_count',
    'at',
    'took',
    'color',
    'numbers',
    'by_flag',
    'voucher',
    'maybe_color',
    'text',
  ]) {
    assert.deepEqual(reply[field], everything[field as keyof typeof everything], field);
  }
  const request = seen.calls[0]!.request as Record<string, unknown>;
  assert.deepEqual(
    [request.big, request.bigCount, request.at, request.took, request.color, request.anything],
    [-(2n ** 63n), 2n ** 64n - 1n, new Date(-995), 1500, 'deepBlue', { a: [1, null] }],
  );
  assert.equal('maybeSmall' in request, false);
});

test('violations travel as google.rpc.BadRequest', async (t) => {
  const { client } = await start(t);
  const error = await refused(unary(client, 'Check', { sku: 'x', quantity: 0, price: '1' }), status.INVALID_ARGUMENT);
  assert.deepEqual(
    details(error)!.violations!.map(({ field, rule }) => `${field} ${rule}`),
    ['sku matches', 'quantity range', 'name length', 'codes length', 'size oneOf', 'wait required'],
  );
});

test('a request with thousands of violations gets a short answer', async (t) => {
  const { client } = await start(t);
  const limits = { sku: 'ABC-1', quantity: 1, name: 'n', size: 's', price: '1', wait: {}, attributes: {} };
  const codes = Array.from({ length: 50_000 }, () => 'wrong');
  const error = await refused(unary(client, 'Check', { ...limits, codes }), status.INVALID_ARGUMENT);
  assert.equal(
    error.details,
    'codes must have 1 to 2 items, has 50000 (and at least 100 more, not all of them listed).',
  );
  assert.equal(details(error)!.violations!.length, 32);
  const attributes = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}${'x'.repeat(10_000)}`, -1]));
  const long = await refused(unary(client, 'Check', { ...limits, codes: ['ab'], attributes }), status.INVALID_ARGUMENT);
  assert.match(long.details, /\(and 40 more\)/);
  assert.ok((long.metadata.get(STATUS_DETAILS)[0] as Buffer).length < 8192);
});

test('bytes that are no message are the fault of the client', async (t) => {
  const { client } = await start(t);
  const send = new Promise((resolve, reject) =>
    client.makeUnaryRequest(
      '/weir.kinds.KindsService/GetItem',
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      Buffer.from([0x12, 0xff, 0xff, 0xff]),
      (error: GrpcError | null, reply: unknown) => (error ? reject(error) : resolve(reply)),
    ),
  );
  await refused(send, status.INVALID_ARGUMENT);
  await refused(unary(client, 'Fail', { text: 'x'.repeat(1024 * 1024) }), status.RESOURCE_EXHAUSTED);
  const unknown = new Promise((resolve, reject) =>
    client.makeUnaryRequest(
      '/weir.kinds.KindsService/Nothing',
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      Buffer.alloc(0),
      (error: GrpcError | null, reply: unknown) => (error ? reject(error) : resolve(reply)),
    ),
  );
  await refused(unknown, status.UNIMPLEMENTED);
});

test('errors that the contract declares keep their fields, others keep their code', async (t) => {
  const { client, lines } = await start(t);
  const soldOut = await refused(unary(client, 'Fail', { text: 'sold out' }), status.FAILED_PRECONDITION);
  assert.equal(soldOut.details, 'Only 3 are left.');
  const { error } = details(soldOut)!;
  assert.equal(error!.name, 'weir.kinds.SoldOut');
  const type = protobuf.parse(kindsProto, { keepCase: true }).root.lookupType('weir.kinds.SoldOut');
  assert.deepEqual(type.toObject(type.decode(error!.bytes), { longs: String }), { sku: 'A-1', left: '3' });
  await refused(unary(client, 'Fail', { text: 'not found' }), status.NOT_FOUND);
  const later = await refused(unary(client, 'Fail', { text: 'later' }), status.RESOURCE_EXHAUSTED);
  assert.deepEqual(later.metadata.get('grpc-retry-pushback-ms'), ['1500']);
  for (const text of ['anything', 'wrong fields', 'wrong answer', 'neighbour']) {
    const inside = await refused(unary(client, 'Fail', { text }), status.INTERNAL);
    assert.equal(inside.details, 'The service failed. Its log says more, under the request id.');
  }
  assert.ok(JSON.stringify(lines).includes('secret: anything'));
});

test('an error with more to say than a header holds arrives with its code, and what fits', async (t) => {
  const { handlers } = kindsHandlers();
  const large = {
    ...handlers,
    fail({ text }: { text: string }) {
      if (text === 'fields') throw new SoldOut({ sku: 'x'.repeat(100_000), left: 1n }, 'none left');
      throw new ServiceError('aborted', 'y'.repeat(100_000));
    },
  };
  const { client } = await start(t, {}, {}, large);
  const fields = await refused(unary(client, 'Fail', { text: 'fields' }), status.FAILED_PRECONDITION);
  assert.equal(fields.details, 'none left');
  const words = await refused(unary(client, 'Fail', { text: 'words' }), status.ABORTED);
  assert.equal(words.details, 'y'.repeat(4096));
  assert.equal(typeof words.metadata.get('x-request-id')[0], 'string');
});

test('streams go every way', async (t) => {
  const { client } = await start(t);
  const counted: number[] = [];
  for await (const { value } of client.Count({ to: 5000 })) counted.push(value);
  assert.deepEqual([counted.length, counted[0], counted.at(-1)], [5000, 1, 5000]);

  const failing: number[] = [];
  const failed = (async () => {
    for await (const { value } of client.Count({ to: 3, fail_at: 3 })) failing.push(value);
  })();
  const error = await refused(failed, status.FAILED_PRECONDITION);
  assert.equal(details(error)!.error!.name, 'weir.kinds.SoldOut');
  assert.deepEqual(failing, [1, 2]);

  const collected = new Promise((resolve, reject) => {
    const call = client.Collect((thrown: GrpcError | null, reply: unknown) =>
      thrown ? reject(thrown) : resolve(reply),
    );
    for (const text of ['a', 'b', 'c']) call.write({ text });
    call.end();
  });
  assert.deepEqual(await collected, { text: 'a,b,c' });

  const chat = client.Chat();
  chat.write({ text: 'a' });
  chat.write({ text: 'b' });
  chat.end();
  const answers: string[] = [];
  for await (const { text } of chat) answers.push(text);
  assert.deepEqual(answers, ['A', 'B']);
});

test('a client that goes away, or waits no longer, aborts the handler', async (t) => {
  const { client, seen } = await start(t);
  const stream = client.Count({ to: 1_000_000 });
  stream.on('error', () => {});
  stream.once('data', () => stream.cancel());
  await seen.aborted;
  assert.equal(seen.calls[0]!.context.signal.aborted, true);

  const other = await start(t);
  const late = unary(other.client, 'Wait', { text: 'x' }, new Metadata(), { deadline: Date.now() + 100 });
  await refused(late, status.DEADLINE_EXCEEDED);
  await other.seen.aborted;
  assert.ok(other.seen.calls[0]!.context.remaining()! <= 100);
});

test('who calls is in the metadata', async (t) => {
  const { client } = await start(t);
  await refused(unary(client, 'Secret', {}), status.UNAUTHENTICATED);
  const metadata = new Metadata();
  metadata.set('x-api-key', 'k-1');
  assert.deepEqual(await unary(client, 'Secret', {}, metadata), { text: 'acme' });
});

test('a request keeps its trace and its id', async (t) => {
  const { client, seen, lines } = await start(t);
  const metadata = new Metadata();
  metadata.set('traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');
  metadata.set('x-request-id', 'r-7');
  await unary(client, 'PutItem', { id: 1, name: 'n' }, metadata);
  const { trace, requestId } = seen.calls[0]!.context as never as { trace: Record<string, unknown>; requestId: string };
  assert.deepEqual(
    [trace.traceId, trace.parentSpanId, requestId],
    ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7', 'r-7'],
  );
  const line = lines.find(({ operation }) => operation === 'PutItem')!;
  assert.deepEqual([line.requestId, line.transport, line.code], ['r-7', 'grpc', 'ok']);
});

test('health is told over the health protocol, and changes when the service stops', async (t) => {
  const { health, service } = await start(t, { http: undefined as never });
  assert.deepEqual(Object.keys(service.ports), ['grpc']);
  assert.deepEqual(await unary(health, 'Check', { service: '' }), { status: 'SERVING' });
  assert.deepEqual(await unary(health, 'Check', { service: 'weir.kinds.KindsService' }), { status: 'SERVING' });
  await refused(unary(health, 'Check', { service: 'other' }), status.NOT_FOUND);
  const states: string[] = [];
  const watch = health.Watch({ service: '' });
  const ended = new Promise((resolve) => watch.on('end', resolve).on('error', resolve));
  const first = new Promise((resolve) => watch.once('data', resolve));
  watch.on('data', ({ status: state }: { status: string }) => states.push(state));
  await first;
  await service.stop();
  await ended;
  assert.deepEqual(states, ['SERVING', 'NOT_SERVING']);
});
