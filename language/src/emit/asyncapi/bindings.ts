/** What each protocol has words of its own for. https://github.com/asyncapi/bindings */

import type { Schema } from '../json-schema/schema.ts';

/** Of a channel: topic or exchange. An address that nobody else's broker knows needs none. */
export function channelBindings(protocol: string | undefined, address: string): { readonly bindings?: Schema } {
  switch (protocol) {
    case 'kafka':
      return { bindings: { kafka: { topic: address, bindingVersion: '0.5.0' } } };
    case 'rabbitmq':
      return {
        bindings: {
          amqp: {
            is: 'routingKey',
            exchange: { name: address, type: 'topic', durable: true, autoDelete: false },
            bindingVersion: '0.3.0',
          },
        },
      };
    default:
      return {};
  }
}

/** Of sending: what is published outlives the broker's restart. */
export function sendBindings(protocol: string | undefined): { readonly bindings?: Schema } {
  return protocol === 'rabbitmq' ? { bindings: { amqp: { deliveryMode: 2, bindingVersion: '0.3.0' } } } : {};
}

/** Of receiving: the members of a group share its events. */
export function receiveBindings(protocol: string | undefined, group: string): { readonly bindings?: Schema } {
  switch (protocol) {
    case 'nats':
      return { bindings: { nats: { queue: group, bindingVersion: '0.1.0' } } };
    case 'kafka':
      return { bindings: { kafka: { groupId: { type: 'string', enum: [group] }, bindingVersion: '0.5.0' } } };
    case 'rabbitmq':
      return { bindings: { amqp: { ack: true, bindingVersion: '0.3.0' } } };
    default:
      return {};
  }
}

/** Of a message: what orders and partitions it. */
export function messageBindings(protocol: string | undefined, key: Schema | undefined): { readonly bindings?: Schema } {
  return protocol === 'kafka' && key !== undefined ? { bindings: { kafka: { key, bindingVersion: '0.5.0' } } } : {};
}
