import { indexOf } from '../model/index-of.ts';
import type { Field, Model, Operation } from '../model/model.ts';
import { followAliases } from './resolved-type.ts';

/** What an operation takes: its inline parameters, or the fields of its message; nothing where that is unknown. */
export function parametersOf(model: Model, { parameters }: Operation): readonly Field[] | undefined {
  if (parameters.kind === 'inline') return parameters.fields;
  const type = followAliases(model, parameters.type);
  if (type.kind !== 'named' || type.ref.id === undefined) return undefined;
  const { messages, errors, events } = indexOf(model);
  return (messages.get(type.ref.id) ?? errors.get(type.ref.id) ?? events.get(type.ref.id))?.fields;
}
