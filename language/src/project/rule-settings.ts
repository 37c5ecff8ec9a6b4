import { didYouMean } from '../model/nearest.ts';
import { describeRules } from '../rules/index.ts';
import type { ConfigFile } from './config.ts';
import type { Fault } from './fault.ts';

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
