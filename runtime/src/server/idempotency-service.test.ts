import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { pino } from 'pino';
import { createCodec } from '../codec/codec.ts';
import { kindsHandlers } from '../fixtures/handlers.ts';
import { kinds } from '../fixtures/kinds.ts';
import { systemClock } from '../policy/clock.ts';
import { serve } from '../service.ts';
import { memoryIdempotencyStore } from './idempotency-memory.ts';

const NOTE = 'weir.kinds.Note';
const codec = createCodec(kinds.types);
const asIs = (bytes: Buffer) => bytes;

interface Answer {
  /** HTTP status, or gRPC code. */
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

type Pay = (text: string, key: string, as: string) => Promise<Answer>;

function byHttp(port: number): Pay {
  return async (text, key, as) => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/pay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-api-key': as },
      body: JSON.stringify({ text }),
    });
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? undefined,
      body: await response.text(),
    };
  };
}

function byGrpc(t: TestContext, port: number): Pay {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  t.after(() => client.close());
  return (text, key, as) => {
    const metadata = new Metadata();
    metadata.set('idempotency-key', key);
    metadata.set('x-api-key', as);
    const request = codec.serialize(NOTE, { text });
    return new Promise((resolve) => {
      const answered = (error: ServiceError | null, bytes?: Buffer) =>
        resolve({ status: error?.code ?? 0, type: undefined, body: error?.details ?? String(bytes?.toString('hex')) });
      client.makeUnaryRequest('/weir.kinds.KindsService/Pay', asIs, asIs, request, metadata, answered);
    });
  };
}

for (const transport of ['http', 'grpc'] as const) {
  test(`over ${transport}, keys belong to a caller: same request, same answer; another, 422; running, 409`, async (t) => {
    const { handlers, seen } = kindsHandlers();
    const auth = { anyOf: [{ auth: 'partner', scopes: [] }] };
    const definition = { ...kinds, operations: { ...kinds.operations, pay: { ...kinds.operations.pay!, auth } } };
    const claimed: string[] = [];
    const memory = memoryIdempotencyStore(systemClock);
    const service = await serve(definition, handlers, {
      log: pino({ level: 'silent' }),
      host: '127.0.0.1',
      signals: false,
      ports: { http: 0, grpc: 0 },
      env: { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1,umbrella:k-2', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}' },
      idempotency: {
        lease: memory.lease,
        claim(key, claim) {
          claimed.push(key);
          return memory.claim(key, claim);
        },
        extend: (...held) => memory.extend(...held),
        answer: (...given) => memory.answer(...given),
        release: (...held) => memory.release(...held),
      },
    });
    t.after(() => service.stop());
    const pay = transport === 'http' ? byHttp(service.ports.http!) : byGrpc(t, service.ports.grpc!);
    const [fine, conflict, another, refused] = transport === 'http' ? [200, 409, 422, 400] : [0, 10, 9, 3];

    const first = await pay('rent', 'k', 'k-1');
    assert.equal(first.status, fine);
    assert.deepEqual(await pay('rent', 'k', 'k-1'), first);
    assert.equal((await pay('food', 'k', 'k-1')).status, another);
    const others = await pay('rent', 'k', 'k-2');
    assert.equal(others.status, fine);
    assert.notEqual(others.body, first.body);
    assert.equal(seen.calls.length, 2);

    const slow = pay('slow', 's', 'k-1');
    await seen.begun;
    assert.equal((await pay('slow', 's', 'k-1')).status, conflict);
    seen.release();
    const done = await slow;
    assert.equal(done.status, fine);
    assert.deepEqual(await pay('slow', 's', 'k-1'), done);
    assert.equal(seen.calls.length, 3);

    for (let i = 0; i < 2; i += 1) assert.notEqual((await pay('broken', 'b', 'k-1')).status, fine);
    assert.equal(seen.calls.length, 5, 'a failure is tried again');
    assert.equal((await pay('rent', 'x'.repeat(256), 'k-1')).status, refused);
    const before = claimed.length;
    await pay('rent', 'k', 'wrong key');
    assert.equal(claimed.length, before, 'who may not call learns nothing of keys');
  });
}
