import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsFrom, variablesFrom } from './objects-fixture.ts';

const system = (balance: string, mesh = '') => `
  system s { discovery dns ${mesh} }
  service a { http 80 uses b, c with { timeout 1s ${balance} } rpc A() { route POST /a  calls b.Get, c.Get } }
  service b { grpc 90 http 81 rpc Get(id: string = 1) { reads } }
  service c { http 82 rpc Get(id: string = 1) { route GET /c } }`;

test('calls by gRPC go to pods, which a Service of their own names; others to the Service', async () => {
  assert.deepEqual(await variablesFrom(system('')), ['WEIR_B_GRPC=dns:///b-pods:90']);
  const objects = await objectsFrom(system(''));
  const pods = objects('b-pods', 'Service');
  assert.equal(pods?.spec?.clusterIP, 'None');
  assert.deepEqual(pods.spec.selector, objects('b', 'Service')?.spec?.selector);
  assert.notEqual(
    pods.metadata?.labels?.['app.kubernetes.io/component'],
    objects('b', 'Service')?.metadata?.labels?.['app.kubernetes.io/component'],
  );
  assert.equal(objects('a-pods', 'Service'), undefined);
  assert.equal(objects('c-pods', 'Service'), undefined);
});

test('a pod goes when those who look pods up have heard of it', async () => {
  const objects = await objectsFrom(system(''));
  const pauseOf = (name: string) => {
    const spec = objects(name, 'Deployment')?.spec?.template.spec;
    return [spec?.containers[0]?.lifecycle?.preStop?.sleep?.seconds, spec?.terminationGracePeriodSeconds];
  };
  assert.deepEqual(pauseOf('b'), [15, 50]);
  assert.deepEqual(pauseOf('c'), [5, 40]);
});

test('over HTTP they do where the policy says how to balance', async () => {
  assert.deepEqual(await variablesFrom(system('balance consistent-hash by id')), [
    'WEIR_B_GRPC=dns:///b-pods:90',
    'WEIR_C_HTTP=dns:///c-pods:82',
  ]);
});

test('a mesh balances by itself', async () => {
  assert.deepEqual(await variablesFrom(system('', 'mesh istio')), ['WEIR_ADMIN_PORT=9464']);
  assert.equal((await objectsFrom(system('', 'mesh istio')))('b-pods', 'Service'), undefined);
});
