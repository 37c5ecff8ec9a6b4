import { indexOf } from '../../model/index-of.ts';
import type { ConfigEntry, Field, Model, Operation, TypeExpression } from '../../model/model.ts';
import { parametersOf } from '../parameters.ts';
import { followAliases, inWords, isPlain } from '../resolved-type.ts';
import type { Report } from '../rule.ts';
import { notableFields } from './notable-fields.ts';

type Reporter = Report<'field-type'>;

// https://protobuf.dev/programming-guides/proto3/#maps
const keys = ['bool', 'int32', 'int64', 'uint32', 'uint64', 'string', 'uuid'];

/** Protobuf has no list of lists, no map of maps, and no way to tell that a member of a `oneof` is there but empty. */
export function fieldType(model: Model, report: Reporter): void {
  for (const field of notableFields(model).compound) {
    nested(model, field.name, field.type, report);
    if (field.oneof !== undefined) inOneof(model, field, report);
  }
  for (const { fields, oneofs } of notableFields(model).withOneofs) {
    for (const { name, at } of oneofs) {
      if (fields.some(({ oneof }) => oneof === name)) continue;
      report({ at, values: { name, wrong: 'is a `oneof` of nothing', hint: 'Give it a field, or remove it.' } });
    }
  }
  for (const { name, type } of model.aliases) nested(model, name, type, report);
  for (const { config } of model.services) for (const entry of config) setting(model, entry, report);
  for (const operation of indexOf(model).operations.values()) inKey(model, operation, report);
  for (const event of model.events) {
    const key = event.fields.find(({ name }) => name === event.key?.value);
    if (!event.key || !key || (isPlain(model, key.type) && !key.optional)) continue;
    const wrong = key.optional ? 'may be missing, and orders the events' : `is ${inWords(model, key.type)}, and no key`;
    const hint = 'Events are ordered by a field that is always there and holds one value.';
    report({ at: event.key.at, values: { name: key.name, wrong, hint } });
  }
}

/** Requests that are told apart by a message, or counted by a list, would all be one. */
function inKey(model: Model, operation: Operation, report: Reporter): void {
  const { idempotency, parts } = operation;
  if (!idempotency && !parts.limit) return;
  const limit = parts.limit?.value?.key;
  const keys = [
    ...(idempotency?.by === 'field' ? [idempotency] : []),
    ...(limit?.by === 'field' && parts.limit ? [{ name: limit.name, at: parts.limit.at }] : []),
  ];
  for (const { name, at } of keys) {
    const field = parametersOf(model, operation)?.find((one) => one.name === name);
    if (!field || isPlain(model, field.type)) continue;
    const hint = 'A key is a field that holds one value: a scalar or an enum.';
    report({
      at,
      values: { name, wrong: `is ${inWords(model, field.type)}, and no key`, hint },
      related: [{ message: `\`${name}\` is declared here`, at: field.at }],
    });
  }
}

/** Reports at the list or map as written: an alias that leads to one is told once, at the alias. */
function nested(model: Model, name: string, written: TypeExpression, report: Reporter): void {
  const hint = 'Put the inner one into a field of a message.';
  switch (written.kind) {
    case 'list':
      if (isMany(model, written.element)) {
        report({ at: written.at, values: { name, wrong: `is a list of ${pluralOf(model, written.element)}`, hint } });
      }
      return;
    case 'map': {
      const key = followAliases(model, written.key);
      if (isMany(model, written.value)) {
        report({ at: written.at, values: { name, wrong: `is a map of ${pluralOf(model, written.value)}`, hint } });
      }
      if (key.kind === 'scalar' ? !keys.includes(key.scalar) : !isUnknown(key)) {
        const wrong = `has ${inWords(model, written.key)} as the key of a map`;
        report({
          at: written.key.at,
          values: { name, wrong, hint: 'Keys are strings, whole numbers, uuids or bools.' },
        });
      }
      return;
    }
    default:
  }
}

function inOneof(model: Model, field: Field, report: Reporter): void {
  const { name } = field;
  if (isMany(model, field.type)) {
    const wrong = `is ${inWords(model, field.type)} in a \`oneof\``;
    report({ at: field.type.at, values: { name, wrong, hint: 'Put it into a field of a message.' } });
  } else if (field.optional) {
    const hint = 'Leave the `?` out: of a `oneof`, at most one is there.';
    report({ at: field.at, values: { name, wrong: 'is optional in a `oneof`', hint } });
  }
}

/** Settings come from a file and from environment variables: each is one value. */
function setting(model: Model, { name, at, type }: ConfigEntry, report: Reporter): void {
  if (type === 'secret') return;
  const resolved = followAliases(model, type);
  const isOne = resolved.kind === 'scalar' || isUnknown(resolved) || isEnum(model, resolved);
  if (isOne) return;
  const hint = 'A setting is one value: a scalar or an enum. What has parts may be `json`.';
  report({ at, values: { name, wrong: `is ${inWords(model, type)} in \`config\``, hint } });
}

function isMany(model: Model, written: TypeExpression): boolean {
  const { kind } = followAliases(model, written);
  return kind === 'list' || kind === 'map';
}

const pluralOf = (model: Model, written: TypeExpression): string =>
  followAliases(model, written).kind === 'list' ? 'lists' : 'maps';

/** A name that means nothing, or an alias that leads nowhere, is told elsewhere. */
const isUnknown = (type: TypeExpression): boolean =>
  type.kind === 'named' && (type.of === undefined || type.of === 'alias');

const isEnum = (model: Model, type: TypeExpression): boolean =>
  type.kind === 'named' && indexOf(model).enums.has(type.ref.id ?? '');
