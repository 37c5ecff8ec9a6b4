import { shortDuration } from '../../diagram/quantities.ts';
import type { Consumer, EventMessage, External, Model, Service } from '../../model/model.ts';
import { handled, sorted } from '../definition/neighbours.ts';
import { defaultGroup } from '../definition/service.ts';
import { description, type Schema } from '../json-schema/schema.ts';
import { camelCase, pascalCase } from '../names.ts';
import { receiveBindings, sendBindings } from './bindings.ts';

/** An event where it travels. */
export interface Channel {
  readonly event: EventMessage;
  /** Its key among the channels. */
  readonly key: string;
  /** The kind of its broker: `nats`. */
  readonly protocol?: string;
}

/** What services do with events: one operation for each event that a service sends, and one for each consumer. */
export function operationsOf(model: Model, channels: readonly Channel[]): readonly (readonly [string, Schema])[] {
  const byEvent = new Map(channels.map((channel) => [channel.event.id, channel]));
  const found = [...sorted(model.services), ...sorted(model.externals)].flatMap((owner) => [
    ...sends(owner, byEvent),
    ...(owner.kind === 'service' ? receives(owner, byEvent) : []),
  ]);
  const names = found.map(({ name }) => name);
  return found.map(({ name, id, operation }) => {
    const isAlone = names.indexOf(name) === names.lastIndexOf(name);
    return [isAlone ? name : camelCase(id.replaceAll('.', '-')), operation];
  });
}

interface Found {
  readonly name: string;
  /** What it is called where two have that name. */
  readonly id: string;
  readonly operation: Schema;
}

function sends(owner: Service | External, channels: ReadonlyMap<string, Channel>): Found[] {
  const handlers = owner.kind === 'service' ? handled(owner) : [];
  const published = [
    ...handlers.flatMap(({ name, publishes }) => publishes.map(({ event, outbox }) => ({ by: name, event, outbox }))),
    ...(owner.kind === 'external' ? owner.publishes.map(({ event }) => ({ by: undefined, event, outbox: false })) : []),
  ];
  const byEvent = Map.groupBy(published, ({ event }) => event.id ?? '');
  return [...byEvent].flatMap(([id, uses]): Found[] => {
    const channel = channels.get(id);
    if (channel === undefined) return [];
    const { event, key, protocol } = channel;
    const names = uses.flatMap(({ by }) => (by === undefined ? [] : [`\`${by}\``])).sort();
    const outbox = uses.some((use) => use.outbox) ? ', through an outbox: with the transaction of its database' : '';
    const by = names.length === 0 ? undefined : `By ${names.join(', ')}${outbox}.`;
    const operation = {
      action: 'send',
      channel: { $ref: `#/channels/${key}` },
      title: `${owner.name} publishes ${event.name}`,
      ...description([by]),
      tags: [{ name: owner.name }],
      ...sendBindings(protocol),
      messages: [{ $ref: `#/channels/${key}/messages/${key}` }],
    };
    return [
      { name: `${camelCase(owner.name)}Sends${pascalCase(event.name)}`, id: `${owner.id}.Sends.${id}`, operation },
    ];
  });
}

function receives(service: Service, channels: ReadonlyMap<string, Channel>): Found[] {
  return service.consumers.flatMap((consumer): Found[] => {
    const channel = channels.get(consumer.event.id ?? '');
    if (channel === undefined) return [];
    const { event, key, protocol } = channel;
    const operation = {
      action: 'receive',
      channel: { $ref: `#/channels/${key}` },
      title: `${service.name} takes ${event.name}`,
      ...description([consumer.docs, deliveries(service, consumer)]),
      tags: [{ name: service.name }],
      ...receiveBindings(protocol, groupOf(service, consumer)),
      messages: [{ $ref: `#/channels/${key}/messages/${key}` }],
    };
    return [{ name: `${camelCase(service.name)}${pascalCase(consumer.name)}`, id: consumer.id, operation }];
  });
}

const groupOf = (service: Service, consumer: Consumer): string => consumer.group ?? defaultGroup(service, consumer);

/** How often and how, in words: no protocol has a form for all of it. */
function deliveries(service: Service, consumer: Consumer): string {
  const { attempts, backoff, deadLetter, concurrent, event } = consumer;
  const times =
    attempts === 1
      ? 'once'
      : `up to ${attempts} times, ${shortDuration(backoff.min)} to ${shortDuration(backoff.max)} apart`;
  const end = deadLetter ? 'and kept as a dead letter then' : 'and dropped then';
  return `Each ${event.name} reaches the group \`${groupOf(service, consumer)}\` at least once: it is delivered ${times}, ${end}. A replica handles ${concurrent} at a time.`;
}
