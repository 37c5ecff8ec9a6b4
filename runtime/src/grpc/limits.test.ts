import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindsHandlers } from '../fixtures/handlers.ts';
import { kinds } from '../fixtures/kinds.ts';
import { serve } from '../service.ts';
import { frameOf } from './framing.ts';
import {
  answerTo,
  attempt,
  clientOf,
  codec,
  dial,
  echo,
  failure,
  note,
  request,
  serveMethods,
} from './wire-fixture.ts';

const large = 'x'.repeat(100_000);

test('a request that is too large has the status of that, and need not come to its end', async (t) => {
  const { address } = await serveMethods(t, { Fail: echo }, { receive: 1000 });
  const error = await failure(clientOf(t)('fail').unary({ text: large })(attempt(address)));
  assert.deepEqual(
    [error.code, error.message],
    ['resource-exhausted', 'a message has 100004 bytes, and 1000 are the most'],
  );

  const stream = request(dial(t, address), 'Fail');
  stream.write(frameOf(note(large)).subarray(0, 20));
  const { status, reset } = await answerTo(stream);
  assert.deepEqual([status, reset], [8, 0]);
});

test('an answer that is too large for the service to send is told so, and does not leave it', async (t) => {
  const { handlers } = kindsHandlers();
  const service = await serve(
    kinds,
    { ...handlers, getItem: () => ({ text: large }), async *count() {} },
    {
      env: { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}', WEIR_LOG_LEVEL: 'silent' },
      host: '127.0.0.1',
      ports: { http: 0, grpc: 0 },
      signals: false,
      grpc: { answerLimit: 1000 },
    },
  );
  t.after(() => service.stop());
  const address = `127.0.0.1:${service.ports.grpc}`;
  const error = await failure(clientOf(t)('getItem').unary({ id: 1, tags: [] })(attempt(address)));
  assert.deepEqual(
    [error.code, error.message],
    ['resource-exhausted', 'a message has 100004 bytes, and 1000 are the most'],
  );
});

test('an answer that is too large for the client ends the call, which is never retried', async (t) => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const stream = {
    requestStream: false,
    responseStream: true,
    answer(call: Parameters<typeof echo.answer>[0]) {
      call.gone = resolve;
      call.send(codec.serialize('weir.kinds.CountReply', { value: 1 }));
      call.send(note(large));
    },
  };
  const { address } = await serveMethods(t, { Fail: echo, Count: stream });
  const client = clientOf(t, { answerLimit: 1000 });
  const error = await failure(client('fail').unary({ text: large })(attempt(address)));
  assert.deepEqual([error.code, error.origin, error.responseBegun], ['resource-exhausted', 'remote', true]);
  assert.equal(
    error.message,
    'the answer of kinds.Fail cannot be taken: a message has 100004 bytes, and 1000 are the most',
  );

  const reading = (async () => {
    for await (const _ of client('count').serverStream({ to: 1 })(attempt(address)));
  })();
  assert.equal((await failure(reading)).code, 'resource-exhausted');
  await gone;
});

test('large messages go both ways where limits allow them', async (t) => {
  const { address } = await serveMethods(
    t,
    { Fail: echo },
    { receive: 8e6, sending: { limit: 8e6, compressAbove: undefined } },
  );
  const text = 'y'.repeat(5_000_000);
  const client = clientOf(t, { answerLimit: 8e6 });
  assert.deepEqual(await client('fail').unary({ text })(attempt(address)), { text });
});
