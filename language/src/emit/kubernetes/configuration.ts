import type { IConfigMap } from 'kubernetes-models/v1';
import { labels } from './labels.ts';
import type { Workload } from './workload.ts';

/** Nothing when there is nothing to configure. Secrets stand elsewhere, and only their names here. */
export function configMapOf(workload: Workload): IConfigMap[] {
  const { data } = workload.config;
  if (Object.keys(data).length === 0) return [];
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: workload.config.name, labels: labels(workload) },
      data: { ...data },
    },
  ];
}
