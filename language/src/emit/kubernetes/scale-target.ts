import type { Workload } from './workload.ts';

/** What an autoscaler sets the number of replicas of. */
export const scaleTargetOf = ({ name, rollout }: Workload): { apiVersion: string; kind: string; name: string } =>
  rollout?.by === 'argo'
    ? { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name }
    : { apiVersion: 'apps/v1', kind: 'Deployment', name };
