import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type ObjectChange, objectChanges } from './changes.ts';
import type { ClusterObject } from './cluster-object.ts';

const deployment = (image: string, replicas = 2, app = 'orders'): ClusterObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'orders' },
  spec: {
    replicas,
    selector: { matchLabels: { 'app.kubernetes.io/name': app } },
    template: {
      spec: {
        containers: [
          { name: 'proxy', image: 'proxy:1' },
          {
            name: 'orders',
            image,
            env: [{ name: 'LIMIT', valueFrom: { configMapKeyRef: { name: 'start', key: 'limit' } } }],
          },
        ],
      },
    },
  },
});

const configMap = (name: string, value: string): ClusterObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { 'config.json': value },
});

const told = (changes: readonly ObjectChange[]) =>
  changes.map(({ action, kind, name, pods, fields }) => [
    `${action} ${kind} ${name}${pods === undefined ? '' : `: pods ${pods}`}`,
    ...fields.map(({ path, immutable }) => `${path}${immutable ? ' !' : ''}`),
  ]);

test('another image restarts the pods; another number of replicas does not', () => {
  assert.deepEqual(told(objectChanges([deployment('a:1')], [deployment('a:2')])), [
    ['change Deployment orders: pods restart', 'spec.template.spec.containers[orders].image'],
  ]);
  assert.deepEqual(told(objectChanges([deployment('a:1')], [deployment('a:1', 4)])), [
    ['change Deployment orders', 'spec.replicas'],
  ]);
});

test('a selector cannot be changed', () => {
  assert.deepEqual(told(objectChanges([deployment('a:1')], [deployment('a:1', 2, 'shop-orders')])), [
    ['change Deployment orders', 'spec.selector.matchLabels["app.kubernetes.io/name"] !'],
  ]);
});

test('what containers read at their start is stale until they start again; what is mounted is read anew', () => {
  const before = [deployment('a:1'), configMap('start', '1'), configMap('watched', '1')];
  const after = [deployment('a:1'), configMap('start', '2'), configMap('watched', '2')];
  assert.deepEqual(told(objectChanges(before, after)), [
    ['change ConfigMap start: pods stale', 'data["config.json"]'],
    ['change ConfigMap watched', 'data["config.json"]'],
  ]);
});

test('objects that are new start pods, and those that are gone stop them', () => {
  assert.deepEqual(told(objectChanges([configMap('a', '')], [deployment('a:1')])), [
    ['create Deployment orders: pods start'],
    ['delete ConfigMap a'],
  ]);
  assert.deepEqual(told(objectChanges([deployment('a:1')], [])), [['delete Deployment orders: pods stop']]);
});

test('another version of the API is the same object', () => {
  const [before, after] = ['v1', 'v2'].map((version) => ({
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'orders' },
  }));
  assert.deepEqual(told(objectChanges([before!], [after!])), [['change HorizontalPodAutoscaler orders', 'apiVersion']]);
});

test('containers are told apart by their names, and not by where they stand', () => {
  const [before, after] = [deployment('a:1'), structuredClone(deployment('a:1'))];
  const { containers } = (after.spec as { template: { spec: { containers: object[] } } }).template.spec;
  containers.reverse();
  assert.deepEqual(told(objectChanges([before], [after])), []);
});

test('something changes where and only where something differs', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(json, json, (a, b) => {
      const object = (spec: unknown): ClusterObject =>
        JSON.parse(JSON.stringify({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, spec }));
      const [before, after] = [object(a), object(b)];
      assert.deepEqual(objectChanges([before], [before]), []);
      const changes = objectChanges([before], [after]);
      assert.equal(changes.length, isDeepStrictEqual(before, after) ? 0 : 1);
    }),
  );
});
