import { type CustomObject, customObject } from '../custom-object.ts';
import { labels } from '../labels.ts';
import { connectionName } from '../names.ts';
import { scaleTargetOf } from '../scale-target.ts';
import { behavior } from '../scaling.ts';
import type { Workload } from '../workload.ts';
import { authenticationName, keyOf, type Trigger } from './triggers.ts';

/** Seconds between two looks: Prometheus scrapes as often by custom. */
const pollingInterval = 30;

/** What KEDA scales a service by, and how it gets in where it asks; it makes the HorizontalPodAutoscaler itself. */
export function scaledObjectOf(workload: Workload): CustomObject[] {
  const { autoscale, name, replicas, service } = workload;
  if (autoscale?.by !== 'keda') return [];
  const resources = new Map(autoscale.triggers.flatMap(({ resource }) => (resource ? [[resource.id, resource]] : [])));
  const authentications = [...resources.values()].map((resource) => {
    const { key, parameter } = keyOf(resource);
    return customObject(
      'TriggerAuthentication',
      { name: authenticationName(service.name, resource.name), labels: labels(workload) },
      { secretTargetRef: [{ parameter, name: connectionName(resource.name), key }] },
    );
  });
  const scaled = customObject(
    'ScaledObject',
    { name, labels: labels(workload) },
    {
      scaleTargetRef: scaleTargetOf(workload),
      pollingInterval,
      minReplicaCount: replicas.min,
      maxReplicaCount: replicas.max,
      ...fallback(workload),
      advanced: { horizontalPodAutoscalerConfig: { behavior } },
      triggers: autoscale.triggers.map((trigger, i) => triggerOf(service.name, trigger, i)),
    },
  );
  return [...authentications, scaled];
}

function triggerOf(service: string, { spec, resource }: Trigger, i: number): object {
  const { type, ...rest } = spec;
  return {
    type,
    // Flagger finds the trigger by it.
    name: `${type}-${i + 1}`,
    ...rest,
    ...(resource ? { authenticationRef: { name: authenticationName(service, resource.name) } } : {}),
  };
}

/** While what KEDA asks does not answer, nothing shrinks; by CPU and memory alone there is nobody else to ask. */
function fallback({ autoscale, replicas }: Workload): object {
  if (autoscale?.by !== 'keda' || !autoscale.triggers.some(({ spec }) => spec.metricType === 'AverageValue')) return {};
  return { fallback: { failureThreshold: 3, replicas: replicas.min, behavior: 'currentReplicasIfHigher' } };
}
