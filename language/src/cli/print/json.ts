import type { Place, Position } from '../../model/model.ts';
import { type Diagnostic, fullMessage, type RuleName, type Severity } from '../../rules/index.ts';

/** How a file of the project is named. */
export type NameFile = (file: string) => string;

/** A place: lines and columns count from 1, columns in UTF-16 units; the end is exclusive. */
export interface JsonPlace {
  readonly file: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

export const jsonPlace = ({ file, start, end }: Place, path: NameFile): JsonPlace => ({
  file: path(file),
  range: { start, end },
});

export interface JsonFinding extends JsonPlace {
  readonly rule: RuleName;
  readonly severity: Severity;
  /** With what would mend it, on a line of its own. */
  readonly message: string;
  readonly related: readonly ({ readonly message: string } & JsonPlace)[];
  readonly fixes: readonly { readonly title: string }[];
}

export const jsonFinding = (diagnostic: Diagnostic, path: NameFile): JsonFinding => ({
  rule: diagnostic.rule,
  severity: diagnostic.severity,
  message: fullMessage(diagnostic),
  ...jsonPlace(diagnostic.at, path),
  related: diagnostic.related.map(({ message, at }) => ({ message, ...jsonPlace(at, path) })),
  fixes: diagnostic.fixes.map(({ title }) => ({ title })),
});

/** What `weir check --format json` prints. */
export interface CheckReport {
  readonly version: 1;
  readonly diagnostics: readonly JsonFinding[];
  readonly summary: Readonly<Record<Severity, number>>;
  /** How many findings the baseline accepts, which are not listed, and how many of it are there no more. */
  readonly baseline?: { readonly accepted: number; readonly gone: number };
}

/** Findings for programs, as one object. */
export function printJson(
  diagnostics: readonly Diagnostic[],
  path: NameFile = (file) => file,
  baseline?: CheckReport['baseline'],
): string {
  const count = (severity: Severity): number => diagnostics.filter((one) => one.severity === severity).length;
  const report: CheckReport = {
    version: 1,
    diagnostics: diagnostics.map((diagnostic) => jsonFinding(diagnostic, path)),
    summary: { error: count('error'), warning: count('warning'), hint: count('hint') },
    ...(baseline ? { baseline } : {}),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
