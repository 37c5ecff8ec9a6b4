import type { Declarations } from '../model/fragment.ts';
import { indexOf } from '../model/index-of.ts';
import type {
  CallItem,
  Consumer,
  ErrorMessage,
  EventMessage,
  External,
  Literal,
  Message,
  MessageShape,
  Model,
  Operation,
  Place,
  Service,
} from '../model/model.ts';
import { labelOf } from './naming.ts';

/** What has operations: services and externals. */
export const ownersOf = (of: Pick<Model, 'services' | 'externals'>): (Service | External)[] => [
  ...of.services,
  ...of.externals,
];

const operations = new WeakMap<Model, readonly Operation[]>();

/** Of services and externals; two of one name are both there. */
export function operationsOf(model: Model): readonly Operation[] {
  let all = operations.get(model);
  if (!all) {
    all = ownersOf(model).flatMap((owner) => owner.operations);
    operations.set(model, all);
  }
  return all;
}

/** What calls: operations and event handlers. */
export const callersOf = (owner: Service | External): readonly (Operation | Consumer)[] =>
  owner.kind === 'external' || owner.consumers.length === 0
    ? owner.operations
    : [...owner.operations, ...owner.consumers];

/** What an operation or event handler calls, group after group. */
export const itemsOf = ({ calls }: Pick<Operation, 'calls'>): readonly CallItem[] =>
  calls.length < 2 ? (calls[0] ?? []) : calls.flat();

/** What environments set of the `config` of services. */
export function settingsInEnvironments(
  model: Model,
): { readonly name: string; readonly value: Literal; readonly at: Place; readonly service: Service }[] {
  const overrides = model.systems.flatMap(({ environments }) => environments.flatMap((one) => one.overrides));
  if (overrides.length === 0) return [];
  const { services } = indexOf(model);
  return overrides.flatMap(({ target, config }) => {
    const service = services.get(target.id ?? '');
    return service ? config.map((setting) => ({ ...setting, service })) : [];
  });
}

export const shapesOf = (
  of: Pick<Model, 'messages' | 'errors' | 'events'>,
): (Message | ErrorMessage | EventMessage)[] => [...of.messages, ...of.errors, ...of.events];

/** The inline parameters of an operation. */
export interface InlineParameters extends Pick<MessageShape, 'fields' | 'oneofs' | 'reserved'> {
  readonly kind: 'parameters';
  readonly operation: Operation;
}

/** Fields that stand beside each other. */
export type FieldList = Message | ErrorMessage | EventMessage | InlineParameters;

/** All fields of a file, list by list. */
export const fieldListsOf = (part: Declarations): readonly FieldList[] => [
  ...shapesOf(part),
  ...inlineParametersOf(part),
];

const none = { oneofs: [], reserved: { numbers: [], names: [] } } as const;

function inlineParametersOf(part: Declarations): InlineParameters[] {
  const lists: InlineParameters[] = [];
  for (const operation of ownersOf(part).flatMap(({ operations }) => operations)) {
    const { parameters } = operation;
    if (parameters.kind === 'inline') lists.push({ kind: 'parameters', operation, fields: parameters.fields, ...none });
  }
  return lists;
}

/** In words: ``the message `Order` ``. */
export const labelOfList = (list: FieldList): string =>
  list.kind === 'parameters' ? `the parameters of \`${labelOf(list.operation)}\`` : `the ${list.kind} \`${list.name}\``;

/** In words: ``the fields of the message `Order` ``. */
export const labelOfFields = (list: FieldList): string =>
  list.kind === 'parameters' ? labelOfList(list) : `the fields of ${labelOfList(list)}`;
