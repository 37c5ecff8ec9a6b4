import type { Model, Service } from '../../model/model.ts';
import type { EmitFault } from '../emit-error.ts';
import type { Choices } from './choices.ts';
import { gatewaysOf } from './peers.ts';

/** How a controller brings in a new version. */
export interface ChosenRollout {
  readonly by: 'argo' | 'flagger';
  readonly kind: 'canary' | 'blue-green';
  /** What splits the traffic between the versions; without, their numbers of replicas do. */
  readonly split?: { readonly gateway: boolean; readonly mesh?: 'istio' | 'linkerd' };
}

/** The Service of what is new, while it is tried. */
export const canaryName = (name: string): string => `${name}-canary`;

/** The Service of what is new, before it is switched to. */
export const previewName = (name: string): string => `${name}-preview`;

/** `rolling` is what Kubernetes does by itself. A mesh splits all traffic, a gateway what comes through it. */
export function rolloutOf(model: Model, service: Service, { rollouts, mesh }: Choices): ChosenRollout | undefined {
  const kind = service.deploy?.rollout?.kind;
  if (rollouts === undefined || (kind !== 'canary' && kind !== 'blue-green')) return undefined;
  const gateway = gatewaysOf(model, service).length > 0;
  const isReached = service.http !== undefined || service.grpc !== undefined;
  const isSplit = kind === 'canary' && isReached && (gateway || mesh !== undefined);
  return { by: rollouts, kind, ...(isSplit ? { split: { gateway, ...(mesh ? { mesh } : {}) } } : {}) };
}

/** What a service asks of its rollouts and cannot have, with what its system chooses. */
export function rolloutFaults(model: Model, service: Service, choices: Choices): readonly EmitFault[] {
  const rollout = service.deploy?.rollout;
  if (!rollout || rollout.kind === 'rolling') return [];
  const { at, abort } = rollout;
  const what = `\`rollout ${rollout.kind}\` of ${service.name}`;
  const chosen = rolloutOf(model, service, choices);
  if (chosen === undefined) {
    const message = `${what} needs a controller: Kubernetes itself knows only \`rolling\``;
    return [{ message, hint: 'Write `rollouts argo` or `rollouts flagger` in `system`, or `rollout rolling`.', at }];
  }
  const faults: EmitFault[] = [];
  if (chosen.by === 'flagger' && service.http === undefined && service.grpc === undefined) {
    const message = `${what} is not for Flagger: the service has no port whose traffic it could move`;
    faults.push({ message, hint: 'Write `rollouts argo` in `system`, or `rollout rolling` here.', at });
  } else if (chosen.by === 'flagger' && chosen.kind === 'canary' && chosen.split === undefined) {
    const message = `${what} is not for Flagger: neither a gateway nor a mesh splits its traffic`;
    const hint =
      'Write `rollouts argo` in `system`, which goes by replicas then, choose a `mesh`, or write `rollout blue-green`.';
    faults.push({ message, hint, at });
  }
  const partial = rollout.steps.filter((step) => !Number.isInteger(step));
  if (partial.length > 0) {
    const message = `${what} takes steps of whole percentages: ${partial.map((step) => `${step}%`).join(', ')} is none`;
    faults.push({ message, hint: 'Round them.', at });
  }
  const gateways = gatewaysOf(model, service);
  if (chosen.by === 'flagger' && chosen.split?.gateway && chosen.split.mesh === undefined && gateways.length > 1) {
    const names = gateways.map(({ name }) => name).join(' and ');
    const message = `${what} is not for Flagger: it writes one route, and ${names} open different ones`;
    faults.push({ message, hint: 'Write `rollouts argo` in `system`, or let one gateway serve it.', at });
  }
  if (abort === undefined) return faults;
  if (service.image !== undefined) {
    const message = `\`abort\` of ${service.name} has nothing to go by: what is written elsewhere has none of the runtime's metrics`;
    faults.push({
      message,
      hint: 'Take `abort` out: the steps are then taken in their time, and a person stops them.',
      at,
    });
  } else if (choices.monitoring === undefined) {
    const message = `\`abort\` of ${service.name} has nothing to go by: nothing collects its metrics`;
    faults.push({ message, hint: 'Write `monitoring prometheus` in `system`.', at });
  }
  return faults;
}
