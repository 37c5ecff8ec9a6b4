import { type ClusterObject, groupOf } from './cluster-object.ts';

/** Fields that the API refuses to change: the object has to be deleted and made anew. By group and kind. */
const immutable: Readonly<Record<string, readonly RegExp[]>> = {
  'apps/Deployment': [/^spec\.selector\b/],
  'apps/DaemonSet': [/^spec\.selector\b/],
  // All but these: validation of StatefulSet updates in Kubernetes, pkg/apis/apps/validation.
  'apps/StatefulSet': [
    /^spec\.(?!(replicas|ordinals|template|updateStrategy|persistentVolumeClaimRetentionPolicy|minReadySeconds|revisionHistoryLimit)\b)/,
  ],
  'batch/Job': [/^spec\.(selector|template|completionMode|podFailurePolicy)\b/],
  '/Service': [/^spec\.clusterIPs?\b/],
  '/PersistentVolumeClaim': [/^spec\.(?!(resources|volumeAttributesClassName)\b)/],
  '/Secret': [/^type$/],
  'rbac.authorization.k8s.io/RoleBinding': [/^roleRef\b/],
  'rbac.authorization.k8s.io/ClusterRoleBinding': [/^roleRef\b/],
  'storage.k8s.io/StorageClass': [/^(provisioner|parameters|reclaimPolicy|volumeBindingMode)\b/],
  'scheduling.k8s.io/PriorityClass': [/^(value|preemptionPolicy)$/],
  'networking.k8s.io/IngressClass': [/^spec\.controller$/],
  'argoproj.io/Rollout': [/^spec\.selector\b/],
};

/** Whether a cluster refuses to change a field of an object as it is. */
export function isImmutable(object: ClusterObject, path: string): boolean {
  const { apiVersion, kind } = object;
  if (object.immutable === true && /^(data|binaryData|stringData)\b/.test(path)) return true;
  return immutable[`${groupOf(apiVersion)}/${kind}`]?.some((pattern) => pattern.test(path)) ?? false;
}
