import type { Model, Service } from '../../model/model.ts';
import type { EmitFault } from '../emit-error.ts';
import type { Choices } from './choices.ts';
import { lagTrigger, queuesOf, rateTrigger, type Trigger, utilisationTrigger } from './keda/triggers.ts';
import { flaggerLabel } from './labels.ts';
import { objectName } from './names.ts';
import { rolloutOf } from './rollout.ts';

/** What an autoscaler goes by: utilisation in percent, or whatever KEDA can ask for. */
export type Autoscale =
  | { readonly by: 'hpa'; readonly cpu?: number; readonly memory?: number }
  | { readonly by: 'keda'; readonly triggers: readonly Trigger[] };

/** Percent of the requested cpu at which a service of which only a range of replicas is known is scaled. */
const defaultUtilisation = 70;

/** A range of replicas asks for an autoscaler. Kubernetes itself measures only cpu and memory. */
export function autoscaleOf(model: Model, service: Service, choices: Choices): Autoscale | undefined {
  if (!isScaled(service)) return undefined;
  const { cpu, memory } = service.deploy?.scale ?? { cpu: defaultUtilisation };
  if (choices.autoscaler === 'keda') {
    const triggers = triggersOf(model, service, choices);
    return triggers.length === 0 ? undefined : { by: 'keda', triggers };
  }
  if (cpu === undefined && memory === undefined) return undefined;
  return { by: 'hpa', ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
}

const isScaled = ({ deploy }: Service): boolean =>
  deploy?.replicas !== undefined && deploy.replicas.max > deploy.replicas.min;

function triggersOf(model: Model, service: Service, choices: Choices): readonly Trigger[] {
  const { cpu, memory, rate, lag } = service.deploy?.scale ?? { cpu: defaultUtilisation, lag: [] };
  return [
    ...(cpu === undefined ? [] : [utilisationTrigger('cpu', cpu)]),
    ...(memory === undefined ? [] : [utilisationTrigger('memory', memory)]),
    ...(rate === undefined ? [] : [rateTrigger(service, rate, choices, whose(model, service, choices))]),
    ...lag.flatMap(({ event, messages }) =>
      queuesOf(model, service, event.id ?? '').flatMap((queue) => lagTrigger(queue, messages) ?? []),
    ),
  ];
}

/** The namespace that a system says it runs in, and which of the two versions that Flagger runs. */
function whose(model: Model, service: Service, choices: Choices): Readonly<Record<string, string>> {
  const value = model.systems[0]?.settings.findLast(({ key }) => key === 'namespace')?.value;
  const flagger = rolloutOf(model, service, choices)?.by === 'flagger';
  return {
    ...(value?.kind === 'string' ? { namespace: value.value } : {}),
    ...(flagger ? { [flaggerLabel]: objectName(service.name) } : {}),
  };
}

/** What a service is to be scaled by and cannot be, with what its system chooses. */
export function scalingFaults(model: Model, service: Service, choices: Choices): readonly EmitFault[] {
  const { scale } = service.deploy ?? {};
  if (!scale || !isScaled(service)) return [];
  const { at } = scale;
  const faults: EmitFault[] = [];
  if (choices.autoscaler === 'hpa') {
    const parts = [...(scale.rate === undefined ? [] : ['`rate`']), ...(scale.lag.length === 0 ? [] : ['`lag`'])];
    if (parts.length === 0) return [];
    const message = `Kubernetes itself cannot scale ${service.name} by ${parts.join(' or ')}`;
    return [{ message, hint: 'Write `autoscaler keda` in `system`, or scale by `cpu` or `memory` alone.', at }];
  }
  if (scale.rate !== undefined && service.image !== undefined) {
    const message = `\`rate\` of ${service.name} is not known: what is written elsewhere does not count its requests as the runtime does`;
    faults.push({ message, hint: 'Scale it by `cpu`, `memory` or `lag`.', at });
  } else if (scale.rate !== undefined && choices.monitoring === undefined) {
    const message = `\`rate\` of ${service.name} is not known: nothing collects its metrics`;
    faults.push({ message, hint: 'Write `monitoring prometheus` in `system`.', at });
  }
  return [...faults, ...scale.lag.flatMap(({ event, messages }) => lagFaults(model, service, event, messages))];
}

type Lag = NonNullable<NonNullable<Service['deploy']>['scale']>['lag'][number];

function lagFaults(model: Model, service: Service, event: Lag['event'], messages: number): readonly EmitFault[] {
  const queues = queuesOf(model, service, event.id ?? '');
  if (queues.length === 0) {
    const message = `\`lag ${event.name}\` is not known: ${service.name} consumes no ${event.name} from a broker`;
    return [{ message, hint: `Write \`on ${event.name} { }\` in the service, or take the part out.`, at: event.at }];
  }
  return queues
    .filter((queue) => lagTrigger(queue, messages) === undefined)
    .slice(0, 1)
    .map(({ resource }) => ({
      message: `\`lag ${event.name}\` is not known: nothing here measures what waits in ${resource.name}, of kind ${resource.type.value}`,
      hint: 'Scale by `cpu`, or have the event carried by nats, kafka or rabbitmq.',
      at: event.at,
    }));
}
