import type { Diagnostic, Severity } from '../rules/index.ts';
import { severities } from '../rules/index.ts';

export const countOf = (diagnostics: readonly Diagnostic[], severity: Severity): number =>
  diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;

/** Is any of them at least as severe? `severities` begins with the worst. */
export function reaches(diagnostics: readonly Diagnostic[], least: Severity): boolean {
  const enough = severities.slice(0, severities.indexOf(least) + 1);
  return diagnostics.some(({ severity }) => enough.includes(severity));
}
