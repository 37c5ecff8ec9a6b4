import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { CallContext } from '../context.ts';
import type { ClientDefinition, ClientPolicy, OperationDefinition, ServiceDefinition } from '../definition.ts';
import { kinds } from '../fixtures/kinds.ts';
import { serve } from '../service.ts';
import { startIssuer } from './jwks-fixture.ts';

const { getItem } = kinds.operations as Record<string, OperationDefinition>;
const customer = { anyOf: [{ auth: 'customer', scopes: ['notes:read'] }] };
const partner = { anyOf: [{ auth: 'partner', scopes: [] }] };

interface Chain {
  /** What the caller's own operation asks for. */
  readonly front?: OperationDefinition['auth'];
  /** What the callee's asks for. */
  readonly back?: OperationDefinition['auth'];
  readonly policy?: ClientPolicy;
}

type Context = CallContext & { kinds: { getItem(request: object): Promise<{ text: string }> } };

/** Two services in a row; the second says whom it takes its caller for. */
async function chain(t: TestContext, transport: 'http' | 'grpc', { front, back, policy = {} }: Chain) {
  const issuer = await startIssuer(t);
  const quiet = { log: pino({ level: 'silent' }), host: '127.0.0.1', signals: false, ports: { http: 0, grpc: 0 } };
  const env = { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1,umbrella:k-2', WEIR_AUTH_CUSTOMER_JWKS: issuer.url };
  const asking = (auth: OperationDefinition['auth']) => ({ ...getItem!, ...(auth && { auth }) });
  const second = await serve(
    { ...kinds, operations: { getItem: asking(back) } },
    { getItem: (_request: object, { principal }: CallContext) => ({ text: principal?.subject ?? 'nobody' }) },
    { ...quiet, env },
  );
  t.after(() => second.stop());
  const client: ClientDefinition = {
    name: 'kinds',
    ...(transport === 'grpc' ? { grpc: { port: 1, service: 'weir.kinds.KindsService' } } : { http: { port: 1 } }),
    operations: { getItem: asking(back) },
  };
  const definition: ServiceDefinition = {
    ...kinds,
    name: 'front',
    grpc: { port: 0, service: 'weir.front.FrontService' },
    operations: { getItem: { ...asking(front), calls: { kinds: { getItem: policy } } } },
    clients: { kinds: client },
  };
  const first = await serve(
    definition,
    { getItem: async (request: object, context: Context) => context.kinds.getItem(request) },
    { ...quiet, env: { ...env, [`WEIR_KINDS_${transport.toUpperCase()}`]: `127.0.0.1:${second.ports[transport]}` } },
  );
  t.after(() => first.stop());
  const get = async (headers: Record<string, string>) => {
    const response = await fetch(`http://127.0.0.1:${first.ports.http}/v1/items/1`, { headers });
    const { text, code } = (await response.json()) as { text?: string; code?: string };
    return text ?? code;
  };
  const bearer = async (sub: string) => ({ authorization: `Bearer ${await issuer.token({ sub })}` });
  return { get, bearer };
}

for (const transport of ['http', 'grpc'] as const) {
  test(`over ${transport}, what admitted the caller goes on to an operation of the same auth`, async (t) => {
    const byToken = await chain(t, transport, { front: customer, back: customer });
    assert.equal(await byToken.get(await byToken.bearer('ann')), 'ann');
    const byKey = await chain(t, transport, { front: partner, back: partner });
    assert.equal(await byKey.get({ 'x-api-key': 'k-2' }), 'umbrella');
  });

  test(`over ${transport}, it goes nowhere else`, async (t) => {
    const both = { authorization: '', 'x-api-key': 'k-1' };
    // The callee wants another auth, of which the caller has shown credentials too.
    const other = await chain(t, transport, { front: partner, back: customer });
    assert.equal(await other.get({ ...both, ...(await other.bearer('ann')) }), 'internal');
    // Nobody asked the caller who it is.
    const open = await chain(t, transport, { back: customer });
    assert.equal(await open.get(await open.bearer('ann')), 'internal');
    const unasked = await chain(t, transport, { front: customer });
    assert.equal(await unasked.get(await unasked.bearer('ann')), 'nobody');
  });
}

test('an external is shown nothing, whatever it asks for, and neither is a callee that asks for nothing', async (t) => {
  const got: unknown[] = [];
  const bank = createServer(({ headers }, response) => {
    got.push(headers.authorization);
    response.setHeader('content-type', 'application/json').end('{"text":"paid"}');
  }).listen(0, '127.0.0.1');
  await once(bank, 'listening');
  t.after(() => bank.close());
  const issuer = await startIssuer(t);
  const url = `http://127.0.0.1:${(bank.address() as AddressInfo).port}`;
  for (const [external, auth] of [
    [true, customer],
    [false, undefined],
  ] as const) {
    const operation = { ...getItem!, ...(auth && { auth }) };
    const service = await serve(
      {
        ...kinds,
        operations: { getItem: { ...getItem!, auth: customer, calls: { bank: { getItem: {} } } } },
        clients: {
          bank: { name: 'bank', ...(external && { external }), http: { url }, operations: { getItem: operation } },
        },
      },
      { getItem: (request: object, context: { bank: Context['kinds'] }) => context.bank.getItem(request) },
      {
        log: pino({ level: 'silent' }),
        host: '127.0.0.1',
        signals: false,
        ports: { http: 0, grpc: 0 },
        env: { WEIR_AUTH_CUSTOMER_JWKS: issuer.url, WEIR_BANK_HTTP: url },
      },
    );
    t.after(() => service.stop());
    const headers = { authorization: `Bearer ${await issuer.token()}` };
    const response = await fetch(`http://127.0.0.1:${service.ports.http}/v1/items/1`, { headers });
    assert.equal(response.status, 200);
  }
  assert.deepEqual(got, [undefined, undefined]);
});

test('an answer to forwarded credentials is cached for whom it was given, and for nobody else', async (t) => {
  const { get, bearer } = await chain(t, 'http', {
    front: customer,
    back: customer,
    policy: { cache: { ttl: 60_000 } },
  });
  for (const name of ['ann', 'bob', 'ann']) assert.equal(await get(await bearer(name)), name);
});
