import { indexOf } from '../../../model/index-of.ts';
import type { Consumer, EventMessage, Model, Resource, Service } from '../../../model/model.ts';
import { groupOf } from '../../definition/service.ts';
import { rate, select } from '../../observability/promql.ts';
import type { Choices } from '../choices.ts';
import type { CustomSpec } from '../custom-object.ts';
import { connectionVariable } from '../environment.ts';
import { flaggerLabel } from '../labels.ts';
import { objectName } from '../names.ts';

/** What KEDA asks, and whom. `resource` is there where a Secret of it says how to get in. */
export interface Trigger {
  readonly spec: CustomSpec;
  readonly resource?: Resource;
}

/** By CPU or memory, in percent of what is requested. */
export const utilisationTrigger = (type: 'cpu' | 'memory', percent: number): Trigger => ({
  spec: { type, metricType: 'Utilization', metadata: { value: `${Math.max(1, Math.round(percent))}` } },
});

/**
 * Requests of each replica in a second, as Prometheus has counted them over two minutes: four scrapes at the least.
 *
 * @param of labels that tell whose requests, beside the service's
 */
export function rateTrigger(
  service: Service,
  perSecond: number,
  { prometheus }: Choices,
  of: Readonly<Record<string, string>>,
): Trigger {
  const query = `sum(${rate(select('weir_requests_total', { ...of, service: service.name }), '2m')})`;
  return {
    spec: {
      type: 'prometheus',
      metricType: 'AverageValue',
      metadata: { serverAddress: prometheus, query, threshold: decimal(perSecond) },
    },
  };
}

/** The query of a trigger, asked of the copy of a Deployment that Flagger makes; undefined where it asks nothing. */
export function queryOf({ spec }: Trigger, copy: string): string | undefined {
  const { query } = spec.metadata as { readonly query?: string };
  return query?.replace(new RegExp(`\\b${flaggerLabel}="[^"]*"`), `${flaggerLabel}="${copy}"`);
}

/** Rates by the hour are not whole: a thousandth of a request is exact enough, and nothing at all would be none. */
const decimal = (value: number): string => `${Math.max(0.001, Math.round(value * 1000) / 1000)}`;

/** Where events wait to be consumed: the event's broker, and the group that reads it. */
export interface Queue {
  readonly service: Service;
  readonly event: EventMessage;
  readonly resource: Resource;
  /** By which the service is told where the resource is. */
  readonly variable: string;
  readonly group: string;
}

/** The queues of an event in a service, one for each group that takes it; none where it has no broker or no consumer. */
export function queuesOf(model: Model, service: Service, event: string): readonly Queue[] {
  const { events, resources } = indexOf(model);
  const message = events.get(event);
  const resource = resources.get(message?.on?.id ?? '');
  if (!message || !resource) return [];
  const groups = service.consumers
    .filter((consumer: Consumer) => consumer.event.id === event)
    .map((consumer) => groupOf(service, consumer));
  const variable = connectionVariable(model, service, resource);
  return [...new Set(groups)].sort().map((group) => ({ service, event: message, resource, variable, group }));
}

/**
 * How many events wait for each replica. Undefined for a broker that KEDA has no scaler for, or none that could tell one
 * consumer's lag from another's.
 */
export function lagTrigger({ event, resource, variable, group }: Queue, messages: number): Trigger | undefined {
  switch (resource.type.value) {
    case 'nats':
      return {
        resource,
        spec: {
          type: 'nats-jetstream',
          metricType: 'AverageValue',
          // Names of streams and consumers have no points.
          metadata: { account: '$G', stream: dashed(event.id), consumer: dashed(group), lagThreshold: `${messages}` },
        },
      };
    case 'kafka':
    case 'redpanda':
      return {
        spec: {
          type: 'kafka',
          metricType: 'AverageValue',
          metadata: {
            bootstrapServersFromEnv: variable,
            consumerGroup: group,
            topic: event.id,
            lagThreshold: `${messages}`,
          },
        },
      };
    case 'rabbitmq':
      return {
        resource,
        spec: {
          type: 'rabbitmq',
          metricType: 'AverageValue',
          metadata: { queueName: `${group}.${event.id}`, mode: 'QueueLength', value: `${messages}` },
        },
      };
    default:
      return undefined;
  }
}

/** The key of a resource's Secret that KEDA takes, and what it calls it. */
export const keyOf = ({ type }: Resource): { readonly key: string; readonly parameter: string } =>
  type.value === 'nats'
    ? { key: 'monitoring', parameter: 'natsServerMonitoringEndpoint' }
    : { key: 'url', parameter: 'host' };

/** The TriggerAuthentication of a service for a resource. */
export const authenticationName = (service: string, resource: string): string =>
  `${objectName(service)}-${objectName(resource)}`;

const dashed = (name: string): string => name.replace(/[^A-Za-z0-9_-]/g, '-');
