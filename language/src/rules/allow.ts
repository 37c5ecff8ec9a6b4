import type { Allow, Declared, Fix, Member, Model, Place } from '../model/model.ts';
import { didYouMean, nearest } from '../model/nearest.ts';
import { covering, within } from '../model/place.ts';
import { callersOf, ownersOf, shapesOf } from './model-parts.ts';
import type { Finding, Report } from './rule.ts';
import { isRuleName, type RuleName, ruleNames, table } from './table.ts';

interface Scope {
  readonly allow: Allow;
  readonly extent: Place;
}

/** The `@allow`s of a model: what they silence, and afterwards which of them silenced nothing. */
export interface Allows {
  /** Does some `@allow` silence this finding? The nearest around it then counts as needed. */
  silences(rule: RuleName, finding: Pick<Finding<RuleName>, 'at' | 'allowedAt'>): boolean;
  /** Reports each that was not needed, unless its rule did not run. */
  reportUnused(report: Report<'unused-allow'>, ran: (rule: RuleName) => boolean): void;
}

export function allowsOf(model: Model): Allows {
  const scopes = [...scopesOf(model)];
  const byRule = new Map<string, Scope[]>();
  for (const scope of scopes) {
    const list = byRule.get(`${scope.allow.rule} ${scope.extent.file}`);
    if (list) list.push(scope);
    else byRule.set(`${scope.allow.rule} ${scope.extent.file}`, [scope]);
  }
  const needed = new Set<string>();
  return {
    silences: (rule, { at, allowedAt = [] }) => {
      if (table[rule].reading) return false;
      const around = [at, ...allowedAt].flatMap((place) =>
        (byRule.get(`${rule} ${place.file}`) ?? []).filter(({ extent }) => within(place, extent)),
      );
      const nearestAround = around.reduce<Scope | undefined>(
        (inner, scope) => (inner && within(inner.extent, scope.extent) ? inner : scope),
        undefined,
      );
      if (nearestAround) needed.add(keyOf(nearestAround.allow));
      return nearestAround !== undefined;
    },
    reportUnused: (report, ran) => {
      // One `@allow` above `uses a, b` stands at both.
      const written = new Map(scopes.map(({ allow }) => [keyOf(allow), allow]));
      for (const [key, allow] of written) if (!needed.has(key)) reportOne(allow, report, ran);
    },
  };
}

const keyOf = ({ at }: Allow): string => `${at.file}:${at.start.line}:${at.start.column}`;

function reportOne(
  { rule, reason, at }: Allow,
  report: Report<'unused-allow'>,
  ran: (rule: RuleName) => boolean,
): void {
  const remove: Fix = { title: 'Remove this `@allow`', edits: [{ at, text: '' }] };
  if (!isRuleName(rule)) {
    const near = nearest(rule, ruleNames);
    const [only] = near;
    const fixes =
      only !== undefined && near.length === 1
        ? [{ title: `Write \`${only}\``, edits: [{ at, text: `@allow(${only}, ${JSON.stringify(reason)})` }] }]
        : [];
    report({ at, values: { name: rule, wrong: 'unknown', near: didYouMean(rule, ruleNames) }, fixes });
  } else if (table[rule].reading) report({ at, values: { name: rule, wrong: 'reading' }, fixes: [remove] });
  else if (ran(rule)) report({ at, values: { name: rule, wrong: 'silent' }, fixes: [remove] });
}

/** Each `@allow` with the stretch of text that it speaks of. */
function* scopesOf(model: Model): Generator<Scope> {
  for (const shape of shapesOf(model)) {
    yield* around(shape);
    yield* shape.fields.flatMap((field) => scopes(field, field.extent));
  }
  for (const declaration of model.enums) {
    yield* around(declaration);
    for (const value of declaration.values) yield* scopes(value, covering(value.at, value.number?.at));
  }
  for (const owner of ownersOf(model)) {
    yield* around(owner);
    for (const caller of callersOf(owner)) {
      yield* around(caller);
      for (const item of caller.calls.flat()) yield* scopes(item, item.at);
      if ('parameters' in caller && caller.parameters.kind === 'inline') {
        yield* caller.parameters.fields.flatMap((field) => scopes(field, field.extent));
      }
    }
    if (owner.kind === 'external') continue;
    for (const use of owner.uses) yield* scopes(use, covering(use.target.at, use.with?.at));
    for (const entry of owner.config) {
      const type = entry.type === 'secret' ? undefined : entry.type.at;
      yield* scopes(entry, covering(entry.at, type, entry.default?.at, ...entry.constraints.map(({ at }) => at)));
    }
  }
  for (const relation of model.relations) yield* scopes(relation, relation.at);
  for (const system of model.systems) {
    yield* around(system);
    for (const environment of system.environments) {
      const inside = environment.overrides.map(({ deploy }) => deploy.at);
      yield* scopes(environment, covering(environment.at, ...inside, ...environment.settings.map(({ at }) => at)));
    }
  }
  const plain: readonly (readonly Declared[])[] = [
    model.aliases,
    model.policies,
    model.resources,
    model.auths,
    model.gateways,
    model.contexts,
  ];
  for (const declaration of plain.flat()) yield* around(declaration);
}

const around = (declaration: Declared): Scope[] => scopes(declaration, declaration.extent);

const scopes = ({ allows }: Pick<Member, 'allows'>, extent: Place): Scope[] =>
  allows.map((allow) => ({ allow, extent }));
