import type { Place, Position } from '../../model/model.ts';
import { type Diagnostic, fullMessage, type RuleName, type Severity } from '../../rules/index.ts';

interface JsonPlace {
  readonly file: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

/** What `weir check --format json` prints. Lines and columns count from 1, columns in UTF-16 units, ends are exclusive. */
export interface CheckReport {
  readonly version: 1;
  readonly diagnostics: readonly ({
    readonly rule: RuleName;
    readonly severity: Severity;
    /** With what would mend it, on a line of its own. */
    readonly message: string;
    readonly related: readonly ({ readonly message: string } & JsonPlace)[];
    readonly fixes: readonly { readonly title: string }[];
  } & JsonPlace)[];
  readonly summary: Readonly<Record<Severity, number>>;
}

/**
 * Findings for programs, as one object.
 *
 * @param path how a file of the project is named; as it is unless given
 */
export function printJson(diagnostics: readonly Diagnostic[], path: (file: string) => string = (file) => file): string {
  const placeOf = ({ file, start, end }: Place): JsonPlace => ({ file: path(file), range: { start, end } });
  const count = (severity: Severity): number => diagnostics.filter((one) => one.severity === severity).length;
  const report: CheckReport = {
    version: 1,
    diagnostics: diagnostics.map((diagnostic) => ({
      rule: diagnostic.rule,
      severity: diagnostic.severity,
      message: fullMessage(diagnostic),
      ...placeOf(diagnostic.at),
      related: diagnostic.related.map(({ message, at }) => ({ message, ...placeOf(at) })),
      fixes: diagnostic.fixes.map(({ title }) => ({ title })),
    })),
    summary: { error: count('error'), warning: count('warning'), hint: count('hint') },
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
