import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelOf, options } from '../golden-fixture.ts';
import { kubernetesEmitter } from './index.ts';
import { objectsOf } from './objects.ts';
import { objectsFrom, podFrom } from './objects-fixture.ts';
import { assertValid } from './schema-fixture.ts';

test('names of 63 characters are names of objects, and their longer relatives stay apart', async () => {
  const [first, second] = [`${'a'.repeat(62)}b`, `${'a'.repeat(62)}c`];
  const text = `
    system s { discovery dns }
    service caller { http 80 uses ${first}, ${second} with { timeout 1s } rpc A() { calls ${first}.B, ${second}.B } }
    service ${first} { grpc 90 rpc B() {}  config { size: int32 default 1  token: secret } }
    service ${second} { grpc 90 rpc B() {} }`;
  const objects = objectsOf(await modelOf([{ path: 'a.svc', text }]), options);
  for (const object of objects) assertValid(object);
  const services = objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata?.name ?? '');
  assert.equal(new Set(services).size, 5);
  for (const name of services) assert.match(name, /^[a-z][-a-z0-9]{0,61}[a-z0-9]$/);
  const pods = services.filter((name) => name.endsWith('-pods'));
  const caller = objects.find((object) => object.kind === 'Deployment' && object.metadata?.name === 'caller');
  for (const name of pods) assert.match(JSON.stringify(caller), new RegExp(`dns:///${name}:90`));
});

test('names that fall together are told apart or refused, and never overwrite each other', async () => {
  for (const [one, other] of [
    ['orderBook', 'order-book'],
    ['orderBook', 'OrderBook'],
    ['order_book', 'order-book'],
  ]) {
    const text = `service ${one} { http 80 } service ${other} { http 81 }`;
    await assert.rejects(objectsFrom(text), /another service would be called order-book in Kubernetes too/);
  }
  const apart = await objectsFrom('service orderbook { http 80 } service order-book { http 81 }');
  assert.ok(apart('orderbook', 'Deployment') && apart('order-book', 'Deployment'));
  const pods = `
    service a { grpc 90 rpc A() {} }
    service b { http 80 uses a with { timeout 1s } rpc B() { calls a.A } }
    service a-pods { http 81 }`;
  await assert.rejects(objectsFrom(pods), /a\.svc:4:5: a and a-pods both have a Service called a-pods\n {2}Rename one/);
});

test('resources and auths are told apart as the runtime tells them apart', async () => {
  const reserved = await variablesOf('service a { http 80 uses log } resource log redis');
  assert.deepEqual(reserved, ['WEIR_LOG_RESOURCE_URL']);
  const files = [
    {
      path: 'a.svc',
      text: 'package x  auth staff key { header "A" } service a { http 80 auth staff rpc A() { route GET /a } }',
    },
    {
      path: 'b.svc',
      text: 'package y  auth staff key { header "B" } service b { http 81 auth staff rpc B() { route GET /b } }',
    },
  ];
  const objects = objectsOf(await modelOf(files), options);
  assert.match(
    JSON.stringify(objects),
    /"WEIR_AUTH_X_STAFF_KEYS","valueFrom":\{"secretKeyRef":\{"name":"x-staff-auth-keys"/,
  );
  const twins = ['x', 'y'].map((name) => ({
    path: `${name}.svc`,
    text: `package ${name}  resource db postgres  service ${name}s { http 80 uses db }`,
  }));
  const model = await modelOf(twins);
  assert.throws(() => objectsOf(model, options), /x\.db and y\.db would share the Secret db-connection/);
});

async function variablesOf(text: string): Promise<readonly string[]> {
  const { container } = await podFrom(text);
  return container.env?.map(({ name }) => name) ?? [];
}

test('a service may be called as files of Kustomize are', async () => {
  const text = `
    service kustomization { http 80 }
    service orders-added { http 81 }
    service orders { image "x/o:1" http 82  config { mode: string } }
    system s { environment dev { orders { config { mode "fast" } } orders-added { replicas 1 } } }`;
  const paths = [...kubernetesEmitter.emit(await modelOf([{ path: 'a.svc', text }]), options).keys()];
  assert.deepEqual(
    paths.map((path) => path.replace('generated/kubernetes/', '')),
    [
      ...['kustomization.service', 'orders', 'orders-added', 'kustomization'].map((name) => `base/${name}.yaml`),
      ...['orders.added', 'orders', 'orders-added', 'kustomization'].map((name) => `overlays/dev/${name}.yaml`),
    ],
  );
});

test('words that YAML or the language have for something else are names too', async () => {
  const words = ['on', 'no', 'y', 'null', 'true', 'service', 'system', 'deploy', 'e1'];
  const services = words.map(
    (word, i) => `service ${word} { http ${8000 + i}  config { ${word}: string default "${word}" } }`,
  );
  const objects = await objectsFrom(services.join('\n'));
  for (const word of words) {
    assert.equal(objects(word, 'Deployment')?.spec?.template.metadata?.labels?.['app.kubernetes.io/name'], word);
    assert.ok(objects(word, 'Service'));
  }
});
