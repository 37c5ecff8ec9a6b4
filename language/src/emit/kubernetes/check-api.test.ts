import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiFaults } from './check-api.ts';

test('an API that a cluster does not serve any more, or not yet, is a fault', () => {
  const cronJob = { apiVersion: 'batch/v1beta1', kind: 'CronJob' };
  assert.deepEqual(apiFaults(cronJob, '1.33'), [
    'batch/v1beta1/CronJob is gone since Kubernetes 1.25; the cluster has 1.33',
  ]);
  assert.deepEqual(apiFaults({ ...cronJob, apiVersion: 'batch/v1' }, '1.33'), []);
  const pod = { lifecycle: { preStop: { sleep: { seconds: 5 } } } };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec: { containers: [pod] } } } };
  assert.deepEqual(apiFaults(deployment, '1.29'), [
    'lifecycle.preStop.sleep comes with Kubernetes 1.30; the cluster has 1.29',
  ]);
  assert.deepEqual(apiFaults(deployment, '1.30'), []);
});

test('kinds of others are served by whoever defines them', () => {
  assert.deepEqual(apiFaults({ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' }, '1.33'), []);
  assert.deepEqual(apiFaults({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' }, '1.33'), []);
});
