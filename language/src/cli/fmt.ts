import type { Problem } from '../model/model.ts';
import type { Change } from '../project/plan.ts';
import type { SourceText } from '../syntax/read.ts';
import type { Setup } from './command.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

interface FmtFlags {
  readonly check?: true;
}

/** `weir fmt`: sources in one style. Files that do not parse are named and left alone. */
export const fmt: Setup = (program, run) => {
  program
    .command('fmt')
    .description('format the sources')
    .argument('[paths...]', 'folders (with all that is in their project) or single files')
    .option('--check', 'write nothing, and fail if anything would change')
    .action(run((terminal: Terminal, paths: readonly string[], flags: FmtFlags) => format(terminal, paths, flags)));
};

interface Formatted {
  readonly changes: readonly Change[];
  /** Syntax errors, with the texts that they stand in. */
  readonly problems: readonly Problem[];
  readonly sources: readonly SourceText[];
}

async function format(terminal: Terminal, paths: readonly string[], flags: FmtFlags): Promise<ExitCode> {
  const { progressOn } = await import('./progress.ts');
  const { interruptible } = await import('./interrupt.ts');
  const { withWriter } = await import('../project/transaction.ts');
  const { disk } = await import('../project/file-system.ts');
  const progress = progressOn(terminal.err);
  let changed = 0;
  let broken = 0;
  for (const [root, files] of await filesOf(terminal, paths)) {
    const { changes, problems, sources } = await formatAll(root, files, progress.say).finally(progress.clear);
    if (problems.length > 0) {
      const { printFindings, syntaxError } = await import('./findings.ts');
      printFindings(terminal.err, terminal, { root, sources }, problems.map(syntaxError));
    }
    broken += new Set(problems.map(({ at }) => at.file)).size;
    changed += changes.length;
    if (flags.check) {
      for (const { path } of changes) terminal.out.write(`${path}\n`);
    } else if (changes.length > 0) {
      await interruptible((signal) =>
        withWriter(disk, root, { signal }, (writer) => writer.apply(changes, { signal })),
      );
    }
  }
  if (flags.check && changed > 0) terminal.err.write(`${files(changed)} would change: run \`weir fmt\`.\n`);
  else if (changed > 0) terminal.err.write(`${files(changed)} formatted.\n`);
  if (broken > 0) terminal.err.write(`${files(broken)} left alone: what does not parse cannot be formatted.\n`);
  return broken > 0 || (flags.check && changed > 0) ? exitCode.findings : exitCode.fine;
}

const files = (n: number): string => (n === 1 ? '1 file' : `${n} files`);

/** The files to format, by the root of their project. A file that is named is formatted whatever `include` says. */
async function filesOf({ cwd }: Terminal, paths: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { findProject, sourcePaths } = await import('../project/project.ts');
  const { disk } = await import('../project/file-system.ts');
  const { relative, resolve } = await import('node:path');
  const found = new Map<string, Set<string>>();
  for (const path of paths.length === 0 ? ['.'] : paths) {
    const full = resolve(cwd, path);
    const project = await findProject(full);
    const real = await disk.realpath(full);
    const isFolder = (await disk.stat(real)).kind === 'folder';
    const set = found.get(project.root) ?? new Set<string>();
    found.set(project.root, set);
    const inFolder = relative(project.root, real).replaceAll('\\', '/');
    if (!isFolder) set.add(inFolder);
    else
      for (const name of await sourcePaths(project))
        if (inFolder === '' || name.startsWith(`${inFolder}/`)) set.add(name);
  }
  return found;
}

async function formatAll(root: string, paths: ReadonlySet<string>, say: (what: string) => void): Promise<Formatted> {
  const { formatText } = await import('../editor/format.ts');
  const { readSources } = await import('../project/sources.ts');
  const { disk } = await import('../project/file-system.ts');
  const { join } = await import('node:path');
  const changes: Change[] = [];
  const problems: Problem[] = [];
  const sources = await readSources(disk, root, [...paths].sort());
  for (const [i, { path, text }] of sources.entries()) {
    say(`formatting ${i + 1} of ${sources.length} …`);
    const formatted = formatText(text, path);
    if (formatted.text === undefined) {
      problems.push(...formatted.problems);
    } else if (formatted.text !== text) {
      const before = await disk.readFile(join(root, path));
      const mark = before.toString('utf8').startsWith('\ufeff') ? '\ufeff' : '';
      changes.push({ action: 'update', path, text: mark + formatted.text, before });
    }
  }
  return { changes, problems, sources };
}
