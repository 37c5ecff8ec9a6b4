import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codeOfStatus, grpcCodeOf } from '../../../../runtime/src/errors.ts';
import type { Model } from '../../model/model.ts';
import { modelOf } from '../golden-fixture.ts';
import { constraintsOf } from './constraints.ts';
import { gatewayDefinition, serviceDefinition } from './index.ts';
import { wireCodes } from './names.ts';
import { share } from './policy.ts';

const read = (text: string): Promise<Model> => modelOf([{ path: 'a.svc', text }]);

async function definitionOf(text: string, name = 'a') {
  const model = await read(text);
  return serviceDefinition(model, model.services.find((service) => service.name === name)!);
}

const caller = (policy: string) => `
  message Reply { at: timestamp = 1 }
  service b { grpc 9002 rpc Get(id: string = 1) -> Reply { reads } rpc Other(id: string = 1) -> Reply { reads } }
  service a { grpc 9001 uses b with ${policy} rpc Run() { calls b.Get } }`;

const policyOf = async (policy: string) => (await definitionOf(caller(policy))).operations.run?.calls.b?.get;

test('policies are in the units of the runtime: milliseconds, calls per second, fractions', async () => {
  assert.deepEqual(
    await policyOf(`{ timeout 1.5s deadline 2min
      retry { attempts 4 backoff 10ms..1s jitter equal on [connect, 503] budget 12.5% }
      breaker { failures 99.9% of 30 within 1min open 2s probes 1 slow 50% over 250ms }
      limit { rate 600/min burst 7 key header "X-Tenant" } hedge { after 30ms extra 2 } balance consistent-hash by id }`),
    {
      timeout: 1500,
      deadline: 120_000,
      retry: { attempts: 4, backoff: [10, 1000], jitter: 'equal', on: ['connect', '503'], budget: 0.125 },
      breaker: { failures: 0.999, of: 30, within: 60_000, open: 2000, probes: 1, slow: { share: 0.5, over: 250 } },
      limit: { rate: 10, burst: 7, key: { by: 'header', name: 'X-Tenant' } },
      hedge: { after: 30, extra: 2 },
      balance: { by: 'consistent-hash', key: 'id' },
    },
  );
});

test('a percentage becomes the fraction that one would write', () => {
  assert.equal(share(99.9), 0.999);
  assert.equal(share(0.1), 0.001);
  assert.equal(share(33.33), 0.3333);
});

test('a fallback finds its operation among the clients, though no handler calls it', async () => {
  const definition = await definitionOf(caller('{ timeout 1s fallback b.Other }'));
  assert.deepEqual(definition.operations.run?.calls, {
    b: { get: { timeout: 1000, fallback: { to: 'operation', service: 'b', operation: 'other' } } },
  });
  assert.deepEqual(Object.keys(definition.clients.b!.operations), ['get', 'other']);
  assert.deepEqual((await policyOf('{ fallback { at: "2026-01-31T08:00:00Z" } }'))?.fallback, {
    to: 'literal',
    value: { at: '2026-01-31T08:00:00Z' },
  });
});

test('a caller knows in which header the key of a call goes', async () => {
  const { clients } = await definitionOf(`
    service b { grpc 9002
      rpc Pay(id: string = 1) { idempotent by header "X-Payment-Key" }
      rpc Keep(id: string = 1) { idempotent by field id } }
    service a { grpc 9001 uses b with { timeout 1s } rpc Run() { calls b.Pay, b.Keep } }`);
  assert.equal(clients.b!.operations.pay!.idempotencyHeader, 'X-Payment-Key');
  assert.equal(clients.b!.operations.keep!.idempotencyHeader, undefined);
});

test('aliases are resolved, and their constraints hold together with those of the field', async () => {
  const { types } = await definitionOf(
    `
    type Small = int32 where 1..100
    type Smaller = Small where ..50
    type Few = Smaller[] where length 1..3
    type Code = string where matches "^A"
    message M {
      a: Smaller = 1 where 10..
      b: Few = 2 where length ..2
      c: map<string, Code> = 3 where length 1.. and matches "Z$"
      d: int64 = 4 where 0..9223372036854775807
      e: duration = 5 where 250ms..1min
      f: Code = 6 where length ..5
    }
    service a { grpc 1 rpc Put(M) {} }`
      .replaceAll(/where \.\.(\d+)/g, 'where 0..$1')
      .replaceAll(/length \.\.(\d+)/g, 'length 0..$1'),
  );
  assert.deepEqual(types.M, {
    fields: {
      a: { number: 1, type: 'int32', range: [10, 50] },
      b: { number: 2, type: 'int32', list: true, length: [1, 2], each: { range: [1, 50] } },
      c: {
        number: 3,
        type: 'string',
        map: 'string',
        length: [1, null],
        each: { matches: '^(?=[\\s\\S]*?(?:^A))(?=[\\s\\S]*?(?:Z$))' },
      },
      d: { number: 4, type: 'int64', range: [0, '9223372036854775807'] },
      e: { number: 5, type: 'duration', range: [250, 60_000] },
      f: { number: 6, type: 'string', matches: '^A', length: [0, 5] },
    },
  });
});

test('two patterns match together what each of them matches', () => {
  const at = { file: 'a.svc', start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
  const patterns = fc.constantFrom('^a', 'z$', '[0-9]', '^.{2,4}$', 'a|b', '^$', '(x)\\1');
  fc.assert(
    fc.property(patterns, patterns, fc.string({ unit: fc.constantFrom(...'abxz01\n') }), (a, b, text) => {
      const { matches } = constraintsOf(
        [a, b].map((pattern) => ({ kind: 'matches', pattern, at })),
        'string',
      );
      const matchesBoth = [a, b].every((pattern) => new RegExp(pattern, 'u').test(text));
      // Groups are numbered through both patterns, so a back reference in the second is out of what can be joined.
      fc.pre(!b.includes('\\1') || a === b);
      assert.equal(new RegExp(matches!, 'u').test(text), matchesBoth);
    }),
  );
});

test('an error without a gRPC code has the one that the runtime takes for its status', async () => {
  for (const status of [
    400, 401, 402, 403, 404, 405, 408, 409, 410, 412, 416, 418, 422, 428, 429, 451, 499, 500, 501, 502, 503, 504, 599,
  ]) {
    const { errors } = await read(`error E ${status} {}`);
    assert.deepEqual(wireCodes(errors[0]!), { status, grpc: grpcCodeOf(codeOfStatus(status)) }, String(status));
  }
  const given = await read('error E 409 grpc failed-precondition {}');
  assert.deepEqual(wireCodes(given.errors[0]!), { status: 409, grpc: 9 });
});

test('authentication is that of the operation, else of the service, and none means nobody asks', async () => {
  const definition = await definitionOf(`
    auth user jwt { issuer "https://id.example/" }
    auth partner key { header "X-Partner" }
    auth unused key
    service a { http 80 auth user scope "a", "b"
      rpc One() { route GET /one }
      rpc Two() { route GET /two auth partner }
      rpc Three() { route GET /three auth none } }`);
  const auth = (key: string) => definition.operations[key]?.auth;
  assert.deepEqual(auth('one'), { anyOf: [{ auth: 'user', scopes: ['a', 'b'] }] });
  assert.deepEqual(auth('two'), { anyOf: [{ auth: 'partner', scopes: [] }] });
  assert.equal(auth('three'), undefined);
  assert.deepEqual(definition.auth, {
    partner: { kind: 'key', header: 'X-Partner' },
    user: { kind: 'jwt', issuer: 'https://id.example/', jwks: 'https://id.example/.well-known/jwks.json' },
  });
});

test('a caller knows by which auth its callee asks, so that it can show what admitted its own caller', async () => {
  const { clients } = await definitionOf(`
    auth user jwt { issuer "https://id.example/" }
    service a { http 80  rpc One() { route GET /one auth user calls b.Two, b.Three } }
    service b { http 81 auth user scope "s"
      rpc Two() { route GET /two }
      rpc Three() { route GET /three auth none } }`);
  const { two, three } = clients.b!.operations;
  assert.deepEqual([two?.auth, three?.auth], [{ anyOf: [{ auth: 'user', scopes: ['s'] }] }, undefined]);
});

test('what a gateway asks for is asked where it arrives, unless operation or service say otherwise', async () => {
  const definition = await definitionOf(`
    auth partner key { header "X-Partner" }
    service a { http 80
      rpc One() { route GET /one }
      rpc Two() { route GET /two auth none }
      rpc Inner() { reads } }
    gateway g { host "g.example" auth partner serves a }`);
  assert.deepEqual(definition.operations.one?.auth, { anyOf: [{ auth: 'partner', scopes: [] }] });
  assert.equal(definition.operations.two?.auth, undefined);
  assert.equal(definition.operations.inner?.auth, undefined);
  assert.deepEqual(Object.keys(definition.auth), ['partner']);
});

test('what a handler has already keeps its name; a neighbour of that name gets another', async () => {
  const definition = await definitionOf(`
    resource publish redis
    resource twin postgres
    service log { grpc 1 rpc Write() {} }
    service twin { grpc 2 rpc Get() {} }
    service a { grpc 3 uses log, twin, publish
      rpc Run() { calls log.Write, twin.Get }
      health { ready /readyz { needs publish, twin } } }`);
  assert.deepEqual(Object.keys(definition.clients), ['logService', 'twin']);
  assert.equal(definition.clients.logService?.name, 'log');
  assert.deepEqual(Object.keys(definition.resources), ['publishResource', 'twinResource']);
  assert.deepEqual(definition.health.ready.needs, ['publishResource', 'twinResource']);
  assert.deepEqual(Object.keys(definition.operations.run!.calls), ['logService', 'twin']);
});

test('an event knows its broker and key, and a service the broker though it never names it', async () => {
  const definition = await definitionOf(`
    resource bus nats { version 2.10 }
    event Done on bus key id { id: string = 1 }
    service a { grpc 1 rpc Run() { publishes Done via outbox } on Done { attempts 7 backoff 1s..1min dead-letter concurrent 3 } }`);
  assert.deepEqual(definition.events, { Done: { message: 'Done', resource: 'bus', key: 'id' } });
  assert.deepEqual(definition.resources, { bus: { kind: 'nats', version: '2.10' } });
  assert.deepEqual(definition.operations.run?.publishes, [{ event: 'Done', outbox: true }]);
  assert.deepEqual(definition.consumers.onDone, {
    name: 'OnDone',
    event: 'Done',
    group: 'a',
    attempts: 7,
    backoff: [1000, 60_000],
    deadLetter: true,
    concurrent: 3,
    calls: {},
    publishes: [],
  });
});

test('inline parameters of one name in one package are kept apart', async () => {
  const text = `
    message PutRequest {}
    service b { grpc 1 rpc Get(id: string = 1) {} }
    service a { grpc 2 uses b rpc Get(id: int32 = 1) { calls b.Get } rpc Put(id: string = 1) {} rpc Only(id: string = 1) {} }`;
  const { operations, clients, types } = await definitionOf(text);
  assert.equal(operations.get?.request, 'AGetRequest');
  assert.equal(clients.b?.operations.get?.request, 'BGetRequest');
  assert.equal(operations.put?.request, 'APutRequest');
  assert.equal(operations.only?.request, 'OnlyRequest');
  assert.deepEqual(Object.keys(types), ['AGetRequest', 'APutRequest', 'BGetRequest', 'OnlyRequest']);
});

test('a gateway opens the routes that it serves, and no others', async () => {
  const model = await read(`
    policy edge { limit { rate 5/s key client.ip } }
    service a { http 81 rpc One() { route GET /one route POST /one } rpc Two() { route GET /two } }
    service b { http 82 rpc Three() { route GET /three } rpc Four() { route GET /four } }
    service c { grpc 83 rpc Five() {} }
    gateway g { host "x.example" serves a, b.Three, c apply edge }`);
  assert.deepEqual(gatewayDefinition(model, model.gateways[0]!), {
    name: 'g',
    hosts: ['x.example'],
    upstreams: {
      a: {
        name: 'a',
        port: 81,
        routes: [
          { method: 'GET', path: '/one' },
          { method: 'POST', path: '/one' },
          { method: 'GET', path: '/two' },
        ],
      },
      b: { name: 'b', port: 82, routes: [{ method: 'GET', path: '/three' }] },
    },
    policy: { limit: { rate: 5, burst: 5, key: { by: 'client.ip' } } },
  });
});

test('a gateway has every part that guards what arrives, and knows which answers it may keep', async () => {
  const model = await read(`
    auth partner key { header "X-Partner" }
    policy edge { limit { rate 5/s } deadline 2s timeout 1s }
    message One { a: string = 1 }
    service a { http 81
      rpc Read() -> One { route GET /read route POST /read }
      rpc Mine() -> One { route GET /mine auth partner }
      rpc Watch() -> stream One { route GET /watch }
      rpc Write() { route POST /write } }
    gateway g { host "x.example" serves a apply edge cache { ttl 1s } bulkhead { concurrent 3 } shed { lag 1s } }
    gateway h { host "y.example" serves a.Read }`);
  const [g, h] = model.gateways.map((gateway) => gatewayDefinition(model, gateway));
  assert.deepEqual(g!.policy, {
    deadline: 2000,
    limit: { rate: 5, burst: 5 },
    bulkhead: { concurrent: 3, queue: 0 },
    cache: { ttl: 1000 },
    shed: { lag: 1000 },
  });
  assert.deepEqual(g!.upstreams.a!.routes, [
    { method: 'GET', path: '/mine' },
    { method: 'GET', path: '/read', shared: true },
    { method: 'POST', path: '/read' },
    { method: 'GET', path: '/watch' },
    { method: 'POST', path: '/write' },
  ]);
  assert.deepEqual(h!.policy, {});
});

test('a definition is plain data', async () => {
  const definition = await definitionOf(caller('{ timeout 1s fallback b.Other }'));
  assert.deepEqual(JSON.parse(JSON.stringify(definition)), definition);
});

test('services of a system with `mtls on` know of it', async () => {
  const service = 'service a { grpc 9001 rpc Run() }';
  assert.equal((await definitionOf(`${service} system s { mtls on }`)).mtls, true);
  assert.equal('mtls' in (await definitionOf(`${service} system s { mtls off }`)), false);
});
