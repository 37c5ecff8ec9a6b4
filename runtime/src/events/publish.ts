/** How handlers publish: one function for each event that they declare. */

import { randomUUID } from 'node:crypto';
import type { Codec } from '../codec/codec.ts';
import type { EventDefinition, OperationDefinition, ServiceDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { formatTraceparent, type TraceContext } from '../observe/trace.ts';
import type { Broker, EventMessage } from './broker.ts';
import { headers } from './headers.ts';

/** `publish.orderPlaced(event)`: resolves once the broker has the event. */
export type Publish = Readonly<Record<string, (event: unknown) => Promise<void>>>;

export interface PublishScope {
  readonly trace: TraceContext;
  readonly requestId: string;
}

export interface Publisher {
  /** The functions for one run of a handler, by camelCase event name; only for what it declares in `publishes`. */
  forCaller(publishes: OperationDefinition['publishes'], scope: PublishScope): Publish;
}

export interface PublisherDeps {
  readonly codec: Codec;
  /** The broker behind a resource of the definition; the one of the process where an event names none. */
  brokerOf(resource: string | undefined): Broker;
}

/**
 * Publishes the events of a service. What a handler gives is checked against the event's constraints before it leaves:
 * an unsound event is an `internal` error of the publisher with its violations, and reaches nobody.
 */
export function createPublisher(definition: Pick<ServiceDefinition, 'events'>, deps: PublisherDeps): Publisher {
  return {
    forCaller(publishes, scope) {
      const publish: Record<string, (event: unknown) => Promise<void>> = {};
      for (const { event: name } of publishes) {
        const event = definition.events[name];
        if (event === undefined) throw new Error(`the definition publishes ${name} but describes no such event`);
        const broker = deps.brokerOf(event.resource);
        publish[camelCase(name)] = async (value) => broker.publish(encode(name, event, value, scope, deps.codec));
      }
      return publish;
    },
  };
}

function encode(name: string, event: EventDefinition, value: unknown, scope: PublishScope, codec: Codec): EventMessage {
  const violations = codec.validate(event.message, value);
  if (violations.length > 0) {
    const faults = violations.map(({ field, message }) => `${field} ${message}`).join('; ');
    throw new ServiceError('internal', `the event ${name} cannot be published: ${faults}`, { violations });
  }
  const key = event.key === undefined ? undefined : (value as Record<string, unknown>)[event.key];
  return {
    event: name,
    ...(key === undefined ? {} : { key: String(key) }),
    payload: codec.serialize(event.message, value),
    headers: {
      [headers.id]: randomUUID(),
      [headers.traceparent]: formatTraceparent(scope.trace),
      [headers.requestId]: scope.requestId,
      ...(scope.trace.state === undefined ? {} : { [headers.tracestate]: scope.trace.state }),
    },
  };
}

/** `shop.orders.OrderPlaced` → `orderPlaced`. */
function camelCase(fullName: string): string {
  const name = fullName.slice(fullName.lastIndexOf('.') + 1);
  return name.charAt(0).toLowerCase() + name.slice(1);
}
