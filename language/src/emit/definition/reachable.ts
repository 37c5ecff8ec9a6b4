import { indexOf } from '../../model/index-of.ts';
import type {
  Alias,
  Enum,
  ErrorMessage,
  EventMessage,
  Field,
  Message,
  Model,
  Operation,
  Service,
} from '../../model/model.ts';
import { namedTypes } from '../../model/named-types.ts';
import { byId } from '../order.ts';
import { messageOf } from './field-shape.ts';
import { requestId } from './names.ts';
import { eventsOf, neighboursOf } from './neighbours.ts';

/** The inline parameters of an operation as the message that they make. */
export interface RequestMessage {
  readonly kind: 'request';
  readonly id: string;
  readonly package: string;
  readonly fields: readonly Field[];
  readonly operation: Operation;
}

export type ReachableType = Message | ErrorMessage | EventMessage | Enum | Alias | RequestMessage;

/** By model as well: what a service names may be something else after an edit elsewhere. */
const known = new WeakMap<Model, Map<Service, readonly ReachableType[]>>();

/**
 * Every type that a service needs: those of its own operations and events, of what it calls, and all that their fields
 * mention. By full name, so that neither the order of files nor of declarations shows.
 */
export function reachableTypes(model: Model, service: Service): readonly ReachableType[] {
  const all = known.get(model) ?? new Map<Service, readonly ReachableType[]>();
  known.set(model, all);
  let types = all.get(service);
  if (!types) {
    types = reach(model, service);
    all.set(service, types);
  }
  return types;
}

function reach(model: Model, service: Service): readonly ReachableType[] {
  const { messages, errors, events, enums, aliases } = indexOf(model);
  const found = new Map<string, ReachableType>();
  const add = (type: ReachableType | undefined): void => {
    if (!type || found.has(type.id)) return;
    found.set(type.id, type);
    for (const id of mentions(type)) addId(id);
  };
  const addId = (id: string): void =>
    add(messages.get(id) ?? enums.get(id) ?? aliases.get(id) ?? events.get(id) ?? errors.get(id));

  const called = [...neighboursOf(model, service).clients.values()].flatMap((client) => client.operations);
  for (const operation of [...service.operations, ...called]) {
    add(requestMessage(model, operation));
    for (const id of [...messagesOf(model, operation), ...operation.throws.flatMap((error) => error.id ?? [])])
      addId(id);
  }
  for (const event of eventsOf(model, service)) add(event);
  return [...found.values()].sort(byId);
}

function requestMessage(model: Model, operation: Operation): RequestMessage | undefined {
  const id = requestId(model, operation);
  if (id === undefined || operation.parameters.kind !== 'inline') return undefined;
  return { kind: 'request', id, package: operation.package, fields: operation.parameters.fields, operation };
}

/** The declared messages that an operation takes and gives, aliases of them too. */
function messagesOf(model: Model, { parameters, result }: Operation): readonly string[] {
  const types = [...(parameters.kind === 'message' ? [parameters.type] : []), ...(result ? [result.type] : [])];
  return types.flatMap((type) => (messageOf(model, type) === undefined ? [] : namedTypes(type)));
}

function mentions(type: ReachableType): readonly string[] {
  switch (type.kind) {
    case 'enum':
      return [];
    case 'alias':
      return namedTypes(type.type);
    case 'message':
    case 'error':
    case 'event':
    case 'request':
      return type.fields.flatMap((field) => namedTypes(field.type));
  }
}
