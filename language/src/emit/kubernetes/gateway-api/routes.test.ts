import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelOf, options } from '../../golden-fixture.ts';
import type { CustomObject } from '../custom-object.ts';
import { objectsOf } from '../objects.ts';
import { assertValid } from '../schema-fixture.ts';

async function routesFrom(text: string, kind: 'HTTPRoute' | 'GRPCRoute' | 'Gateway' = 'HTTPRoute') {
  const objects = objectsOf(await modelOf([{ path: 'a.svc', text }]), options);
  for (const object of objects) assertValid(object);
  return objects.filter((object) => object.kind === kind) as CustomObject[];
}

interface Rule {
  readonly matches: readonly object[];
  readonly timeouts?: { readonly request: string };
}

const rulesOf = (routes: readonly CustomObject[]): readonly Rule[] =>
  routes.flatMap(({ spec }) => spec.rules as readonly Rule[]);

test('only what a gateway serves is opened', async () => {
  const routes = await routesFrom(`
    package p
    service a { http 80 grpc 90
      rpc One() { route GET /one  route HEAD /one }
      rpc Two() { route GET /two }
      rpc Inner() { } }
    gateway g { host "g.example", "h.example"  serves a.One }`);
  assert.deepEqual(
    routes.map(({ metadata, spec }) => [metadata.name, spec.hostnames]),
    [['g-a', ['g.example', 'h.example']]],
  );
  assert.deepEqual(
    rulesOf(routes).map(({ matches }) => matches),
    [
      [
        { path: { type: 'Exact', value: '/one' }, method: 'GET' },
        { path: { type: 'Exact', value: '/one' }, method: 'HEAD' },
      ],
    ],
  );
});

test('methods of gRPC have routes of their own, or go by their paths where the gateway serves HTTP too', async () => {
  const services = (others: string) => `
    package p
    service b { grpc 91 rpc Get() rpc Put() }
    service a { http 80 rpc One() { route GET /one } }
    gateway g { host "g.example" serves b ${others} }`;
  const grpc = await routesFrom(services(''), 'GRPCRoute');
  assert.deepEqual(rulesOf(grpc)[0]?.matches, [
    { method: { type: 'Exact', service: 'p.BService', method: 'Get' } },
    { method: { type: 'Exact', service: 'p.BService', method: 'Put' } },
  ]);
  const mixed = services(', a');
  assert.deepEqual(await routesFrom(mixed, 'GRPCRoute'), []);
  assert.deepEqual(rulesOf(await routesFrom(mixed)).flatMap(({ matches }) => matches)[1], {
    path: { type: 'Exact', value: '/p.BService/Get' },
    method: 'POST',
  });
});

test('a gateway waits for the answer of the service, or as long as it says itself', async () => {
  const text = (gateway: string) => `
    message M { id: uuid = 1 }
    service a { http 80
      rpc Quick() { route GET /quick deadline 500ms }
      rpc Slow() { route GET /slow }
      rpc Live() -> stream M { route GET /live } }
    gateway g { host "g.example" serves a ${gateway} }`;
  const timeouts = async (gateway: string) =>
    rulesOf(await routesFrom(text(gateway))).map((rule) => rule.timeouts?.request);
  assert.deepEqual(await timeouts(''), ['0s', '1s500ms', undefined]);
  assert.deepEqual(await timeouts('deadline 90s'), ['1m30s']);
});

test('what does not fit into a rule or a route goes into another', async () => {
  const operations = Array.from({ length: 70 }, (_, i) => `rpc R${i}() { route GET /r${i} }`);
  const timed = Array.from({ length: 20 }, (_, i) => `rpc T${i}() { route GET /t${i} deadline ${i + 1}s }`);
  const routes = await routesFrom(
    `service a { http 80 ${[...operations, ...timed].join('\n')} } gateway g { host "g.example" serves a }`,
  );
  assert.deepEqual(
    routes.map(({ metadata, spec }) => [metadata.name, (spec.rules as unknown[]).length]),
    [
      ['g-a', 16],
      ['g-a-2', 6],
    ],
  );
  assert.equal(rulesOf(routes).flatMap(({ matches }) => matches).length, 90);
});

test('a gateway listens for each of its hosts, where the web looks for them', async () => {
  const listeners = async (text: string) =>
    (await routesFrom(`service a { http 80 } gateway g { ${text} serves a }`, 'Gateway')).flatMap(({ spec }) =>
      (spec.listeners as { name: string; hostname?: string; port: number }[]).map(({ name, hostname, port }) => [
        name,
        hostname,
        port,
      ]),
    );
  assert.deepEqual(await listeners('host "b.example", "a.example" tls port 8080'), [
    ['https-1', 'a.example', 443],
    ['https-2', 'b.example', 443],
  ]);
  assert.deepEqual(await listeners(''), [['http', undefined, 80]]);
});
