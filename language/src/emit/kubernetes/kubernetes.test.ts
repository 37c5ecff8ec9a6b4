import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import type { Model } from '../../model/model.ts';
import { assertGolden, goldenModel, goldenSources, modelOf, options, shuffled, writeAll } from '../golden-fixture.ts';
import { faultsOf } from './checks.ts';
import { inEnvironment } from './in-environment.ts';
import { kubernetesEmitter } from './index.ts';
import { type KubernetesObject, objectsOf, serviceObjects } from './objects.ts';
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

const environments = {
  'what services say': `
    service a { http 80 uses b with { timeout 1s } config { size: int32 default 1  name: string default "x" }
      rpc A() { calls b.B } deploy { replicas 2..4 } }
    service b { grpc 90 rpc B() {} deploy { spread zone } }
    service c { image "x/c:1" http 80 config { mode: string } }
    system s {
      discovery dns
      environment dev { discovery static  a { replicas 1 }  c { config { mode "fast" } } }
      environment prod { a { replicas 4..40 config { size 9 } } b { replicas 3..6  spread none  drain 60s  resources { memory 1Gi } } }
      environment same { }
    }`,
  'what the system says': `
    service a { http 80 uses b with { timeout 1s } rpc A() { calls b.B } }
    service b { grpc 90 rpc B() {} deploy { spread none } }
    system s {
      discovery dns  namespace "s"  mtls on  image "registry.example/{service}:{version}"
      environment plain { mtls off }
      environment elsewhere { namespace "s-elsewhere"  b { spread zone } }
      environment mirrored { image "mirror.example/{service}:{version}" }
    }`,
  'what the system chooses': `
    service a { http 80 uses b with { timeout 1s } rpc A() { route GET /a  calls b.B }
      deploy { replicas 2..4  rollout canary { steps [50%] } } }
    service b { grpc 90 rpc B() {} deploy { rollout rolling } }
    gateway g { host "g.example"  tls  serves a }
    system s {
      discovery dns  rollouts argo  autoscaler keda  certificates cert-manager
      environment flagged { rollouts flagger  autoscaler hpa  issuer "other" }
      environment meshed { mesh istio  mtls on  g { host "m.example" } }
      environment linked { mesh linkerd  b { rollout blue-green } }
      environment watched { monitoring prometheus }
    }`,
} as const;

for (const [which, text] of Object.entries(environments)) {
  test(`an overlay turns the base into its environment: ${which}`, async (context) => {
    const build = [['kubectl', 'kustomize'] as const, ['kustomize', 'build'] as const].find(([program]) =>
      isInstalled(program),
    );
    if (!build)
      return context.skip('needs kubectl, or kustomize: go install sigs.k8s.io/kustomize/kustomize/v5@v5.5.0');
    const model = await modelOf([{ path: 'a.svc', text }]);
    const folder = mkdtempSync(join(tmpdir(), 'weir-kubernetes-'));
    context.after(() => rmSync(folder, { recursive: true, force: true }));
    writeAll(emit(model), folder);
    for (const environment of model.systems[0]?.environments ?? []) {
      const path = join(folder, 'generated/kubernetes/overlays', environment.name);
      const built = read(run(build[0], [build[1], path]));
      const wanted = objectsOf(model, options, environment);
      assert.equal(built.length, wanted.length, environment.name);
      for (const object of wanted) {
        const found = built.find(
          ({ kind, metadata }) => kind === object.kind && metadata?.name === object.metadata?.name,
        );
        assert.ok(isDeepStrictEqual(sortedLists(found), sortedLists(object)), JSON.stringify([found, object], null, 1));
      }
    }
  });
}

test('what schemas let through and a cluster would not take is an error that says where', async () => {
  const model = await modelOf([
    { path: 'a.svc', text: 'service a { http 80 config { size: int32 default 1 } deploy { replicas 2..4 } }' },
  ]);
  const good = () => JSON.stringify(model.services.flatMap((one) => serviceObjects(model, one, options)));
  assert.deepEqual(faultsOf(JSON.parse(good()), '1.33'), []);
  const faulty: readonly [from: string, to: string, fault: RegExp][] = [
    ['"containerPort":80', '"containerPort":80000', /80000 is no port/],
    ['"port":80,', '"port":0,', /0 is no port/],
    ['"targetPort":"http"', '"targetPort":"https"', /leads to the port https, where no container listens/],
    ['"memory":"256Mi"', '"memory":"1Gi"', /asks for more memory \(1Gi\) than its limit \(256Mi\)/],
    ['"cpu":"100m"', '"cpu":"100q"', /100q is no quantity of cpu/],
    ['"httpGet":', '"tcpSocket":{"port":80},"httpGet":', /the startup probe has 2 handlers/],
    ['"port":"http"}', '"port":"admin"}', /asks at admin, where the container does not listen/],
    ['"timeoutSeconds":1', '"timeoutSeconds":3', /waits 3 s, longer than its period of 2 s/],
    ['{"name":"tmp","mountPath"', '{"name":"temp","mountPath"', /mounts temp, which is no volume/],
    ['"configMap":{"name":"a-', '"configMap":{"name":"b-', /b-config-\w+, which is not there/],
    [
      '"matchLabels":{"app.kubernetes.io/name":"a"',
      '"matchLabels":{"app.kubernetes.io/name":"b"',
      /selector misses its pods/,
    ],
    ['"maxReplicas":4', '"maxReplicas":1', /at least 2 replicas, at most 1/],
    ['"revisionHistoryLimit"', '"replicas":3,"revisionHistoryLimit"', /fixes the number of replicas too/],
    ['"sleep":{"seconds":5}', '"sleep":{"seconds":50}', /killed after 40 s/],
    ['"name":"WEIR_CONFIG"', '"name":"WEIR-CONFIG"', /WEIR-CONFIG is no name of a variable/],
    [
      '"app.kubernetes.io/version":"0.0.0"',
      '"app.kubernetes.io/version":"-"',
      /no value for the label app\.kubernetes\.io\/version/,
    ],
    [
      '"apiVersion":"autoscaling/v2"',
      '"apiVersion":"autoscaling/v2beta2"',
      /v2beta2\/H\w+ is gone since Kubernetes 1\.26/,
    ],
    ['"apiVersion":"policy/v1"', '"apiVersion":"policy/v2"', /policy\/v2\/\w+ is no API that Weir knows/],
    ['"sizeLimit":"64Mi"', '"sizeLimit":"64Mb"', /64Mb is no quantity/],
    ['"to":[{', '"to":[{"ipBlock":{"cidr":"10.0.0.0/33"}},{', /10\.0\.0\.0\/33 is no range of addresses/],
    ['"policyTypes":["Ingress","Egress"]', '"policyTypes":["Egress"]', /lets every call in/],
    ['"maxUnavailable":1,"unhealthy', '"maxUnavailable":0,"unhealthy', /no pod may ever go/],
    ['"terminationGracePeriodSeconds":40', '"terminationGracePeriodSeconds":4', /killed after 4 s/],
    ['"periodSeconds":2', '"periodSeconds":0', /asks every 0 s/],
    ['"maxUnavailable":0,"maxSurge":"25%"', '"maxUnavailable":0,"maxSurge":0', /neither add a pod nor take one/],
    ['"averageUtilization":70', '"averageUtilization":0', /scales at 0 %/],
    [
      '"name":"WEIR_CONFIG","value"',
      '"name":"WEIR_CONFIG","valueFrom":{"secretKeyRef":{"name":"s","key":"a b"}},"value"',
      /a b is no key of a Secret/,
    ],
  ];
  for (const [from, to, fault] of faulty) {
    assert.ok(good().includes(from), from);
    assert.match(faultsOf(JSON.parse(good().replace(from, to)), '1.33').join('\n'), fault);
  }
});

/** Services whose deployment is all that the language lets one say, within reason. */
const deployments = fc
  .record({
    ports: fc.constantFrom('http 80', 'grpc 90', 'http 80 grpc 90', ''),
    image: fc.constantFrom('', 'image "x/a:1.0-rc.1"', 'image "x/a@sha256:0a"', 'version 1.2.3'),
    replicas: fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 }))
      .map(([n, more]) => `replicas ${n}..${n + more}`),
    scale: fc.constantFrom('', 'scale { cpu 0.4% }', 'scale { memory 75.5% }', 'scale { rate 10/s }'),
    cpu: fc
      .tuple(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 0, max: 4000 }))
      .map(([n, more]) => `cpu ${n}m..${n + more}m`),
    memory: fc.constantFrom('memory 256Mi', 'memory 0.3Mi..1.7Gi', 'memory 100M..1G', ''),
    storage: fc.constantFrom('storage 1Ki', 'storage 3B', 'storage 1Gi..2Gi', ''),
    rest: fc.constantFrom('disruption 50%', 'disruption 3', 'spread host', 'spread none', 'drain 1ms', 'drain 2h'),
    health: fc.constantFrom(
      '',
      'health { live }',
      'health { ready /r { timeout 9s } }',
      'health { startup /s { period 1s  failures 90 } }',
    ),
  })
  .map(
    ({ ports, image, replicas, scale, cpu, memory, storage, rest, health }) =>
      `service a { ${ports} ${image} ${health} deploy { ${replicas} ${scale} resources { ${cpu} ${memory} ${storage} } ${rest} } }`,
  );

test('whatever a service says of its deployment, a cluster takes it', async () => {
  await fc.assert(
    fc.asyncProperty(deployments, async (text) => {
      const model = await modelOf([{ path: 'a.svc', text }]);
      for (const service of model.services) {
        const objects = serviceObjects(model, service, options);
        assert.deepEqual(faultsOf(objects, '1.33'), []);
        for (const object of objects) assertValid(object);
      }
    }),
    { numRuns: 60 },
  );
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

const run = (program: string, args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' });

function isInstalled(program: string): boolean {
  try {
    run(program, ['--help']);
    return true;
  } catch {
    return false;
  }
}

/** Lists that are sets to Kubernetes, by name: a patch may put what it adds at either end. */
function sortedLists(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortedLists).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortedLists(item)]));
}
