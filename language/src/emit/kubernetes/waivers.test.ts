import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsFrom, podFrom } from './objects-fixture.ts';

test('what a service opts out of is left out, and checkers are told why', async () => {
  const text = `
    @allow(no-cpu-limit, "bursts at noon")
    @allow(writable-root, "the vendor's image writes beside its program")
    @allow(root-user, "it binds port 80")
    @allow(no-network-policy, "Calico's are written by the platform team")
    service a { image "x/a:1"  http 80  health { live /alive } }`;
  const { spec, container } = await podFrom(text);
  assert.deepEqual(Object.keys(container.resources?.limits ?? {}), ['memory', 'ephemeral-storage']);
  assert.deepEqual(Object.keys(container.resources?.requests ?? {}), ['cpu', 'memory', 'ephemeral-storage']);
  assert.equal(container.securityContext?.readOnlyRootFilesystem, false);
  assert.deepEqual(spec.securityContext, { seccompProfile: { type: 'RuntimeDefault' } });
  const objects = await objectsFrom(text);
  assert.equal(objects('a', 'NetworkPolicy'), undefined);
  assert.deepEqual(objects('a', 'Deployment')?.metadata?.annotations, {
    'kube-score/ignore':
      'container-resources,container-security-context-readonlyrootfilesystem,container-security-context-user-group-id,pod-networkpolicy',
    'ignore-check.kube-linter.io/unset-cpu-requirements': 'bursts at noon',
    'ignore-check.kube-linter.io/no-read-only-root-fs': "the vendor's image writes beside its program",
    'ignore-check.kube-linter.io/run-as-non-root': 'it binds port 80',
    'ignore-check.kube-linter.io/non-isolated-pod': "Calico's are written by the platform team",
  });
});

test('what a service says of its deployment is reason enough', async () => {
  const objects = await objectsFrom('service a { http 80  deploy { replicas 1  spread none } }');
  assert.deepEqual(objects('a', 'Deployment')?.metadata?.annotations, {
    'kube-score/ignore': 'deployment-replicas,deployment-has-host-podantiaffinity',
    'ignore-check.kube-linter.io/no-anti-affinity': '`spread none`',
  });
  const silent = await objectsFrom('service a { image "x/a:1"  http 80 }');
  assert.deepEqual(silent('a', 'Deployment')?.metadata?.annotations, {
    'kube-score/ignore': 'pod-probes',
    'ignore-check.kube-linter.io/no-liveness-probe': 'nothing is known of its health: `health { live /path }` says it',
  });
  const scaled = await objectsFrom('service a { http 80  deploy { replicas 1..3 } }');
  assert.equal(scaled('a', 'Deployment')?.metadata?.annotations, undefined);
  assert.equal(
    scaled('a', 'HorizontalPodAutoscaler')?.metadata?.annotations?.['kube-score/ignore'],
    'horizontalpodautoscaler-replicas',
  );
});
