import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import { goldenModel, modelOf } from '../golden-fixture.ts';
import { type KubernetesObject, objectsOf } from './objects.ts';
import { systems, textOf } from './systems-fixture.ts';

/** What the Pod Security Standard "restricted" refuses in a pod. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
function refusals(pod: IPodSpec): string[] {
  const { hostNetwork, hostPID, hostIPC, volumes = [], securityContext: whole = {} } = pod;
  const containers = [
    ...pod.containers,
    ...(pod.initContainers ?? []),
    ...((pod.ephemeralContainers ?? []) as IContainer[]),
  ];
  return [
    ...(hostNetwork || hostPID || hostIPC ? ['shares a namespace with its host'] : []),
    ...(whole.sysctls?.length ? ['sets sysctls'] : []),
    ...volumes.flatMap((volume) => Object.keys(volume).filter((key) => key !== 'name' && !volumeKinds.has(key))),
    ...containers.flatMap(({ name, ports = [], securityContext: own = {}, ...rest }) => {
      const seccomp = (own.seccompProfile ?? whole.seccompProfile)?.type;
      const hosts = [rest.livenessProbe, rest.readinessProbe, rest.startupProbe, rest.lifecycle?.preStop].flatMap(
        (handler) =>
          handler?.httpGet?.host ?? (handler && 'tcpSocket' in handler ? handler.tcpSocket?.host : undefined) ?? [],
      );
      const rules: readonly [boolean, string][] = [
        [own.privileged === true, 'is privileged'],
        [own.allowPrivilegeEscalation !== false, 'may gain privileges'],
        [!(own.capabilities?.drop ?? []).includes('ALL'), 'keeps capabilities'],
        [(own.capabilities?.add ?? []).some((added) => added !== 'NET_BIND_SERVICE'), 'adds capabilities'],
        [(own.procMount ?? 'Default') !== 'Default', 'sees all of /proc'],
        [(own.runAsNonRoot ?? whole.runAsNonRoot) !== true, 'may run as root'],
        [(own.runAsUser ?? whole.runAsUser) === 0, 'runs as root'],
        [seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost', 'may call all of the kernel'],
        [ports.some(({ hostPort = 0 }) => hostPort !== 0), 'takes a port of its host'],
        [hosts.length > 0, 'has a probe that asks elsewhere'],
      ];
      return rules.filter(([broken]) => broken).map(([, rule]) => `${name} ${rule}`);
    }),
  ];
}

const volumeKinds = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const podsIn = (objects: readonly KubernetesObject[]): readonly IPodSpec[] =>
  objects.flatMap((object) => (object.kind === 'Deployment' ? (object.spec?.template.spec ?? []) : []));

test('pods are as the Pod Security Standard "restricted" asks', async () => {
  const golden = podsIn(objectsOf(await goldenModel(), { kubernetesVersion: '1.33' }));
  assert.ok(golden.length >= 3);
  for (const pod of golden) assert.deepEqual(refusals(pod), []);
  await fc.assert(
    fc.asyncProperty(systems, async (system) => {
      const model = await modelOf([{ path: 'a.svc', text: textOf(system) }]);
      for (const pod of podsIn(objectsOf(model, { kubernetesVersion: '1.29' }))) assert.deepEqual(refusals(pod), []);
    }),
    { numRuns: 20 },
  );
});

test('what "restricted" refuses is seen', async () => {
  const model = await modelOf([{ path: 'a.svc', text: '@allow(root-user, "x") service a { image "x/a:1" http 80 }' }]);
  const [pod] = podsIn(objectsOf(model, { kubernetesVersion: '1.33' }));
  assert.ok(pod);
  assert.deepEqual(refusals(pod), ['a may run as root']);
  const bad = { ...pod, hostNetwork: true, volumes: [{ name: 'x', hostPath: { path: '/' } }] };
  assert.deepEqual(refusals(bad), ['shares a namespace with its host', 'hostPath', 'a may run as root']);
});
