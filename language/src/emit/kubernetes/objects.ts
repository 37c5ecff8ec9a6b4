import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IConfigMap, IService, IServiceAccount } from 'kubernetes-models/v1';
import type { Model, Service } from '../../model/model.ts';
import { configMapOf } from './configuration.ts';
import { deploymentOf } from './deployment.ts';
import { networkPolicyOf } from './network-policy.ts';
import { autoscalerOf, disruptionBudgetOf } from './scaling.ts';
import { serviceAccountOf, serviceOf } from './service.ts';
import { workloadOf } from './workload.ts';

export type KubernetesObject =
  | IServiceAccount
  | IConfigMap
  | IDeployment
  | IService
  | IHorizontalPodAutoscaler
  | IPodDisruptionBudget
  | INetworkPolicy;

/** The objects of a service, in the order in which a cluster needs them. `sleepAction`: see `deploymentOf`. */
export function objectsOf(model: Model, service: Service, sleepAction: boolean): readonly KubernetesObject[] {
  const workload = workloadOf(model, service);
  return [
    serviceAccountOf(workload),
    ...configMapOf(workload),
    deploymentOf(workload, sleepAction),
    ...serviceOf(workload),
    ...autoscalerOf(workload),
    disruptionBudgetOf(workload),
    networkPolicyOf(model, workload),
  ];
}
