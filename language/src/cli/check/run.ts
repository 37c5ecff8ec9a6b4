import { ProjectError } from '../../project/fault.ts';
import type { LoadedProject } from '../../project/project.ts';
import { severitiesFrom } from '../../project/rule-settings.ts';
import { analyze, findingsOf, type KnownProject } from '../analyze.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { reaches } from '../findings.ts';
import type { Terminal } from '../terminal.ts';
import { baselineOf } from './baseline.ts';
import type { Checked } from './fix.ts';
import type { CheckFlags } from './flags.ts';
import { show } from './show.ts';

/** Does what the flags ask for; throws a `ProjectError` where they do not go together. */
export async function runCheck(terminal: Terminal, path: string | undefined, flags: CheckFlags): Promise<ExitCode> {
  requireSense(flags);
  if (flags.listRules) {
    const { listRules } = await import('./list-rules.ts');
    return listRules(terminal, path, flags);
  }
  if (flags.watch) {
    const { watchAndCheck } = await import('./watch.ts');
    return watchAndCheck(terminal, path, flags);
  }
  return (await checkOnce(terminal, path, flags)).code;
}

/** Reads, checks, mends where that is asked for, and shows what there is to say. */
export async function checkOnce(
  terminal: Terminal,
  path: string | undefined,
  flags: CheckFlags,
  known: KnownProject = {},
): Promise<{ readonly code: ExitCode; readonly project: LoadedProject }> {
  const severities = severitiesFrom(flags.rule);
  const checked = flags.fix
    ? await analyze(terminal, path, severities, known)
    : await findingsOf(terminal, path, severities, { useCache: flags.cache, known });
  const judge = await baselineOf(terminal, checked.project, flags);
  const { project, diagnostics } = flags.fix ? await fixed(terminal, checked, flags, known) : checked;
  const compared = await judge(diagnostics);
  if (!flags.dryRun) await show(terminal, project, diagnostics, compared, flags.format);
  return { project, code: reaches(compared.fresh, flags.failOn) ? exitCode.findings : exitCode.fine };
}

async function fixed(
  terminal: Terminal,
  checked: Checked,
  { dryRun }: CheckFlags,
  known: KnownProject,
): Promise<Checked> {
  const { fixProject } = await import('./fix.ts');
  return fixProject(terminal, checked, { dryRun: dryRun === true, known });
}

function requireSense({ format, watch, listRules, fix, dryRun }: CheckFlags): void {
  const refuse = (message: string): never => {
    throw new ProjectError([{ message }]);
  };
  if (dryRun && !fix) refuse('--dry-run goes with --fix: a check writes nothing');
  if (dryRun && format !== 'text') refuse(`--dry-run prints what would change as text, not as ${format}`);
  if (watch && format !== 'text') refuse(`--watch is for people to read: it has no ${format}`);
  if (listRules && format !== 'text' && format !== 'json') refuse(`--list-rules prints text or json, not ${format}`);
}
