import type { Declarations } from '../model/fragment.ts';
import type { Allow, ConfigEntry, Declared, Environment, Fix, Member, Model, Place, Uses } from '../model/model.ts';
import { didYouMean, nearest } from '../model/nearest.ts';
import { isOptOut, optOuts } from '../model/opt-outs.ts';
import { listedInParts } from '../model/parts.ts';
import { covering, within } from '../model/place.ts';
import { callersOf, itemsOf, ownersOf, shapesOf } from './model-parts.ts';
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
  const scopes = scopesIn(model);
  const byRule = new Map<string, Scope[]>();
  for (const scope of scopes) {
    const list = byRule.get(`${scope.allow.rule} ${scope.extent.file}`);
    if (list) list.push(scope);
    else byRule.set(`${scope.allow.rule} ${scope.extent.file}`, [scope]);
  }
  // What a service opts out of is left out of its deployment, whatever the rules find.
  const needed = new Set(
    model.services.flatMap(({ allows }) => allows.filter(({ rule }) => isOptOut(rule)).map(keyOf)),
  );
  return {
    silences: (rule, { at, allowedAt = [] }) => {
      if (scopes.length === 0 || table[rule].reading) return false;
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
  if (isOptOut(rule)) report({ at, values: { name: rule, wrong: 'elsewhere' }, fixes: [remove] });
  else if (!isRuleName(rule)) {
    const names = [...ruleNames, ...Object.keys(optOuts)];
    const near = nearest(rule, names);
    const [only] = near;
    const fixes =
      only !== undefined && near.length === 1
        ? [{ title: `Write \`${only}\``, edits: [{ at, text: `@allow(${only}, ${JSON.stringify(reason)})` }] }]
        : [];
    report({ at, values: { name: rule, wrong: 'unknown', near: didYouMean(rule, names) }, fixes });
  } else if (table[rule].reading) report({ at, values: { name: rule, wrong: 'reading' }, fixes: [remove] });
  else if (ran(rule)) report({ at, values: { name: rule, wrong: 'silent' }, fixes: [remove] });
}

/** Each `@allow` with the stretch of text that it speaks of. */
const scopesIn = listedInParts(scopesOf);

function scopesOf(part: Declarations): readonly Scope[] {
  const scopes: Scope[] = [];
  // Most of a model has no `@allow`: how far one would reach is asked only where there is one.
  const put = <T extends Pick<Member, 'allows'>>(one: T, extentOf: (one: T) => Place): void => {
    for (const allow of one.allows) scopes.push({ allow, extent: extentOf(one) });
  };
  for (const shape of shapesOf(part)) {
    put(shape, whole);
    for (const field of shape.fields) put(field, whole);
  }
  for (const declaration of part.enums) {
    put(declaration, whole);
    for (const value of declaration.values) put(value, ({ at, number }) => covering(at, number?.at));
  }
  for (const owner of ownersOf(part)) {
    put(owner, whole);
    for (const caller of callersOf(owner)) {
      put(caller, whole);
      for (const item of itemsOf(caller)) put(item, ({ at }) => at);
      if ('parameters' in caller && caller.parameters.kind === 'inline') {
        for (const field of caller.parameters.fields) put(field, whole);
      }
    }
    if (owner.kind === 'external') continue;
    for (const use of owner.uses) put(use, extentOfUse);
    for (const entry of owner.config) put(entry, extentOfEntry);
  }
  for (const relation of part.relations) put(relation, ({ at }) => at);
  for (const system of part.systems) {
    put(system, whole);
    for (const environment of system.environments) put(environment, extentOfEnvironment);
  }
  const plain: readonly (readonly Declared[])[] = [
    part.aliases,
    part.policies,
    part.resources,
    part.auths,
    part.gateways,
    part.contexts,
  ];
  for (const declaration of plain.flat()) put(declaration, whole);
  return scopes;
}

const whole = ({ extent }: { readonly extent: Place }): Place => extent;

const extentOfUse = ({ target, with: use }: Uses): Place => covering(target.at, use?.at);

function extentOfEntry({ at, type, default: value, constraints }: ConfigEntry): Place {
  return covering(at, type === 'secret' ? undefined : type.at, value?.at, ...constraints.map((one) => one.at));
}

function extentOfEnvironment({ at, overrides, settings }: Environment): Place {
  return covering(at, ...overrides.map(({ deploy }) => deploy.at), ...settings.map((setting) => setting.at));
}
