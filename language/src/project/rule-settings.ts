import { join } from 'node:path';
import { didYouMean, listed } from '../model/nearest.ts';
import {
  describeRules,
  isRuleName,
  type RuleDescription,
  type RuleSetting,
  ruleNames,
  type Severity,
} from '../rules/index.ts';
import type { Config, ConfigFile } from './config.ts';
import { type Fault, ProjectError } from './fault.ts';
import { disk, readIfThere } from './file-system.ts';
import { packageFolder } from './own-package.ts';

/** What is wrong with the `rules` of a settings file beyond its shape: names and thresholds that no rule has. */
export function ruleFaults(file: ConfigFile): readonly Fault[] {
  const rules = new Map(describeRules().map((rule) => [rule.name as string, rule]));
  const faults: Fault[] = [];
  for (const [name, setting] of Object.entries(file.values.rules ?? {})) {
    const rule = rules.get(name);
    if (!rule) {
      const hint = didYouMean(name, rules.keys()) ?? '`weir explain` lists the rules.';
      faults.push(file.faultAt(['rules', name], `there is no rule \`${name}\``, hint));
      continue;
    }
    const known = Object.keys(rule.thresholds);
    for (const [threshold, value] of Object.entries(typeof setting === 'string' ? {} : (setting[1] ?? {}))) {
      const at = ['rules', name, 1, threshold];
      if (!known.includes(threshold)) {
        const hint =
          didYouMean(threshold, known) ?? (known.length > 0 ? `It has ${known.join(', ')}.` : 'It has none.');
        faults.push(file.faultAt(at, `\`${name}\` has no threshold \`${threshold}\``, hint));
      } else if (typeof value !== 'number') {
        faults.push(file.faultAt(at, `\`${threshold}\` must be a number, not ${JSON.stringify(value)}`));
      }
    }
  }
  return faults;
}

const choices = ['error', 'warning', 'hint', 'off'] as const;

/** The severities of `--rule name=severity`, by rule; of one rule the last counts. Throws a `ProjectError` with all that is wrong. */
export function severitiesFrom(given: readonly string[]): Readonly<Record<string, Severity | 'off'>> {
  const severities: Record<string, Severity | 'off'> = {};
  const faults: Fault[] = [];
  for (const text of given) {
    const [name = '', severity, ...more] = text.split('=');
    const chosen = choices.find((choice) => choice === severity);
    if (!isRuleName(name)) {
      const hint = didYouMean(name, ruleNames) ?? '`weir check --list-rules` lists the rules.';
      faults.push({ message: `--rule: there is no rule \`${name}\``, hint });
    } else if (chosen === undefined || more.length > 0) {
      const hint = `It is one of ${listed(choices, 'or')}: --rule ${name}=off`;
      faults.push({ message: `--rule ${text}: there is no such severity`, hint });
    } else severities[name] = chosen;
  }
  if (faults.length > 0) throw new ProjectError(faults);
  return severities;
}

/** Settings with other severities for some rules; their thresholds stay. */
export function withSeverities<C extends Pick<Config, 'rules'>>(
  config: C,
  severities: Readonly<Record<string, Severity | 'off'>>,
): C {
  const rules: Record<string, RuleSetting> = { ...config.rules };
  for (const [name, severity] of Object.entries(severities)) {
    const setting = rules[name];
    rules[name] = typeof setting === 'object' && setting[1] ? [severity, setting[1]] : severity;
  }
  return { ...config, rules };
}

/** A rule as it holds in a project. */
export interface AppliedRule extends RuleDescription {
  /** By the settings. */
  readonly effective: Severity | 'off';
  /** Its page, as Markdown. */
  readonly page?: string;
}

/** All rules, in the order of the table, with the severities and thresholds that hold by the settings. */
export async function appliedRules(
  { rules }: Pick<Config, 'rules'>,
  pages?: 'with pages',
): Promise<readonly AppliedRule[]> {
  return Promise.all(
    describeRules().map(async (rule) => {
      const setting = rules[rule.name];
      const page = pages && (await readIfThere(disk, join(packageFolder, rule.docs)));
      const [chosen, limits] = typeof setting === 'object' ? setting : [setting];
      return {
        ...rule,
        thresholds: { ...rule.thresholds, ...limits },
        effective: chosen ?? rule.severity,
        ...(page ? { page: page.toString('utf8') } : {}),
      };
    }),
  );
}
