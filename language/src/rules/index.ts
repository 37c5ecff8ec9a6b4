import type { Model } from '../model/model.ts';
import { comparePlaces, compareTexts } from '../model/place.ts';
import { allowsOf } from './allow.ts';
import { contracts } from './contracts/checks.ts';
import { deployment } from './deployment/checks.ts';
import type { Diagnostic, Severity } from './diagnostic.ts';
import { enclosing } from './enclosing.ts';
import { events } from './events/checks.ts';
import { namesAndTypes } from './names-and-types/checks.ts';
import { policies } from './policies/checks.ts';
import type { Check, Checks, Finding, Row, Thresholds, ThresholdsOf, ValuesOf } from './rule.ts';
import { isRuleName, type RuleName, ruleNames, table } from './table.ts';
import { topology } from './topology/checks.ts';

export { type Diagnostic, fullMessage, type Related, type Severity, severities } from './diagnostic.ts';
export type { Thresholds } from './rule.ts';
export { isRuleName, type RuleName, ruleNames } from './table.ts';

/** What `weir.json` says of a rule: `"off"`, `"warning"`, `["error", { "max": 12 }]`. */
export type RuleSetting = Severity | 'off' | readonly [severity: Severity | 'off', thresholds?: Thresholds];

export interface CheckOptions {
  /** By rule; a name that is no rule says nothing here, the reader of `weir.json` reports it. */
  readonly rules?: Readonly<Record<string, RuleSetting>>;
}

/** A rule as people read of it. */
export interface RuleDescription {
  readonly name: RuleName;
  readonly group: string;
  readonly severity: Severity;
  readonly summary: string;
  /** Its limits and their defaults. */
  readonly thresholds: Thresholds;
  /** Have some of its findings fixes? */
  readonly fixable: boolean;
  /** Are the related places of its findings the hops of a path? */
  readonly path: boolean;
  /** Found while reading the text: nothing silences it. */
  readonly reading: boolean;
  /** Its page, relative to the package `@weir/language`. */
  readonly docs: string;
}

/** The functions of all rules but one: what becomes of the `@allow`s is known when these have run. */
const checks: Omit<Checks, 'unused-allow'> = {
  ...namesAndTypes,
  ...contracts,
  ...policies,
  ...topology,
  ...events,
  ...deployment,
};

/** Does a rule speak of the text itself: of what does not parse, of names and units that mean nothing? */
export const isAboutReading = (name: string): boolean =>
  isRuleName(name) && (table[name] as Row<never, Thresholds>).reading === true;

const allButAllow = ruleNames.filter((name): name is Exclude<RuleName, 'unused-allow'> => name !== 'unused-allow');
const readingRules = allButAllow.filter(isAboutReading);
const otherRules = allButAllow.filter((name) => !isAboutReading(name));

/** The last of the rules about reading: when it has run, what is wrong with the texts themselves is known. */
export const lastReadingRule: RuleName | undefined = readingRules.at(-1);

/**
 * Everything that the rules have to say of a model, sorted by file, line, column and rule. Pure: the same model and
 * options give the same diagnostics. Never throws, however partial the model is.
 */
export function check(model: Model, options: CheckOptions = {}): Diagnostic[] {
  const steps = checkInSteps(model, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** A rule has run: it, and what has been found until then. Those about reading come first. */
export interface CheckStep {
  readonly rule: RuleName;
  readonly found: readonly Diagnostic[];
}

/** The same rule by rule, for who has other things to do meanwhile. */
export function* checkInSteps(model: Model, options: CheckOptions = {}): Generator<CheckStep, Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  const allows = allowsOf(model);
  let around: ReturnType<typeof enclosing> | undefined;
  const run = <N extends RuleName>(name: N, rule: Check<N>): void => {
    const { severity, thresholds } = settingOf(name, options);
    if (severity === 'off') return;
    const silences = (place: Pick<Finding<N>, 'at' | 'allowedAt'>): boolean => allows.silences(name, place);
    const tell = (finding: Finding<N>): void => {
      if (silences(finding)) return;
      around ??= enclosing(model);
      diagnostics.push(diagnosticOf(name, severity, finding, around(finding.at)));
    };
    rule(model, Object.assign(tell, { silences }), thresholds);
  };
  for (const name of [...readingRules, ...otherRules]) {
    run(name, checks[name] as Check<typeof name>);
    yield { rule: name, found: diagnostics };
  }
  run('unused-allow', (_, report) =>
    allows.reportUnused(report, (name) => settingOf(name, options).severity !== 'off'),
  );
  return diagnostics.sort(compareDiagnostics);
}

/** Every rule, in the order of the table. */
export function describeRules(): RuleDescription[] {
  return ruleNames.map((name) => {
    const { group, severity, summary, thresholds = {}, ...row } = table[name] as Row<never, Thresholds>;
    const { fixable = false, path = false, reading = false } = row;
    return { name, group, severity, summary, thresholds, fixable, path, reading, docs: pageOf(name) };
  });
}

function pageOf(name: RuleName): string {
  return `docs/rules/${name}.md`;
}

/** What the options make of a rule. */
export function settingOf<N extends RuleName>(
  name: N,
  { rules = {} }: CheckOptions,
): { severity: Severity | 'off'; thresholds: ThresholdsOf<N> } {
  const { severity, thresholds } = table[name] as Row<never, Thresholds>;
  const setting = Object.hasOwn(rules, name) ? rules[name] : undefined;
  const [chosen, limits] = typeof setting === 'string' || setting === undefined ? [setting] : setting;
  return { severity: chosen ?? severity, thresholds: { ...thresholds, ...limits } as ThresholdsOf<N> };
}

function diagnosticOf<N extends RuleName>(
  name: N,
  severity: Severity,
  finding: Finding<N>,
  within: string | undefined,
): Diagnostic {
  const { message, hint } = table[name] as unknown as Row<ValuesOf<N>>;
  const mend = hint?.(finding.values);
  return {
    rule: name,
    severity,
    message: message(finding.values),
    ...(mend === undefined ? {} : { hint: mend }),
    at: finding.at,
    ...(within === undefined ? {} : { within }),
    related: finding.related ?? [],
    fixes: finding.fixes ?? [],
    docs: pageOf(name),
  };
}

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareTexts(a.at.file, b.at.file) ||
    a.at.start.line - b.at.start.line ||
    a.at.start.column - b.at.start.column ||
    compareTexts(a.rule, b.rule) ||
    comparePlaces(a.at, b.at) ||
    compareTexts(a.message, b.message)
  );
}
