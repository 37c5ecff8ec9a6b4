import { indexOf } from '../../model/index-of.ts';
import type { Declared, Model, Problem } from '../../model/model.ts';
import { behind, comparePlaces } from '../../model/place.ts';
import { local } from '../local.ts';
import { fieldListsOf, labelOfList, ownersOf } from '../model-parts.ts';
import { hasRepeats } from '../repeats.ts';
import type { Check, Checks, Finding, Report } from '../rule.ts';
import { constraint } from './constraint.ts';
import { eventBroker } from './event-broker.ts';
import { fieldNames } from './field-names.ts';
import { fieldNumber } from './field-number.ts';
import { fieldType } from './field-type.ts';
import { infiniteType } from './infinite-type.ts';
import { nameCollision } from './name-collision.ts';
import { unused } from './unused.ts';

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

type Twice = (finding: Finding<'duplicate-name'>) => void;

/** Reports each but the first of those that have one key. */
function twice(
  what: string,
  all: readonly Named[],
  { scope, keyOf = idOf }: { readonly scope: (one: Named) => string; readonly keyOf?: (one: Named) => string },
  report: Twice,
): void {
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
}

function duplicateName(model: Model, report: Report<'duplicate-name'>): void {
  const packageOf = (one: Named): string => {
    const dot = one.id?.lastIndexOf('.') ?? -1;
    return dot < 0 ? 'the project' : `the package \`${one.id?.slice(0, dot)}\``;
  };
  const index = indexOf(model);
  const kinds: readonly (readonly [
    what: string,
    declarations: readonly Declared[],
    byId?: ReadonlyMap<string, Declared>,
  ])[] = [
    ['message', model.messages, index.messages],
    ['error', model.errors, index.errors],
    ['event', model.events, index.events],
    ['enum', model.enums, index.enums],
    ['type', model.aliases, index.aliases],
    ['policy', model.policies, index.policies],
    ['service', model.services, index.services],
    ['resource', model.resources, index.resources],
    ['external', model.externals, index.externals],
    ['auth', model.auths, index.auths],
    ['gateway', model.gateways, index.gateways],
    ['context', model.contexts, index.contexts],
    ['system', model.systems],
  ];
  for (const [what, declarations, byId] of kinds) {
    // In the index each name is there once.
    if (byId?.size !== declarations.length) twice(what, declarations, { scope: packageOf }, report);
  }
  membersTwice(model, report, {});
  const grouped = model.contexts.flatMap(({ services }) => services.filter(({ id }) => id !== undefined));
  twice('entry', grouped, { scope: () => 'the map of contexts' }, report);
}

const membersTwice = local<'duplicate-name'>((part, report) => {
  const members = (what: string, all: readonly Named[], scope: () => string): void =>
    twice(what, all, { scope, keyOf: ({ name }) => name }, report);
  for (const list of fieldListsOf(part)) {
    const scope = (): string => labelOfList(list);
    members('field', list.fields, scope);
    members('oneof', list.oneofs, scope);
  }
  for (const { name, values } of part.enums) members('value', values, () => `the enum \`${name}\``);
  for (const owner of ownersOf(part)) {
    const scope = (): string => `the ${owner.kind} \`${owner.name}\``;
    members('operation', owner.operations, scope);
    if (owner.kind !== 'service') continue;
    members('event handler', owner.consumers, scope);
    members('setting', owner.config, scope);
  }
  for (const { name, environments } of part.systems) {
    members('environment', environments, () => `the system \`${name}\``);
    for (const { name: environment, overrides } of environments) {
      const blocks = overrides.flatMap(({ target }) => (target.id === undefined ? [] : [target]));
      twice('block', blocks, { scope: () => `the environment \`${environment}\`` }, report);
    }
  }
});

const enumZero = local<'enum-zero'>((part, report) => {
  for (const { name, at, values, reserved } of part.enums) {
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
});

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
