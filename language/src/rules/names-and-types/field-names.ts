import { indexOf } from '../../model/index-of.ts';
import type { Consumer, Model, Operation, Parts, Place } from '../../model/model.ts';
import { listed, mendName } from '../../model/nearest.ts';
import { listedInParts } from '../../model/parts.ts';
import { callersOf, itemsOf, ownersOf, settingsInEnvironments } from '../model-parts.ts';
import { parametersOf } from '../parameters.ts';
import type { Report } from '../rule.ts';

type Reporter = Report<'unresolved-reference'>;

/** A name that has to be one of others. */
interface Expected {
  readonly name: string;
  readonly among: readonly string[];
  /** What has them: the request of `PlaceOrder`. */
  readonly of: string;
  readonly what: 'field' | 'setting';
  readonly at: Place;
  /** The name alone, where that is known. */
  readonly nameAt?: Place;
}

/** Names of fields in keys and in `idempotent by field`: each has to be a field of the message that it speaks of. */
export function fieldNames(model: Model, report: Reporter): void {
  for (const one of [...keysOfEvents(model), ...inRequests(model), ...inEnvironments(model)]) {
    if (!one.among.includes(one.name)) tell(one, report);
  }
}

function tell({ name, among, of, what, at, nameAt = at }: Expected, report: Reporter): void {
  const has = among.length === 0 ? `It has no ${what}s.` : `It has ${listed(among.slice(0, 8), 'and')}.`;
  const write = (text: string) => (spans(nameAt, name) ? [{ at: nameAt, text }] : []);
  const { hint = has, fixes = [] } = mendName(name, among, nameAt, write);
  report({ at, values: { message: `${of} has no ${what} \`${name}\``, hint }, fixes });
}

const keysOfEvents = listedInParts(({ events }): Expected[] =>
  events.flatMap(({ name: event, key, fields }): Expected[] => {
    if (!key) return [];
    return [{ name: key.value, among: namesOf(fields), of: `the event \`${event}\``, what: 'field', at: key.at }];
  }),
);

/** Names of fields in the request of an operation, where the operation stands or where it is called. */
interface InRequest {
  /** What stands there. */
  readonly in: Operation | Consumer;
  /** Whose request it is, in full. */
  readonly operation: string;
  readonly label: string;
  readonly names: readonly Pick<Expected, 'name' | 'at' | 'nameAt'>[];
}

/** Few operations and few calls have any. */
const namedInRequests = listedInParts((part): InRequest[] => {
  const found: InRequest[] = [];
  for (const owner of ownersOf(part)) {
    for (const operation of owner.operations) {
      const { id, name, parts, idempotency } = operation;
      const by =
        idempotency?.by === 'field' ? [{ ...idempotency, nameAt: endOf(idempotency.at, idempotency.name) }] : [];
      const names = [...by, ...keysIn(parts)];
      if (names.length > 0) found.push({ in: operation, operation: id, label: name, names });
    }
    for (const caller of callersOf(owner)) {
      for (const { target, with: use } of itemsOf(caller)) {
        const names = use ? keysIn(use.parts) : [];
        if (target.id !== undefined && names.length > 0) {
          found.push({ in: caller, operation: target.id, label: target.name, names });
        }
      }
    }
  }
  return found;
});

function inRequests(model: Model): Expected[] {
  const all = namedInRequests(model);
  if (all.length === 0) return [];
  const { operations } = indexOf(model);
  return all.flatMap(({ in: caller, operation: id, label, names }) => {
    const operation = operations.get(id);
    const fields = operation && parametersOf(model, operation);
    // Of two operations of one name, the first counts.
    const isSecond = !('event' in caller) && operations.get(caller.id) !== caller;
    if (!fields || isSecond) return [];
    return names.map((one) => ({ ...one, among: namesOf(fields), of: `the request of \`${label}\``, what: 'field' }));
  });
}

function inEnvironments(model: Model): Expected[] {
  return settingsInEnvironments(model).map(({ name, at, service }) => ({
    name,
    among: namesOf(service.config),
    of: `\`${service.name}\``,
    what: 'setting',
    at,
    nameAt: startOf(at, name),
  }));
}

function keysIn({ limit, cache, balance }: Parts): readonly { readonly name: string; readonly at: Place }[] {
  if (!limit && !cache && !balance) return [];
  const names = [
    ...(limit?.value?.key?.by === 'field' ? [{ name: limit.value.key.name, at: limit.at }] : []),
    ...(cache?.value?.key ?? []).map((name) => ({ name, at: cache?.at })),
    ...(balance?.value?.key === undefined ? [] : [{ name: balance.value.key, at: balance.at }]),
  ];
  return names.flatMap(({ name, at }) => (at ? [{ name, at }] : []));
}

const namesOf = (fields: readonly { readonly name: string }[]): string[] => fields.map(({ name }) => name);

const startOf = ({ file, start }: Place, { length }: string): Place => ({
  file,
  start,
  end: { line: start.line, column: start.column + length },
});

const endOf = ({ file, end }: Place, { length }: string): Place => ({
  file,
  start: { line: end.line, column: end.column - length },
  end,
});

/** Can the place hold the name and nothing else? */
const spans = ({ start, end }: Place, { length }: string): boolean =>
  start.line === end.line && end.column - start.column === length;
