import type { EventMessage, Model } from '../../model/model.ts';
import { protoPackage, typeName } from '../definition/names.ts';
import { componentNames } from '../json-schema/component-names.ts';
import { exampleOf } from '../json-schema/example.ts';
import { enumById, messageById, reachedFrom } from '../json-schema/reachable.ts';
import {
  description,
  enumSchema,
  fieldSchema,
  messageSchema,
  type References,
  type Schema,
} from '../json-schema/schema.ts';
import { checksum } from '../kubernetes/checksum.ts';
import { camelCase } from '../names.ts';
import { byText } from '../order.ts';
import { channelBindings, messageBindings } from './bindings.ts';
import { type Channel, operationsOf } from './operations.ts';
import { brokersOf, serverNames, serverOf } from './servers.ts';

/** Events travel as protobuf. */
const contentType = 'application/protobuf';

/** The AsyncAPI document of a system's events. https://www.asyncapi.com/docs/reference/specification/v3.1.0 */
export function asyncApiDocument(model: Model, events: readonly EventMessage[]): Schema {
  const brokers = brokersOf(model, events);
  const servers = serverNames(brokers);
  const ids = new Set([...events.map(({ id }) => id), ...reachedFrom(model, events)]);
  const names = componentNames(ids, []);
  const references: References = {
    to: (id) => `#/components/schemas/${names.get(id)}`,
    neighbours: false,
    closed: () => false,
  };
  const channels = events.map((event): Channel => {
    const protocol = brokers.find(({ id }) => id === event.on?.id)?.type.value;
    return { event, key: camelCase(names.get(event.id) ?? event.id), ...(protocol === undefined ? {} : { protocol }) };
  });
  const content = {
    ...(brokers.length === 0
      ? {}
      : { servers: byKey(brokers.map((broker) => [servers.get(broker.id) ?? '', serverOf(broker)])) }),
    channels: byKey(channels.map((channel) => [channel.key, channelOf(channel, servers)])),
    operations: byKey(operationsOf(model, channels)),
    components: {
      messages: byKey(channels.map((channel) => [channel.key, messageOf(model, channel, references)])),
      schemas: byKey([...ids].map((id) => [names.get(id) ?? id, schemaOf(model, id, references)])),
    },
  };
  return { asyncapi: '3.1.0', info: infoOf(model, content), defaultContentType: contentType, ...content };
}

const byKey = (entries: readonly (readonly [string, Schema])[]): Schema =>
  Object.fromEntries(entries.toSorted(([a], [b]) => byText(a, b)));

function infoOf(model: Model, content: object): Schema {
  const system = model.systems[0];
  return {
    title: `${system?.name ?? 'Events'}`,
    // A system has no version of its own: what is new about it is what it says.
    version: checksum(JSON.stringify(content)),
    ...description([system?.docs, conventions]),
  };
}

const conventions =
  'Events are protobuf; their schemas are those of the same messages as JSON. They are delivered at least once, those of one key in their order.';

function channelOf({ event, key, protocol }: Channel, servers: ReadonlyMap<string, string>): Schema {
  const server = servers.get(event.on?.id ?? '');
  return {
    address: event.id,
    title: event.name,
    ...description([event.docs]),
    ...(server === undefined ? {} : { servers: [{ $ref: `#/servers/${server}` }] }),
    messages: { [key]: { $ref: `#/components/messages/${key}` } },
    ...channelBindings(protocol, event.id),
  };
}

function messageOf(model: Model, { event, protocol }: Channel, references: References): Schema {
  const { id, name, docs, key } = event;
  const field = event.fields.find((candidate) => candidate.name === key?.value);
  const example = exampleOf(model, event.fields);
  const proto = `${protoPackage(event.package)}.${typeName(name)}`;
  const keyed = key && `Those of one \`${key.value}\` keep their order.`;
  return {
    name: id,
    title: name,
    contentType,
    ...description([docs, `In protobuf: \`${proto}\`.`, keyed]),
    headers,
    correlationId: { location: '$message.header#/x-request-id', description: 'What its request goes by in logs.' },
    payload: { $ref: references.to(id) },
    ...messageBindings(protocol, field && fieldSchema(model, field, references)),
    ...(example === undefined ? {} : { examples: [{ payload: example }] }),
  };
}

/** As the runtime sends them with each event. */
const headers: Schema = {
  type: 'object',
  required: ['weir-event-id', 'traceparent', 'x-request-id'],
  properties: {
    'weir-event-id': {
      type: 'string',
      format: 'uuid',
      description: 'The same in each delivery: what a consumer may deduplicate by.',
    },
    traceparent: { type: 'string', description: 'The trace that it belongs to (W3C Trace Context).' },
    tracestate: { type: 'string' },
    'x-request-id': { type: 'string', description: 'The request that it comes from.' },
  },
};

function schemaOf(model: Model, id: string, references: References): Schema {
  const message = messageById(model, id);
  if (message) return messageSchema(model, message, references);
  const found = enumById(model, id);
  return found ? enumSchema(found) : {};
}
