import { callGraph } from '../../model/call-graph.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Model, Operation, Parts, Place } from '../../model/model.ts';
import { didYouMean, listed } from '../../model/nearest.ts';
import { settingsInEnvironments } from '../model-parts.ts';
import type { Report } from '../rule.ts';

/** Names of fields in keys and in `idempotent by field`: each has to be a field of the message that it speaks of. */
export function fieldNames(model: Model, report: Report<'unresolved-reference'>): void {
  const expect = (name: string, fields: readonly string[] | undefined, of: string, at: Place): void => {
    if (fields === undefined || fields.includes(name)) return;
    const has = fields.length === 0 ? 'It has no fields.' : `It has ${listed(fields.slice(0, 8), 'and')}.`;
    report({ at, values: { message: `${of} has no field \`${name}\``, hint: didYouMean(name, fields) ?? has } });
  };
  for (const event of model.events) {
    if (event.key) expect(event.key.value, namesOf(event.fields), `the event \`${event.name}\``, event.key.at);
  }
  for (const operation of indexOf(model).operations.values()) {
    const fields = requestFields(model, operation);
    const of = `the request of \`${operation.name}\``;
    const { idempotency } = operation;
    if (idempotency?.by === 'field') expect(idempotency.name, fields, of, idempotency.at);
    for (const { name, at } of keysIn(operation.parts)) expect(name, fields, of, at);
  }
  for (const { name, at, service } of settingsInEnvironments(model)) {
    const settings = service.config.map((entry) => entry.name);
    if (settings.includes(name)) continue;
    const has = settings.length === 0 ? 'It has no `config`.' : `It has ${listed(settings.slice(0, 8), 'and')}.`;
    const message = `\`${service.name}\` has no setting \`${name}\``;
    report({ at, values: { message, hint: didYouMean(name, settings) ?? has } });
  }
  for (const { item, to } of callGraph(model).edges) {
    if (to.kind !== 'operation' || !item.with) continue;
    const fields = requestFields(model, to.declaration);
    for (const { name, at } of keysIn(item.with.parts))
      expect(name, fields, `the request of \`${item.target.name}\``, at);
  }
}

function keysIn({ limit, cache, balance }: Parts): { readonly name: string; readonly at: Place }[] {
  const names = [
    ...(limit?.value?.key?.by === 'field' ? [{ name: limit.value.key.name, at: limit.at }] : []),
    ...(cache?.value?.key ?? []).map((name) => ({ name, at: cache?.at })),
    ...(balance?.value?.key === undefined ? [] : [{ name: balance.value.key, at: balance.at }]),
  ];
  return names.flatMap(({ name, at }) => (at ? [{ name, at }] : []));
}

/** Nothing where the request's type is not known. */
function requestFields(model: Model, { parameters }: Operation): string[] | undefined {
  if (parameters.kind === 'inline') return namesOf(parameters.fields);
  const id = parameters.type.kind === 'named' ? parameters.type.ref.id : undefined;
  const { messages, errors, events } = indexOf(model);
  const message = id === undefined ? undefined : (messages.get(id) ?? errors.get(id) ?? events.get(id));
  return message && namesOf(message.fields);
}

const namesOf = (fields: readonly { readonly name: string }[]): string[] => fields.map(({ name }) => name);
