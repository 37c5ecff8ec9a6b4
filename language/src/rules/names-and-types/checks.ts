import type { Declared, Model, Problem } from '../../model/model.ts';
import { behind, comparePlaces } from '../../model/place.ts';
import { labelOfList, ownersOf } from '../model-parts.ts';
import { hasRepeats } from '../repeats.ts';
import type { Check, Checks, Report } from '../rule.ts';
import { constraint } from './constraint.ts';
import { eventBroker } from './event-broker.ts';
import { fieldNames } from './field-names.ts';
import { fieldNumber } from './field-number.ts';
import { fieldType } from './field-type.ts';
import { infiniteType } from './infinite-type.ts';
import { nameCollision } from './name-collision.ts';
import { notableFields } from './notable-fields.ts';
import { unused } from './unused.ts';

export const namesAndTypes = {
  syntax: read('syntax'),
  'unresolved-reference': unresolvedReference,
  'ambiguous-import': read('ambiguous-import'),
  unit: read('unit'),
  'duplicate-name': duplicateName,
  'name-collision': nameCollision,
  unused,
  'field-number': fieldNumber,
  'enum-zero': enumZero,
  'infinite-type': infiniteType,
  'field-type': fieldType,
  constraint,
} satisfies Partial<Checks>;

function unresolvedReference(model: Model, report: Report<'unresolved-reference'>): void {
  read('unresolved-reference')(model, report, {});
  fieldNames(model, report);
  eventBroker(model, report);
}

/** What the builder of the model found while reading. */
function read<N extends Problem['rule']>(rule: N): Check<N> {
  return (model, report) => {
    for (const { message, hint, at, related, fixes } of model.problems.filter((problem) => problem.rule === rule)) {
      (report as Report<Problem['rule']>)({
        at,
        values: { message, hint },
        ...(related ? { related } : {}),
        ...(fixes ? { fixes } : {}),
      });
    }
  };
}

type Named = Pick<Declared, 'name' | 'at'> & { readonly id?: string };

const idOf = ({ id, name }: Named): string => id ?? name;

function duplicateName(model: Model, report: Report<'duplicate-name'>): void {
  const twice = (what: string, all: readonly Named[], scope: (one: Named) => string, keyOf = idOf): void => {
    if (all.length < 2 || !hasRepeats(all.map(keyOf))) return;
    const firsts = new Map<string, Named>();
    for (const later of [...all].sort((a, b) => comparePlaces(a.at, b.at))) {
      const first = firsts.get(keyOf(later));
      if (first) {
        report({
          at: later.at,
          values: { what, name: later.name, scope: scope(later) },
          related: [{ message: `the first \`${later.name}\` stands here`, at: first.at }],
        });
      } else if (later.name !== '') firsts.set(keyOf(later), later);
    }
  };
  const packageOf = (one: Named): string => {
    const dot = one.id?.lastIndexOf('.') ?? -1;
    return dot < 0 ? 'the project' : `the package \`${one.id?.slice(0, dot)}\``;
  };
  const kinds: readonly (readonly [what: string, declarations: readonly Declared[]])[] = [
    ['message', model.messages],
    ['error', model.errors],
    ['event', model.events],
    ['enum', model.enums],
    ['type', model.aliases],
    ['policy', model.policies],
    ['service', model.services],
    ['resource', model.resources],
    ['external', model.externals],
    ['auth', model.auths],
    ['gateway', model.gateways],
    ['context', model.contexts],
    ['system', model.systems],
  ];
  for (const [what, declarations] of kinds) twice(what, declarations, packageOf);

  const members = (what: string, all: readonly Named[], scope: () => string): void =>
    twice(what, all, scope, ({ name }) => name);
  for (const list of notableFields(model).alike) {
    const scope = (): string => labelOfList(list);
    members('field', list.fields, scope);
    members('oneof', list.oneofs, scope);
  }
  for (const { name, values } of model.enums) members('value', values, () => `the enum \`${name}\``);
  for (const owner of ownersOf(model)) {
    const scope = (): string => `the ${owner.kind} \`${owner.name}\``;
    members('operation', owner.operations, scope);
    if (owner.kind !== 'service') continue;
    members('event handler', owner.consumers, scope);
    members('setting', owner.config, scope);
  }
  const grouped = model.contexts.flatMap(({ services }) => services.filter(({ id }) => id !== undefined));
  twice('entry', grouped, () => 'the map of contexts');
  for (const { name, environments } of model.systems) {
    members('environment', environments, () => `the system \`${name}\``);
    for (const { name: environment, overrides } of environments) {
      twice(
        'block',
        overrides.flatMap(({ target }) => (target.id === undefined ? [] : [target])),
        () => `the environment \`${environment}\``,
      );
    }
  }
}

function enumZero(model: Model, report: Report<'enum-zero'>): void {
  for (const { name, at, values, reserved } of model.enums) {
    // Where a number is missing, that is what is wrong.
    if (values.some(({ number }) => number === undefined || number.value === 0)) continue;
    const last = values.at(-1)?.number;
    const isTaken =
      values.some((value) => value.name.toLowerCase() === 'unknown') ||
      reserved.names.some(({ value }) => value === 'unknown') ||
      reserved.numbers.some(({ from, to }) => from <= 0 && to >= 0);
    const fixes =
      last && !isTaken ? [{ title: 'Add `unknown = 0`', edits: [{ at: behind(last.at), text: ', unknown = 0' }] }] : [];
    report({ at, values: { name }, fixes });
  }
}
