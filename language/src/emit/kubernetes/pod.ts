import type { IContainer, IContainerPort, IEnvVar, IPodSpec } from 'kubernetes-models/v1';
import { optOutsOf } from '../../model/opt-outs.ts';
import { containerUser } from '../container-user.ts';
import { certificateFolder } from './certificates.ts';
import { configFile } from './config.ts';
import type { EnvironmentVariable } from './environment.ts';
import { selectorLabels } from './labels.ts';
import { certificateName } from './names.ts';
import { probesOf } from './probes.ts';
import { bytesQuantity, cpuQuantity } from './quantities.ts';
import type { Workload } from './workload.ts';

const configFolder = '/etc/weir';
const largestTmp = 64 * 2 ** 20;

/** Pods as the Pod Security Standard "restricted" asks, and then some. `sleepAction`: whether the cluster can sleep by itself. */
export function podSpec(workload: Workload, sleepAction: boolean): IPodSpec {
  return {
    serviceAccountName: workload.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: workload.graceSeconds,
    securityContext: {
      ...(optOutsOf(workload.service).has('root-user')
        ? {}
        : { runAsNonRoot: true, runAsUser: containerUser, runAsGroup: containerUser, fsGroup: containerUser }),
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...spreading(workload),
    containers: [container(workload, sleepAction)],
    volumes: [
      { name: 'tmp', emptyDir: { sizeLimit: bytesQuantity(tmpSize(workload)) } },
      ...(mountsConfig(workload) ? [{ name: 'config', configMap: { name: workload.config.name } }] : []),
      ...(workload.certified
        ? [{ name: 'certificates', secret: { secretName: certificateName(workload.service.name), defaultMode: 0o440 } }]
        : []),
    ],
  };
}

function container(workload: Workload, sleepAction: boolean): IContainer {
  const { ports, preStopSeconds: pause } = workload;
  const env = variables(workload);
  const open = containerPorts(ports);
  return {
    name: workload.name,
    image: workload.image,
    imagePullPolicy: 'Always',
    ...(open.length === 0 ? {} : { ports: open }),
    ...(env.length === 0 ? {} : { env }),
    ...(hasConfig(workload) && !workload.ours ? { envFrom: [{ configMapRef: { name: workload.config.name } }] } : {}),
    resources: resources(workload),
    ...probesOf(workload),
    // Until it has left the endpoints everywhere, a pod still gets calls: it goes on serving meanwhile.
    lifecycle: { preStop: sleepAction ? { sleep: { seconds: pause } } : { exec: { command: ['sleep', `${pause}`] } } },
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: !optOutsOf(workload.service).has('writable-root'),
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      ...(mountsConfig(workload) ? [{ name: 'config', mountPath: configFolder, readOnly: true }] : []),
      ...(workload.certified ? [{ name: 'certificates', mountPath: certificateFolder, readOnly: true }] : []),
    ],
  };
}

function containerPorts({ http, grpc, metrics }: Workload['ports']): IContainerPort[] {
  const named = { http, grpc, metrics };
  return Object.entries(named).flatMap(([name, port]) =>
    port === undefined ? [] : [{ name, containerPort: port, protocol: 'TCP' as const }],
  );
}

function variables(workload: Workload): IEnvVar[] {
  const config = mountsConfig(workload) ? [{ name: 'WEIR_CONFIG', value: `${configFolder}/${configFile}` }] : [];
  return [...config, ...workload.environment.map(variable)];
}

const variable = (entry: EnvironmentVariable): IEnvVar =>
  entry.secret
    ? { name: entry.name, valueFrom: { secretKeyRef: { name: entry.secret.name, key: entry.secret.key } } }
    : { name: entry.name, value: entry.value };

function resources(workload: Workload): NonNullable<IContainer['resources']> {
  const { cpu, memory, storage } = workload.resources;
  const of = (end: 'min' | 'max') => ({
    memory: bytesQuantity(memory[end]),
    'ephemeral-storage': bytesQuantity(storage[end]),
  });
  const limit = optOutsOf(workload.service).has('no-cpu-limit') ? {} : { cpu: cpuQuantity(cpu.max) };
  return { requests: { cpu: cpuQuantity(cpu.min), ...of('min') }, limits: { ...limit, ...of('max') } };
}

/** Zones before hosts; by preference, so that a small cluster still takes every replica. */
function spreading(workload: Workload): Pick<IPodSpec, 'affinity' | 'topologySpreadConstraints'> {
  if (workload.spread === 'none') return {};
  const labelSelector = { matchLabels: selectorLabels(workload) };
  const term = { labelSelector, topologyKey: 'kubernetes.io/hostname' };
  const affinity = {
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] },
  };
  if (workload.spread === 'host') return { affinity };
  const zones = {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'ScheduleAnyway' as const,
    labelSelector,
    // Counts the pods of one version only, so that a rollout ends evenly spread.
    matchLabelKeys: ['pod-template-hash'],
  };
  return { affinity, topologySpreadConstraints: [zones] };
}

/** What fills `/tmp` counts as ephemeral storage: half of it at most. */
const tmpSize = ({ resources: { storage } }: Workload): number => Math.min(largestTmp, Math.floor(storage.max / 2));

const hasConfig = ({ config }: Workload): boolean => Object.keys(config.data).length > 0;

const mountsConfig = (workload: Workload): boolean => workload.ours && hasConfig(workload);
