import { join, relative } from 'node:path';
import type { Problem } from '../model/model.ts';
import { type Diagnostic, type Severity, severities } from '../rules/index.ts';
import type { SourceText } from '../syntax/read.ts';
import { type CheckReport, printJson } from './print/json.ts';
import { printText } from './print/text.ts';
import type { Channel, Terminal } from './terminal.ts';

/** Where findings stand: a project, or some files of one. */
interface Place {
  /** Absolute. */
  readonly root: string;
  readonly sources: readonly SourceText[];
}

/** Columns where nobody knows how wide it is: in a file, in a log. */
export const usualWidth = 100;

/** Nobody reads more than this; what comes first is often the cause of the rest. */
const mostShown = 200;

/** Findings for people. */
export function printFindings(
  channel: Channel,
  terminal: Terminal,
  { root, sources }: Place,
  diagnostics: readonly Diagnostic[],
): void {
  const { color, width = usualWidth } = channel;
  const shown = diagnostics.slice(0, mostShown);
  channel.write(printText(shown, sources, { colour: color, width, path: pathsFrom(terminal, root) }));
  const more = diagnostics.length - shown.length;
  if (more > 0) channel.write(`… and ${more} more; \`weir check --format json\` prints all of them.\n`);
}

/** Findings for programs. */
export function printFindingsJson(
  terminal: Terminal,
  { root }: Place,
  diagnostics: readonly Diagnostic[],
  baseline?: CheckReport['baseline'],
): void {
  terminal.out.write(printJson(diagnostics, pathsFrom(terminal, root), baseline));
}

/** Paths of a project as one would name them from the current folder. */
export function pathsFrom({ cwd }: Terminal, root: string): (file: string) => string {
  return (file) => relative(cwd, join(root, file)).replaceAll('\\', '/');
}

export const ofSeverity = (diagnostics: readonly Diagnostic[], wanted: Severity): readonly Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === wanted);

/** Is any of them at least as severe? `severities` begins with the worst. */
export function reaches(diagnostics: readonly Diagnostic[], least: Severity): boolean {
  const enough = severities.slice(0, severities.indexOf(least) + 1);
  return diagnostics.some(({ severity }) => enough.includes(severity));
}

/** A syntax error that was found without the rules. */
export function syntaxError(problem: Problem): Diagnostic {
  const { related = [], fixes = [], ...rest } = problem;
  return { ...rest, severity: 'error', related, fixes, docs: `docs/rules/${problem.rule}.md` };
}
