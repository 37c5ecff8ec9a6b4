import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelOf } from '../golden-fixture.ts';
import { objectsFrom, podFrom, variablesFrom } from './objects-fixture.ts';
import { secretsList } from './secrets.ts';

const services = `
  service a { http 8080 grpc 9090 uses b, c with { timeout 1s } rpc A() { route POST /a  calls b.B, c.C } }
  service b { grpc 9091 rpc B() {} }
  service c { image "x/c:1" http 8081 uses b rpc C() { route POST /c } }
  service d { image "x/d:1" http 8082 }`;

test('with `mtls on` pods are given certificates, by the names under which they are known', async () => {
  const objects = await objectsFrom(`system s { discovery dns  mtls on } ${services}`);
  const pod = (name: string) => objects(name, 'Deployment')?.spec?.template.spec;
  assert.deepEqual(pod('a')?.volumes?.at(-1), {
    name: 'certificates',
    secret: { secretName: 'a-certificate', defaultMode: 0o440 },
  });
  assert.ok(pod('a')?.containers[0]?.volumeMounts?.some(({ mountPath }) => mountPath === '/etc/weir-tls'));
  assert.deepEqual(await variablesFrom(`system s { discovery dns  mtls on } ${services}`), [
    'WEIR_ADMIN_PORT=9464',
    'WEIR_TLS_DIR=/etc/weir-tls',
    'WEIR_B_GRPC=dns:///b-pods:9091',
    'WEIR_B_TLS_NAME=b',
    'WEIR_C_HTTP=http://c:8081',
  ]);
  // What calls ours from elsewhere has a certificate to show; what calls nobody needs none.
  assert.ok(pod('c')?.volumes?.some(({ name }) => name === 'certificates'));
  assert.ok(!pod('c')?.containers[0]?.env);
  assert.ok(!pod('d')?.volumes?.some(({ name }) => name === 'certificates'));
});

test('who asks without a certificate asks at a port without TLS', async () => {
  const objects = await objectsFrom(`system s { mtls on } ${services}`);
  for (const name of ['a', 'b']) {
    const [container] = objects(name, 'Deployment')?.spec?.template.spec?.containers ?? [];
    assert.equal(container?.readinessProbe?.httpGet?.port, 'metrics');
    assert.equal(container?.livenessProbe?.httpGet?.port, 'metrics');
    const metrics = objects(name, 'NetworkPolicy')?.spec?.ingress?.find(({ from }) => from?.[0]?.namespaceSelector);
    assert.deepEqual(metrics?.ports, [{ protocol: 'TCP', port: 9464 }]);
    assert.ok(objects(name, 'Service')?.spec?.ports?.some(({ name, port }) => name === 'metrics' && port === 9464));
  }
});

test('certificates that nobody makes are on the list of Secrets to provide', async () => {
  const listOf = async (settings: string) => {
    const model = await modelOf([{ path: 'a.svc', text: `system s { ${settings} } service a { http 80 }` }]);
    return secretsList(model, 'a.svc');
  };
  const list = await listOf('environment prod { mtls on }');
  assert.match(list ?? '', /\| `a-certificate` \| `tls\.crt` \| a certificate for the name `a`, PEM \| a \|/);
  assert.match(
    list ?? '',
    /create secret generic a-certificate --from-file=ca\.crt --from-file=tls\.crt --from-file=tls\.key/,
  );
  assert.equal(await listOf('mtls on  certificates cert-manager'), undefined);
  assert.equal(await listOf('mtls on  mesh istio'), undefined);
});

test('a gateway has no certificate to show, which is said', async () => {
  const text = `system s { mtls on } ${services} gateway g { host "g.example"  serves a }`;
  await assert.rejects(objectsFrom(text), /the gateway g has none to show\n.*Choose a `mesh`/);
});

test('a mesh has certificates of its own', async () => {
  const pod = await podFrom(`system s { discovery dns  mtls on  mesh linkerd } ${services}`);
  assert.deepEqual(
    pod.spec.volumes?.map(({ name }) => name),
    ['tmp', 'config'],
  );
});
