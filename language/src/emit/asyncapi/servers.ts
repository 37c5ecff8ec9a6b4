import { indexOf } from '../../model/index-of.ts';
import type { EventMessage, Model, Resource } from '../../model/model.ts';
import { sorted } from '../definition/neighbours.ts';
import { description, type Schema } from '../json-schema/schema.ts';
import { resourcePorts } from '../kubernetes/peers.ts';
import { kebabCase } from '../names.ts';

/** The brokers that carry events. */
export function brokersOf(model: Model, events: readonly EventMessage[]): readonly Resource[] {
  const { resources } = indexOf(model);
  return sorted(events.flatMap(({ on }) => (on?.id === undefined ? [] : (resources.get(on.id) ?? []))));
}

/** The names of brokers among the servers, by full name. */
export function serverNames(brokers: readonly Resource[]): ReadonlyMap<string, string> {
  const plain = (broker: Resource) => kebabCase(broker.name);
  const isShared = (name: string) => brokers.filter((broker) => plain(broker) === name).length > 1;
  return new Map(
    brokers.map((broker) => [
      broker.id,
      isShared(plain(broker)) ? kebabCase(broker.id.replaceAll('.', '-')) : plain(broker),
    ]),
  );
}

export function serverOf(broker: Resource): Schema {
  const { type, version, docs, name } = broker;
  const isRabbit = type.value === 'rabbitmq';
  const protocolVersion = isRabbit ? '0.9.1' : version;
  return {
    host: `${kebabCase(name)}:${resourcePorts(broker)[0]}`,
    protocol: isRabbit ? 'amqp' : type.value,
    ...(protocolVersion === undefined ? {} : { protocolVersion }),
    ...description([docs ?? `The resource \`${name}\`, by its name inside of the system.`]),
  };
}
