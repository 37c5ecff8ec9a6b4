import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { createClients } from './client.ts';
import { createCodec } from './codec/codec.ts';
import type { ClientDefinition } from './definition.ts';
import { kindsHandlers } from './fixtures/handlers.ts';
import { kinds } from './fixtures/kinds.ts';
import { newSpan } from './observe/trace.ts';
import { systemClock } from './policy/clock.ts';
import { createPolicyState, type EdgeEvent } from './policy/edge.ts';
import { seededRandom } from './policy/random.ts';
import { serve } from './service.ts';

const env = { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}' };
const log = pino({ level: 'silent' });

for (const transport of ['http', 'grpc'] as const) {
  test(`a call over ${transport} that was given up too early gets the answer of its first attempt`, async (t) => {
    const { handlers, seen } = kindsHandlers();
    const ports = { http: 0, grpc: 0 };
    const service = await serve(kinds, handlers, { env, log, host: '127.0.0.1', ports, signals: false });
    t.after(() => service.stop());
    const destination: ClientDefinition = {
      name: 'kinds',
      ...(transport === 'grpc' ? { grpc: { port: 1, service: 'weir.kinds.KindsService' } } : { http: { port: 1 } }),
      operations: { pay: kinds.operations.pay! },
    };
    const causes: unknown[] = [];
    const observe = (event: EdgeEvent) => {
      if (event.kind !== 'retry') return;
      causes.push(event.cause);
      if (event.cause === 'still-running') seen.release();
    };
    const state = createPolicyState({ clock: systemClock, random: seededRandom(1) });
    const resolve = async () => [`127.0.0.1:${service.ports[transport]}`];
    const clients = createClients(
      { clients: { kinds: destination }, types: kinds.types },
      { codec: createCodec(kinds.types), state, clock: systemClock, resolve, log, observe: () => () => observe },
    );
    t.after(() => clients.close());
    const retry = { attempts: 2, backoff: [1, 1], jitter: 'none', on: ['timeout'] } as const;
    const calls = { kinds: { pay: { timeout: 1000, deadline: 60_000, retry } } };
    const { signal } = new AbortController();
    const scope = { signal, deadlineAt: undefined, trace: newSpan(), requestId: 'r' };
    const answer = await clients.forCaller(calls, scope).kinds!.pay!({ text: 'slow' } as never);
    assert.deepEqual(answer, { text: 'paid slow 1' });
    assert.equal(seen.calls.length, 1, 'carried out once');
    assert.deepEqual(causes.slice(0, 2), ['timeout', 'still-running']);
  });
}
