import { type Diagnostic, fullMessage, type Severity } from '../../rules/index.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', hint: 'notice' };

/**
 * Findings as workflow commands: GitHub shows each at its line in a change. One line for each, in the order given.
 *
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 *
 * @param path how a file of the project is named from the root of the repository; as it is unless given
 */
export function printGithub(
  diagnostics: readonly Diagnostic[],
  path: (file: string) => string = (file) => file,
): string {
  return diagnostics.map((diagnostic) => `${annotation(diagnostic, path)}\n`).join('');
}

function annotation(diagnostic: Diagnostic, path: (file: string) => string): string {
  const { rule, severity, at } = diagnostic;
  const { start, end } = at;
  const properties = {
    file: path(at.file),
    line: start.line,
    endLine: end.line,
    // Columns are for annotations of one line only, and the last one belongs to it.
    ...(start.line === end.line ? { col: start.column, endColumn: Math.max(start.column, end.column - 1) } : {}),
    title: rule,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
  return `::${commands[severity]} ${list.join(',')}::${escaped(fullMessage(diagnostic))}`;
}

/** What would end the command, or begin another one. */
const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapedProperty = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
