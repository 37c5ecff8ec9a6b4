import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { Model } from '../../model/model.ts';
import { assertGolden, goldenModel, goldenSources, modelOf, options, shuffled } from '../golden-fixture.ts';
import { inEnvironment } from './in-environment.ts';
import { kubernetesEmitter } from './index.ts';
import { type KubernetesObject, serviceObjects } from './objects.ts';
import { objectsFrom, podFrom, variablesFrom } from './objects-fixture.ts';
import { assertValid } from './schema-fixture.ts';

const emit = (model: Model, version = '1.33') =>
  kubernetesEmitter.emit(model, { ...options, kubernetesVersion: version });
const read = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);

test('the objects of a small system are as committed', async () => {
  assertGolden(emit(await goldenModel()), join(import.meta.dirname, 'golden'));
});

test('the order of files and declarations does not show', async () => {
  const texts = async (sources: Parameters<typeof modelOf>[0]) =>
    [...emit(await modelOf(sources))].map(([path, { text }]) => [path, text]);
  assert.deepEqual(await texts(shuffled(goldenSources())), await texts(goldenSources()));
});

test('every object fits the strict schema of its kind, in the base and in each environment', async () => {
  const model = await goldenModel();
  const environments = model.systems[0]?.environments.map((environment) => inEnvironment(model, environment)) ?? [];
  const objects = [model, ...environments].flatMap((there) =>
    there.services.flatMap((service) => [
      ...serviceObjects(there, service, options),
      ...serviceObjects(there, service, { kubernetesVersion: '1.29' }),
    ]),
  );
  assert.ok(objects.length > 40);
  for (const object of objects) assertValid(object);
  const [first] = objects;
  assert.ok(first?.kind === 'ServiceAccount');
  assert.throws(
    () => assertValid({ ...first, automountServiceAccountToken: 'no' } as never),
    /ServiceAccountToken|boolean/,
  );
});

test('a service that says nothing of its deployment is fit for production', async () => {
  const objects = await objectsFrom('service a { http 8080 }');
  const deployment = objects('a', 'Deployment');
  assert.equal(deployment?.spec?.replicas, 2);
  assert.deepEqual(deployment.spec.strategy?.rollingUpdate, { maxUnavailable: 0, maxSurge: '25%' });
  assert.equal(objects('a', 'HorizontalPodAutoscaler'), undefined);
  assert.equal(objects('a', 'PodDisruptionBudget')?.spec?.maxUnavailable, 1);

  const pod = deployment.spec.template.spec;
  assert.equal(pod?.automountServiceAccountToken, false);
  assert.equal(pod.enableServiceLinks, false);
  assert.ok((pod.securityContext?.runAsUser ?? 0) >= 10000);
  const [container] = pod.containers;
  const { requests, limits } = container?.resources ?? {};
  assert.deepEqual(Object.keys(limits ?? {}), ['cpu', 'memory', 'ephemeral-storage']);
  assert.equal(requests?.memory, limits?.memory);
  assert.equal(container?.securityContext?.readOnlyRootFilesystem, true);
});

test('probes ask differently, and by the protocol that is spoken', async () => {
  const http = (await podFrom('service a { http 8080  grpc 9090 }')).container;
  assert.equal(http.readinessProbe?.httpGet?.path, '/readyz');
  assert.equal(http.livenessProbe?.httpGet?.path, '/healthz');
  assert.notDeepEqual(http.startupProbe, http.livenessProbe);

  const grpc = (await podFrom('service a { grpc 9090 }')).container;
  assert.deepEqual(grpc.readinessProbe?.grpc, { port: 9090 });
  assert.deepEqual(grpc.livenessProbe?.grpc, { port: 9090, service: 'liveness' });
  assert.deepEqual(grpc.startupProbe?.grpc, { port: 9090, service: 'liveness' });
});

test('what health declares reaches the probes, in whole seconds', async () => {
  const { container } = await podFrom(
    'service a { http 80  health { live /alive { period 20s  failures 9 }  ready /ok { timeout 1500ms } } }',
  );
  assert.equal(container.livenessProbe?.periodSeconds, 20);
  assert.equal(container.livenessProbe?.failureThreshold, 9);
  assert.deepEqual(container.readinessProbe?.httpGet, { path: '/ok', port: 'http' });
  assert.equal(container.readinessProbe?.timeoutSeconds, 2);
});

test('software written elsewhere is asked only what it says of its health', async () => {
  const silent = (await podFrom('service a { image "x/a:1"  grpc 9090 }')).container;
  assert.deepEqual(silent.readinessProbe?.tcpSocket, { port: 'grpc' });
  assert.equal(silent.livenessProbe, undefined);
  const known = (await podFrom('service a { image "x/a:1"  grpc 9090  health { ready } }')).container;
  assert.deepEqual(known.readinessProbe?.grpc, { port: 9090 });
});

test('a range of replicas gets an autoscaler for what Kubernetes measures, and then nothing else fixes the number', async () => {
  const scaled = await objectsFrom('service a { http 80  deploy { replicas 3..9  scale { cpu 60%  memory 80% } } }');
  const spec = scaled('a', 'HorizontalPodAutoscaler')?.spec;
  assert.deepEqual([spec?.minReplicas, spec?.maxReplicas], [3, 9]);
  assert.deepEqual(
    spec?.metrics?.map(({ resource }) => [resource?.name, resource?.target.averageUtilization]),
    [
      ['cpu', 60],
      ['memory', 80],
    ],
  );
  assert.equal(scaled('a', 'Deployment')?.spec?.replicas, undefined);
});

test('a pod has the time that its longest call takes, and that its drain takes', async () => {
  const slow = await podFrom('service a { http 80  rpc Slow() { deadline 50s }  deploy { drain 20s } }');
  assert.equal(slow.spec.terminationGracePeriodSeconds, 5 + 50 + 5);
  const drained = await podFrom('service a { http 80  rpc Fast() { deadline 1s }  deploy { drain 90s } }');
  assert.equal(drained.spec.terminationGracePeriodSeconds, 5 + 90 + 5);
});

test('older clusters sleep by a command, and too old ones are refused', async () => {
  const text = 'service a { http 80 }';
  assert.deepEqual((await podFrom(text, '1.30')).container.lifecycle?.preStop, { sleep: { seconds: 5 } });
  assert.deepEqual((await podFrom(text, '1.29')).container.lifecycle?.preStop, { exec: { command: ['sleep', '5'] } });
  await assert.rejects(podFrom(text, '1.26'), /`kubernetes\.version` in weir\.json is 1\.26\n.* 1\.27 or later/);
  await assert.rejects(podFrom(text, 'latest'), /Write it as "1\.33"/);
});

test('each declared edge is open at both its ends, and no other is', async () => {
  const model = await modelOf([
    {
      path: 'a.svc',
      text: `
        service a { http 80 uses b, c, d
          rpc A() { calls b.B with { fallback c.C } } }
        service b { http 81 grpc 91 rpc B() { reads } }
        service c { http 82 rpc C() { reads route GET /c } }
        service d { http 83 rpc D() {} }
        service e { image "x/e:1" uses b }`,
    },
  ]);
  const policies = model.services.flatMap((service) =>
    serviceObjects(model, service, options).filter((object) => object.kind === 'NetworkPolicy'),
  );
  const podOf = (peer: { podSelector?: { matchLabels?: Record<string, string> } }) =>
    peer.podSelector?.matchLabels?.['app.kubernetes.io/name'];
  const edges = (direction: 'ingress' | 'egress') =>
    policies.flatMap(({ metadata, spec }) => {
      const rules =
        direction === 'ingress'
          ? spec?.ingress?.map((rule) => ({ peers: rule.from, ...rule }))
          : spec?.egress?.map((rule) => ({ peers: rule.to, ...rule }));
      return (rules ?? []).flatMap(({ peers, ports }) =>
        (peers ?? []).flatMap((peer) => {
          const other = podOf(peer);
          const ends = direction === 'ingress' ? [other, metadata?.name] : [metadata?.name, other];
          return other === undefined ? [] : [`${ends.join(' → ')} ${ports?.map(({ port }) => port).join(' ')}`];
        }),
      );
    });
  assert.deepEqual(edges('egress').sort(), ['a → b 91', 'a → c 82', 'e → b 91 81']);
  assert.deepEqual(edges('ingress').sort(), edges('egress').sort());
  for (const policy of policies) assert.deepEqual(policy.spec?.policyTypes, ['Ingress', 'Egress']);
});

test('DNS, resources, externals, the keys of tokens, gateways and metrics get through the network policy', async () => {
  const objects = await objectsFrom(`
    service a { http 8080 uses db, cash with { timeout 1s }
      rpc A() { route GET /a  auth customer  calls cash.Pay } }
    resource db postgres { port 6432 }
    external cash { url "https://cash.example:8443/v1"  rpc Pay() {} }
    auth customer jwt { issuer "https://id.example"  jwks "https://id.example/keys" }
    gateway public { host "a.example"  serves a.A }`);
  const { ingress, egress } = objects('a', 'NetworkPolicy')?.spec ?? {};
  assert.deepEqual(egress?.[0]?.ports, [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ]);
  assert.deepEqual(
    egress.at(-1)?.ports?.map(({ port }) => port),
    [443, 6432, 8443],
  );
  assert.equal(ingress?.[0]?.from?.[0]?.podSelector?.matchLabels?.['gateway.networking.k8s.io/gateway-name'], 'public');
  assert.equal(ingress[1]?.from?.[0]?.namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'], 'monitoring');
});

test('configuration is a file for our runtime and variables for other images; secrets are references with a list', async () => {
  const config = '{ size: int64 default 5  on: bool default true hot  token: secret }';
  const model = await modelOf([
    { path: 'a.svc', text: `service a { http 80 config ${config} } service b { image "x/b:1" config ${config} }` },
  ]);
  const outputs = emit(model);
  const objects = (name: string) => read(outputs.get(`generated/kubernetes/base/${name}.yaml`)?.text ?? '');
  const configMap = (name: string) => objects(name).find((object) => object.kind === 'ConfigMap')?.data;
  assert.deepEqual(JSON.parse(configMap('a')?.['config.json'] ?? ''), { a: { size: 5, on: true } });
  assert.deepEqual(configMap('b'), { SIZE: '5', ON: 'true' });

  const secret = (name: string) => {
    const deployment = objects(name).find((object) => object.kind === 'Deployment');
    return deployment?.spec?.template.spec?.containers[0]?.env?.find(({ valueFrom }) => valueFrom);
  };
  assert.deepEqual(secret('a'), {
    name: 'WEIR_A_TOKEN',
    valueFrom: { secretKeyRef: { name: 'a-secrets', key: 'token' } },
  });
  assert.equal(secret('b')?.name, 'TOKEN');
  assert.match(outputs.get('generated/kubernetes/secrets.md')?.text ?? '', /\| `b-secrets` \| `token` \|/);
});

test('only what needs a restart changes the checksum that replaces the pods', async () => {
  const checksum = async (config: string) => {
    const objects = await objectsFrom(`service a { http 80 config { ${config} } }`);
    return objects('a', 'Deployment')?.spec?.template.metadata?.annotations?.['checksum/config'];
  };
  const first = await checksum('cold: int32 default 1  warm: int32 default 1 hot');
  assert.equal(await checksum('cold: int32 default 1  warm: int32 default 2 hot'), first);
  assert.notEqual(await checksum('cold: int32 default 2  warm: int32 default 1 hot'), first);
  assert.equal(await checksum('warm: int32 default 1 hot'), undefined);
});

test('without DNS, and under names that DNS spells otherwise, a service is told where the others are', async () => {
  const system = (discovery: string) => `system s { discovery ${discovery} }
    service a { http 80 uses orderBook, users with { timeout 1s } rpc A() { calls orderBook.Get, users.Get } }
    service orderBook { http 90 rpc Get() { route GET /o } }
    service users { http 81 rpc Get() { route GET /u } }`;
  assert.deepEqual(await variablesFrom(system('dns')), ['WEIR_ORDER_BOOK_HTTP=order-book:90']);
  assert.deepEqual(await variablesFrom(system('static')), [
    'WEIR_ORDER_BOOK_HTTP=order-book:90',
    'WEIR_USERS_HTTP=users:81',
  ]);
});

test('behind a gateway a service believes it where a call comes from', async () => {
  const served = 'service a { http 80 rpc A() { route GET /a } } gateway g { host "g.example"  serves a }';
  assert.deepEqual(await variablesFrom(served), [
    'WEIR_TRUSTED_PROXIES=loopback, linklocal, uniquelocal, 100.64.0.0/10',
  ]);
  assert.deepEqual(await variablesFrom('service a { http 80 rpc A() { route GET /a } }'), []);
});

test('a name that no object can have stops the build, at the service', async () => {
  const model = await modelOf([{ path: 'a.svc', text: `service ${'a'.repeat(64)} { http 80 }` }]);
  assert.throws(() => emit(model), /a\.svc:1:9: no cluster would take the ServiceAccount a+: a name is 1 to 63/);
  const twins = await modelOf([
    { path: 'a.svc', text: 'service orderBook { http 80 } service order-book { http 81 }' },
  ]);
  assert.throws(
    () => emit(twins),
    /another service would be called order-book in Kubernetes too\n {2}Rename one of them\./,
  );
});

test('without services nothing is written', async () => {
  assert.equal(emit(await modelOf([{ path: 'a.svc', text: 'message A { id: uuid = 1 }' }])).size, 0);
});
