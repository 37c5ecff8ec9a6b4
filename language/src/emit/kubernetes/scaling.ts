import type { IHorizontalPodAutoscaler, IMetricSpec } from 'kubernetes-models/autoscaling/v2';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { labels, selectorLabels } from './labels.ts';
import { scaleTargetOf } from './scale-target.ts';
import { autoscalerWaivers } from './waivers.ts';
import type { Workload } from './workload.ts';

/** Up at once and at most twofold, down slowly: a gap in the load is no reason to be cold after it. */
export const behavior = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max' as const,
    policies: [
      { type: 'Percent' as const, value: 100, periodSeconds: 30 },
      { type: 'Pods' as const, value: 4, periodSeconds: 30 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 300,
    selectPolicy: 'Max' as const,
    policies: [{ type: 'Percent' as const, value: 20, periodSeconds: 60 }],
  },
};

/** Nothing when the number of replicas is fixed, or hangs on what only other autoscalers can measure. */
export function autoscalerOf(workload: Workload): IHorizontalPodAutoscaler[] {
  if (workload.autoscale?.by !== 'hpa') return [];
  const { cpu, memory } = workload.autoscale;
  const waived = autoscalerWaivers(workload);
  return [
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: {
        name: workload.name,
        labels: labels(workload),
        ...(Object.keys(waived).length === 0 ? {} : { annotations: waived }),
      },
      spec: {
        scaleTargetRef: scaleTargetOf(workload),
        minReplicas: workload.replicas.min,
        maxReplicas: workload.replicas.max,
        metrics: [
          ...(cpu === undefined ? [] : [utilisation('cpu', cpu)]),
          ...(memory === undefined ? [] : [utilisation('memory', memory)]),
        ],
        behavior,
      },
    },
  ];
}

const utilisation = (name: 'cpu' | 'memory', percent: number): IMetricSpec => ({
  type: 'Resource',
  resource: { name, target: { type: 'Utilization', averageUtilization: Math.max(1, Math.round(percent)) } },
});

/** How many pods a drained node may take down at once. Broken pods do not count: they would block the drain for ever. */
export function disruptionBudgetOf(workload: Workload): IPodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: workload.name, labels: labels(workload) },
    spec: {
      maxUnavailable: workload.disruption,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selectorLabels(workload) },
    },
  };
}
