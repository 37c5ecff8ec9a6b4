import type { AppliedRule } from '../../project/rule-settings.ts';

/** The rules as a table for people: `*` stands at a severity that the settings have changed. */
export function printRules(rules: readonly AppliedRule[]): string {
  const rows = rules.map((rule) => [
    rule.name,
    `${rule.effective}${rule.effective === rule.severity ? '' : '*'}`,
    rule.group,
    rule.fixable ? 'fix' : '',
    rule.summary + thresholdsIn(rule),
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '));
  const changed = rules.some(({ effective, severity }) => effective !== severity);
  return [...lines, ...(changed ? ['', '* changed by the settings'] : [])]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function thresholdsIn({ thresholds }: AppliedRule): string {
  const all = Object.entries(thresholds).map(([name, value]) => `${name} ${value}`);
  return all.length === 0 ? '' : ` (${all.join(', ')})`;
}

/** The rules for programs. */
export function printRulesJson(rules: readonly AppliedRule[]): string {
  const list = rules.map(({ name, effective, severity, group, summary, fixable, thresholds, docs }) => ({
    name,
    severity: effective,
    default: severity,
    group,
    summary,
    fixable,
    thresholds,
    docs,
  }));
  return `${JSON.stringify({ version: 1, rules: list }, undefined, 2)}\n`;
}
