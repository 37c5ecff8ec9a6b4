import type { Fix, Place } from '../model/model.ts';
import type { RuleName } from './table.ts';

export const severities = ['error', 'warning', 'hint'] as const;
export type Severity = (typeof severities)[number];

/** Another place that belongs to a finding: a hop of its path, the first of two that clash. */
export interface Related {
  readonly message: string;
  readonly at: Place;
}

/** What a rule found, ready to be shown. */
export interface Diagnostic {
  readonly rule: RuleName;
  readonly severity: Severity;
  /** What is wrong, and by how much. */
  readonly message: string;
  /** What would mend it. */
  readonly hint?: string;
  readonly at: Place;
  /** Full name of the innermost declaration that it stands in. */
  readonly within?: string;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
  /** The rule's page, relative to the package `@weir/language`. */
  readonly docs: string;
}

/** The message with what would mend it: for readers that show one text. */
export function fullMessage(diagnostic: Pick<Diagnostic, 'message' | 'hint'>): string {
  return diagnostic.hint === undefined ? diagnostic.message : `${diagnostic.message}\n${diagnostic.hint}`;
}
