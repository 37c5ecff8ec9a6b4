import type { EffectivePolicy } from '../../model/effective-policy.ts';
import { partNames } from '../../model/model.ts';
import type { EdgeExplanation, ExplainedPart } from '../../rules/explain/edge.ts';
import { amplificationText, factsOf, sourceText } from '../../rules/explain/in-words.ts';
import { partText } from '../../rules/explain/part-text.ts';
import { code, placeLink, table, type UriOf } from './markdown.ts';

type Sourced = Pick<ExplainedPart, 'text' | 'from'>;

/** What holds on a call, part by part, and what it comes to. */
export function edgeMarkdown(edge: EdgeExplanation, uriOf: UriOf): string {
  const { from, to, policy, removed, guards, findings } = edge;
  const taken = removed.map(({ name, by, was }): readonly [string, string] => [
    `${code(`${name} none`)}, takes away ${code(was.text)}`,
    `${sourceText(by)}, ${placeLink(by.at, uriOf)}`,
  ]);
  const facts = [...factsOf(edge), ['Amplification', amplificationText(edge)] as const];
  return [
    partsTable(`**${from.label} → ${to.label}**`, policy, uriOf, taken),
    ...(guards.length > 0 ? [partsTable(`**Guards ${to.label}**`, guards, uriOf)] : []),
    facts.map(([name, text]) => `**${name}** ${text}`).join('  \n'),
    ...(findings.length > 0 ? [findings.map(({ rule, message }) => `- ${code(rule)}: ${message}`).join('\n')] : []),
  ].join('\n\n');
}

/** A policy with the place that each part comes from. */
export function policyMarkdown(title: string, policy: EffectivePolicy, uriOf: UriOf): string {
  const parts = partNames.flatMap((name): Sourced[] => {
    const part = policy[name];
    return part ? [{ text: partText(name, part.value), from: part.from }] : [];
  });
  return partsTable(title, parts, uriOf);
}

function partsTable(
  title: string,
  parts: readonly Sourced[],
  uriOf: UriOf,
  others: readonly (readonly [string, string])[] = [],
): string {
  const rows = parts.map(({ text, from }): readonly [string, string] => [
    code(text),
    `${sourceText(from)}, ${placeLink(from.at, uriOf)}`,
  ]);
  const all = [...rows, ...others];
  return table(title, all.length > 0 ? all : [['nothing', '']]);
}
