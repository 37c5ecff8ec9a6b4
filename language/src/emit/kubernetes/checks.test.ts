import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { modelOf, options } from '../golden-fixture.ts';
import { faultsOf } from './checks.ts';
import { serviceObjects } from './objects.ts';
import { assertValid } from './schema-fixture.ts';

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
