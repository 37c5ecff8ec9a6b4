import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { modelOf } from '../golden-fixture.ts';
import { type Endpoint, mayReach, podsOf } from './network-fixture.ts';
import { type KubernetesObject, objectsOf } from './objects.ts';
import { busPort, callsOf, nameOf, type RandomSystem, systems, textOf } from './systems-fixture.ts';

const namespace = 'shop';
const dns: Endpoint = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
const prometheus: Endpoint = { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } };
const gateway = (name: string): Endpoint => ({
  namespace: 'gateways',
  labels: { 'gateway.networking.k8s.io/gateway-name': name },
});
const outside: Endpoint = {};
const stranger: Endpoint = { namespace, labels: { app: 'debug' } };

/** A way from one end to another: `s0 → s1 8080`. */
const way = (from: string, to: string, port: number): string => `${from} → ${to} ${port}`;

/** All ways between these ends on these ports that policies leave open. */
function openWays(
  objects: readonly KubernetesObject[],
  others: Readonly<Record<string, Endpoint>>,
  ports: readonly number[],
): string[] {
  const policies = objects.filter((object) => object.kind === 'NetworkPolicy');
  const pods = podsOf(objects, namespace);
  const ends = [...pods, ...Object.entries(others)];
  return ends
    .flatMap(([from, source]) =>
      ends.flatMap(([to, target]) =>
        pods.has(from) || pods.has(to)
          ? ports
              .filter((port) => mayReach(policies, namespace, source, target, port))
              .map((port) => way(from, to, port))
          : [],
      ),
    )
    .sort();
}

/** What a system declares, told apart from how policies are made. */
function declaredWays(system: RandomSystem, others: readonly string[], ports: readonly number[]): string[] {
  const mtls = system.settings.includes('mtls on');
  const ways = system.services.flatMap((service, index) => {
    const name = nameOf(index);
    const calls = callsOf(system, index).flatMap((other) => {
      const callee = system.services[other];
      const open = [callee?.grpc, callee?.http].filter((port) => port !== undefined);
      return (service.foreign ? open : open.slice(0, 1)).map((port) => way(name, nameOf(other), port));
    });
    const metrics =
      mtls || service.http === undefined
        ? service.grpc === 9464 || service.http === 9464
          ? 9465
          : 9464
        : service.http;
    const served = system.gateways.flatMap((gateways, at) =>
      gateways.includes(index) ? [way(`g${at}`, name, service.http ?? service.grpc ?? 0)] : [],
    );
    const world = [
      service.external,
      service.database,
      ...(!service.foreign && (service.publishes || service.consumes) ? [busPort] : []),
    ].filter((port) => port !== undefined);
    return [
      ...calls,
      ...served,
      ...(service.foreign ? [] : [way('prometheus', name, metrics)]),
      way(name, 'dns', 53),
      // Nothing says where it is, so it may be anywhere that takes it: outside, or a pod that nobody guards.
      ...world.flatMap((port) => others.map((other) => way(name, other, port))),
    ];
  });
  return [...new Set(ways)].filter((each) => ports.includes(Number(each.split(' ').at(-1)))).sort();
}

test('what is open between pods is what is declared: edges, DNS, metrics and the gateway, and nothing else', async () => {
  const ports = [53, 443, 4222, 5432, 6543, 8080, 8081, 8443, 9090, 9091, 9464, 9465, 22];
  await fc.assert(
    fc.asyncProperty(systems, async (system) => {
      const model = await modelOf([{ path: 'a.svc', text: textOf(system) }]);
      const objects = objectsOf(model, { kubernetesVersion: '1.33' });
      const others: Record<string, Endpoint> = {
        dns,
        prometheus,
        g0: gateway('g0'),
        g1: gateway('g1'),
        outside,
        stranger,
      };
      assert.deepEqual(
        openWays(objects, others, ports),
        declaredWays(system, Object.keys(others), ports),
        textOf(system),
      );
    }),
    { numRuns: 60 },
  );
});

test('DNS is asked by UDP as well, and only there', async () => {
  const model = await modelOf([{ path: 'a.svc', text: 'service a { http 80 }' }]);
  const objects = objectsOf(model, { kubernetesVersion: '1.33' });
  const policies = objects.filter((object) => object.kind === 'NetworkPolicy');
  const pod = podsOf(objects, namespace).get('a') ?? {};
  assert.ok(mayReach(policies, namespace, pod, dns, 53, 'UDP'));
  assert.ok(!mayReach(policies, namespace, pod, outside, 53, 'UDP'));
  assert.ok(!mayReach(policies, namespace, pod, dns, 80));
});

test('a namesake in another namespace is a stranger', async () => {
  const text =
    'service a { http 80 uses b with { timeout 1s } rpc A() { calls b.B } } service b { grpc 90 rpc B() {} }';
  const objects = objectsOf(await modelOf([{ path: 'a.svc', text }]), { kubernetesVersion: '1.33' });
  const policies = objects.filter((object) => object.kind === 'NetworkPolicy');
  const pods = podsOf(objects, namespace);
  const [a, b] = [pods.get('a') ?? {}, pods.get('b') ?? {}];
  assert.ok(mayReach(policies, namespace, a, b, 90));
  assert.ok(!mayReach(policies, namespace, { ...a, namespace: 'other' }, b, 90));
  assert.ok(!mayReach(policies, namespace, a, { ...b, namespace: 'other' }, 90));
  // Half of an edge is none, and a pod that nobody guards takes all.
  assert.ok(!mayReach(policies, namespace, stranger, b, 90));
  const ofA = policies.filter(({ metadata }) => metadata?.name === 'a');
  assert.ok(mayReach(ofA, namespace, stranger, b, 90));
});

test('the shop: whom orders reaches, and who reaches orders', () => {
  const base = join(import.meta.dirname, '../../../../examples/shop/generated/kubernetes/base');
  const objects = readdirSync(base)
    .filter((name) => name !== 'kustomization.yaml')
    .flatMap((name) => parseAllDocuments(readFileSync(join(base, name), 'utf8')))
    .map((document) => document.toJS() as KubernetesObject);
  const callers = { prometheus, public: gateway('public'), partners: gateway('partners') };
  const ports = objects.flatMap((object) =>
    object.kind === 'Service' ? (object.spec?.ports ?? []).map(({ port }) => port) : [],
  );
  const known = [...new Set([...ports, 443, 4222, 5432])];
  assert.deepEqual(
    openWays(objects, { outside }, known).filter((each) => each.startsWith('orders → ')),
    [
      'orders → inventory 9084',
      'orders → outside 4222',
      'orders → outside 443',
      'orders → outside 5432',
      'orders → payments 9089',
      'orders → pricing 9083',
      'orders → users 9081',
    ],
  );
  assert.deepEqual(
    openWays(objects, callers, known).filter((each) => each.includes('→ orders ')),
    ['prometheus → orders 8087', 'public → orders 8087'],
  );
});
