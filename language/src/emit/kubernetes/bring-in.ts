import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IService } from 'kubernetes-models/v1';
import type { Model } from '../../model/model.ts';
import { forArgo, rolloutObjectsOf } from './argo/rollout.ts';
import type { CustomObject } from './custom-object.ts';
import { canaryOf, forFlagger } from './flagger/canary.ts';
import { argoRole, flaggerLabel } from './labels.ts';
import { canaryName, previewName } from './rollout.ts';
import type { Workload } from './workload.ts';

/** What runs the pods of a service and the Services that lead to them, as whoever brings in new versions wants them. */
export function broughtIn(
  model: Model,
  workload: Workload,
  deployment: IDeployment,
  services: readonly IService[],
): readonly (IDeployment | IService | CustomObject)[] {
  const { rollout, name } = workload;
  switch (rollout?.by) {
    case 'argo': {
      const second = rollout.kind === 'canary' ? (rollout.split ? canaryName(name) : undefined) : previewName(name);
      const next = services.slice(0, 1).flatMap(copy(second));
      const led = second === undefined ? services : pointed(services, argoRole);
      return [forArgo(deployment), ...led, ...next, ...rolloutObjectsOf(model, workload)];
    }
    case 'flagger':
      // Flagger makes the Service of a service itself, and one for each version.
      return [
        forFlagger(workload, deployment),
        ...pointed(services, { [flaggerLabel]: `${name}-primary` }).slice(1),
        ...canaryOf(model, workload),
      ];
    case undefined:
      return [deployment, ...services];
  }
}

/** The same under another name; its metrics are collected by the first. */
const copy =
  (name: string | undefined) =>
  (service: IService): IService[] => {
    const labels = { ...service.metadata?.labels, 'app.kubernetes.io/component': 'next' };
    return name === undefined ? [] : [{ ...service, metadata: { ...service.metadata, name, labels } }];
  };

/** Who balances over pods by itself is led to those of the version that serves: the others are for who splits the traffic. */
const pointed = (services: readonly IService[], role: Record<string, string>): IService[] =>
  services.map((service, i) => {
    if (i === 0) return service;
    const { metadata, spec } = service;
    // Checkers read templates, where the label is not.
    const annotations = { ...metadata?.annotations, 'kube-score/ignore': 'service-targets-pod' };
    return {
      ...service,
      metadata: { ...metadata, annotations },
      spec: { ...spec, selector: { ...spec?.selector, ...role } },
    };
  });
