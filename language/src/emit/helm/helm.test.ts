import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { assertGolden, goldenModel, goldenSources, modelOf, options, shuffled } from '../golden-fixture.ts';
import { helmEmitter } from './index.ts';

async function emitted(text: string) {
  const outputs = helmEmitter.emit(await modelOf([{ path: 'a.svc', text }]), options);
  return (path: string) => outputs.get(`generated/helm/s/${path}`)?.text ?? '';
}

test('the chart of a small system is as committed', async () => {
  assertGolden(helmEmitter.emit(await goldenModel(), options), join(import.meta.dirname, 'golden'));
});

test('the order of files and declarations does not show', async () => {
  const texts = async (sources: Parameters<typeof modelOf>[0]) =>
    [...helmEmitter.emit(await modelOf(sources), options)].map(([path, { text }]) => [path, text]);
  assert.deepEqual(await texts(shuffled(goldenSources())), await texts(goldenSources()));
});

test('images, resources and replicas are values though no environment changes them', async () => {
  const file = await emitted(
    'service order-history { http 8080  deploy { replicas 3 }  rpc X() { route GET /x } }  system s {}',
  );
  const { orderHistory } = parse(file('values.yaml'));
  assert.equal(orderHistory.replicas, 3);
  assert.equal(orderHistory.image, 's/order-history:0.0.0');
  assert.deepEqual(Object.keys(orderHistory.resources), ['requests', 'limits']);
  assert.match(
    file('templates/order-history.yaml'),
    /^ {2}replicas: \{\{ toJson \.Values\.orderHistory\.replicas \}\}$/m,
  );
});

test('an environment has values of its own only where it differs', async () => {
  const file = await emitted(`
    service a { http 8080  deploy { replicas 2 }  rpc X() { route GET /x } }  service b { http 8081  rpc Y() { route GET /y } }
    system s { environment prod { a { replicas 5 } }  environment dev {} }`);
  assert.deepEqual(parse(file('values-prod.yaml')), { a: { replicas: 5 } });
  assert.deepEqual(parse(file('values-dev.yaml')), {});
});

test('an object that only some environments have can be switched on and off', async () => {
  const file = await emitted(`
    service a { http 8080  deploy { replicas 2 }  rpc X() { route GET /x } }
    system s { environment prod { a { replicas 2..9 } } }`);
  assert.equal(parse(file('values.yaml')).a.horizontalPodAutoscaler.enabled, false);
  const prod = parse(file('values-prod.yaml')).a;
  assert.equal(prod.horizontalPodAutoscaler.enabled, true);
  // The autoscaler sets them from now on.
  assert.equal(prod.replicas, null);
  assert.match(
    file('templates/a.yaml'),
    /\{\{- if \.Values\.a\.horizontalPodAutoscaler\.enabled \}\}\n---\napiVersion: autoscaling/,
  );
});

test('braces that are not for Helm reach the cluster as they are', async () => {
  const file = await emitted(`
    /// Answers {{ everything }}.
    service a { http 8080  rpc X() { route GET /x } }  system s {}`);
  assert.match(file('templates/a.yaml'), /Answers \{\{ "\{\{" \}\} everything \}\}\./);
});
