import { indexOf } from '../model/index-of.ts';
import type {
  Consumer,
  ErrorMessage,
  EventMessage,
  External,
  Field,
  Literal,
  Message,
  MessageShape,
  Model,
  Operation,
  Place,
  Reserved,
  Service,
} from '../model/model.ts';
import { labelOf } from './naming.ts';

export const operationsOf = (model: Model): Operation[] => ownersOf(model).flatMap((owner) => owner.operations);

/** What has operations: services and externals. */
export const ownersOf = (model: Model): (Service | External)[] => [...model.services, ...model.externals];

/** What calls: operations and event handlers. */
export const callersOf = (service: Service | External): (Operation | Consumer)[] => [
  ...service.operations,
  ...(service.kind === 'service' ? service.consumers : []),
];

/** What environments set of the `config` of services. */
export function settingsInEnvironments(
  model: Model,
): { readonly name: string; readonly value: Literal; readonly at: Place; readonly service: Service }[] {
  const { services } = indexOf(model);
  const overrides = model.systems.flatMap(({ environments }) => environments.flatMap((one) => one.overrides));
  return overrides.flatMap(({ target, config }) => {
    const service = services.get(target.id ?? '');
    return service ? config.map((setting) => ({ ...setting, service })) : [];
  });
}

export const shapesOf = (model: Model): (Message | ErrorMessage | EventMessage)[] => [
  ...model.messages,
  ...model.errors,
  ...model.events,
];

/** Fields that stand beside each other: of a message, an error or an event, or the inline parameters of an operation. */
export interface FieldList {
  /** In words: ``message `Order` ``. */
  readonly label: string;
  /** In words: ``the fields of the message `Order` ``. */
  readonly labelOfFields: string;
  readonly fields: readonly Field[];
  readonly oneofs: MessageShape['oneofs'];
  readonly reserved: Reserved;
}

export function fieldListsOf(model: Model): FieldList[] {
  const lists: FieldList[] = shapesOf(model).map((shape) => ({
    label: `the ${shape.kind} \`${shape.name}\``,
    labelOfFields: `the fields of the ${shape.kind} \`${shape.name}\``,
    fields: shape.fields,
    oneofs: shape.oneofs,
    reserved: shape.reserved,
  }));
  for (const operation of operationsOf(model)) {
    if (operation.parameters.kind !== 'inline') continue;
    lists.push({
      label: `the parameters of \`${labelOf(operation)}\``,
      labelOfFields: `the parameters of \`${labelOf(operation)}\``,
      fields: operation.parameters.fields,
      oneofs: [],
      reserved: { numbers: [], names: [] },
    });
  }
  return lists;
}
