import { type Mended, mend } from '../../fixes/mend.ts';
import { checkProject } from '../../project/check.ts';
import { Interrupted } from '../../project/fault.ts';
import { disk } from '../../project/file-system.ts';
import type { LoadedProject } from '../../project/project.ts';
import { sourceChanges } from '../../project/source-changes.ts';
import { withWriter } from '../../project/transaction.ts';
import type { Diagnostic } from '../../rules/index.ts';
import { readModel, type SourceText } from '../../syntax/read.ts';
import type { Analysis, KnownProject } from '../analyze.ts';
import { pathsFrom } from '../findings.ts';
import { interruptible } from '../interrupt.ts';
import { printDiff } from '../print/diff.ts';
import { progressOn } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

/** A project, and what the rules find in it. */
export type Checked = Pick<Analysis, 'project' | 'diagnostics'>;

/**
 * Makes the fixes that leave no choice and gives the project as it is then. All files are written or none; with `dryRun`
 * none, and what would change is printed. Files of projects that this one uses are left to those.
 */
export async function fixProject(
  terminal: Terminal,
  { project, diagnostics }: Checked,
  { dryRun, known }: { readonly dryRun: boolean; readonly known: KnownProject },
): Promise<Checked> {
  return interruptible(async (signal) => {
    const mended = await mendAll(terminal, { project, diagnostics }, known, signal);
    const changes = await sourceChanges(disk, project.root, project.sources, mended.sources);
    if (dryRun) printPreview(terminal, project, mended);
    else if (changes.length > 0)
      await withWriter(disk, project.root, { signal }, (writer) => writer.apply(changes, { signal }));
    tell(terminal, project, mended, changes.length, dryRun);
    return { project: { ...project, sources: mended.sources }, diagnostics: mended.left };
  });
}

async function mendAll(
  terminal: Terminal,
  { project, diagnostics }: Checked,
  known: KnownProject,
  signal: AbortSignal,
): Promise<Mended<SourceText>> {
  const progress = progressOn(terminal.err);
  const check = async (sources: readonly SourceText[]): Promise<readonly Diagnostic[]> => {
    if (signal.aborted) throw new Interrupted();
    return checkProject(project, await readModel(sources, known.files, known.linker));
  };
  try {
    return await mend(project.sources, {
      check,
      found: diagnostics,
      mayChange: (file) => !project.foreign.has(file),
      onPass: (pass) => progress.say(`fixing, round ${pass} …`),
    });
  } finally {
    progress.clear();
  }
}

function printPreview(terminal: Terminal, { root, sources }: LoadedProject, mended: Mended<SourceText>): void {
  const { red, green, cyan, bold } = terminal.out.colors;
  const colours: Readonly<Record<string, (text: string) => string>> = { '-': red, '+': green, '@': cyan };
  const path = pathsFrom(terminal, root);
  const before = new Map(sources.map((source) => [source.path, source.text]));
  for (const source of mended.sources) {
    const diff = printDiff(path(source.path), before.get(source.path) ?? '', source.text);
    const lines = diff.split(/(?<=\n)/).map((line) => {
      if (/^(---|\+\+\+) /.test(line)) return bold(line);
      return (colours[line[0] ?? ''] ?? String)(line);
    });
    terminal.out.write(lines.join(''));
  }
}

function tell(
  terminal: Terminal,
  { root }: LoadedProject,
  { made, left }: Mended<SourceText>,
  files: number,
  dryRun: boolean,
): void {
  const path = pathsFrom(terminal, root);
  const { err } = terminal;
  for (const { finding, fix } of made) {
    const { file, start } = finding.at;
    err.write(`${path(file)}:${start.line}:${start.column}: ${finding.rule}: ${fix.title}\n`);
  }
  const what = made.length === 0 ? 'Nothing' : counted(made.length, 'finding');
  const where = made.length === 0 ? '' : ` in ${counted(files, 'file')}`;
  const is = made.length === 1 || made.length === 0 ? 'is' : 'are';
  const rest = left.length === 0 ? 'none' : String(left.length);
  err.write(
    dryRun
      ? `${what} would be fixed${where}; ${rest} would be left.\n`
      : `${what} ${is} fixed${where}; ${rest} ${left.length > 1 ? 'are' : 'is'} left.\n`,
  );
}

const counted = (count: number, what: string): string => (count === 1 ? `1 ${what}` : `${count} ${what}s`);
