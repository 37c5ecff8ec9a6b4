import { indexOf } from '../../model/index-of.ts';
import type { Enum, Model } from '../../model/model.ts';
import { fieldShape } from '../definition/field-shape.ts';
import type { MessageLike } from './schema.ts';

/** Full names of messages and enums that schemas of these fields and messages refer to, themselves included. */
export function reachedFrom(model: Model, messages: readonly Pick<MessageLike, 'fields'>[]): ReadonlySet<string> {
  const found = new Set<string>();
  const look = ({ fields }: Pick<MessageLike, 'fields'>): void => {
    for (const { type, constraints } of fields) {
      const { type: id } = fieldShape(model, type, constraints);
      if (found.has(id)) continue;
      const message = messageById(model, id);
      if (message === undefined && !indexOf(model).enums.has(id)) continue;
      found.add(id);
      if (message) look(message);
    }
  };
  for (const message of messages) look(message);
  return found;
}

/** A declared message, error or event. */
export function messageById(model: Model, id: string): MessageLike | undefined {
  const { messages, errors, events } = indexOf(model);
  return messages.get(id) ?? errors.get(id) ?? events.get(id);
}

export const enumById = (model: Model, id: string): Enum | undefined => indexOf(model).enums.get(id);
