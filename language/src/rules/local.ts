import type { Declarations } from '../model/fragment.ts';
import { listedInParts } from '../model/parts.ts';
import type { Check, Finding } from './rule.ts';
import type { RuleName } from './table.ts';

/** A rule, or a share of one, that looks at no more than what stands in one file. It is asked only where a file has changed. */
export function local<N extends RuleName>(
  check: (part: Declarations, report: (finding: Finding<N>) => void) => void,
): Check<N> {
  const findings = listedInParts((part) => {
    const found: Finding<N>[] = [];
    check(part, (finding) => found.push(finding));
    return found;
  });
  return (model, report) => {
    for (const finding of findings(model)) report(finding);
  };
}
