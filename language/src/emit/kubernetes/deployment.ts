import type { IDeployment } from 'kubernetes-models/apps/v1';
import { annotations, labels, selectorLabels } from './labels.ts';
import { podSpec } from './pod.ts';
import { waivers } from './waivers.ts';
import type { Workload } from './workload.ts';

/** `sleepAction`: whether the cluster knows `sleep` before a stop. */
export function deploymentOf(workload: Workload, sleepAction: boolean): IDeployment {
  const { checksum } = workload.config;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: workload.name, labels: labels(workload), ...annotations(workload, waivers(workload)) },
    spec: {
      // An autoscaler owns the number: written here, each apply would undo what it decided.
      ...(workload.autoscale ? {} : { replicas: workload.replicas.min }),
      revisionHistoryLimit: 5,
      selector: { matchLabels: selectorLabels(workload) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      template: {
        metadata: {
          labels: labels(workload),
          ...(checksum === undefined ? {} : { annotations: { 'checksum/config': checksum } }),
        },
        spec: podSpec(workload, sleepAction),
      },
    },
  };
}
