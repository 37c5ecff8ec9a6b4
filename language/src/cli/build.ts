import { Option } from 'commander';
import type { BuildRecord } from '../project/build-record.ts';
import type { Plan } from '../project/plan.ts';
import type { LoadedProject } from '../project/project.ts';
import type { Analysis } from './analyze.ts';
import type { Setup } from './command.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

interface BuildFlags {
  readonly check?: true;
  readonly dryRun?: true;
  readonly target?: readonly string[];
  readonly env?: string;
  readonly out?: string;
}

/** `weir build`: writes what the sources ask for, all of it or nothing. */
export const build: Setup = (program, run) => {
  program
    .command('build')
    .description('write types, servers, clients, contracts and manifests')
    .argument('[path]', 'a folder or file of the project')
    .addOption(new Option('--check', 'write nothing, and fail if anything would change').conflicts('dryRun'))
    .option('--dry-run', 'write nothing, and list what would change')
    .addOption(new Option('--target <name...>', 'only these targets: `--target kubernetes,helm`').argParser(listed))
    .option('--env <name>', 'only this environment: what others say over the base is left as it is')
    .option('--out <folder>', 'another folder than `out` in weir.json')
    .action(run((terminal: Terminal, path: string | undefined, flags: BuildFlags) => buildOnce(terminal, path, flags)));
};

/** Names with commas or blanks between them, of one flag or of several. */
const listed = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  ...text.split(',').filter((name) => name !== ''),
];

async function buildOnce(terminal: Terminal, path: string | undefined, flags: BuildFlags): Promise<ExitCode> {
  const { analysisOf, loadedFor } = await import('./analyze.ts');
  const { interruptible } = await import('./interrupt.ts');
  const project = await withOut(await loadedFor(terminal, path), flags.out);
  const record = await recordFor(terminal, project, flags);
  if (record.unchanged) return report(terminal, record.unchanged, flags, project);
  const analysis = await analysisOf(terminal, project);
  const { ofSeverity, printFindings } = await import('./findings.ts');
  const errors = ofSeverity(analysis.diagnostics, 'error');
  if (errors.length > 0) {
    printFindings(terminal.err, terminal, project, errors);
    terminal.err.write('Nothing was written.\n');
    return exitCode.findings;
  }
  const plan = await interruptible((signal) => emitAndWrite(terminal, analysis, flags, signal, record));
  return report(terminal, plan, flags, project);
}

/** Runs the emitters on a model without errors and writes what they give; with conflicts in the plan, nothing. */
export async function emitAndWrite(
  terminal: Terminal,
  { project, model }: Pick<Analysis, 'project' | 'model'>,
  flags: BuildFlags,
  signal: AbortSignal,
  record?: BuildRecord,
): Promise<Plan> {
  const { loadEmitters } = await import('../project/emitters.ts');
  const { buildProject } = await import('../project/build.ts');
  const { packageVersion } = await import('../project/own-package.ts');
  const { progressOn } = await import('./progress.ts');
  const emitters = await loadEmitters(project, flags.target);
  const { environmentNamed } = await import('../project/environments.ts');
  const environment = flags.env === undefined ? undefined : environmentNamed(model, flags.env);
  const progress = progressOn(terminal.err);
  progress.say('building …');
  try {
    return await buildProject(project, model, emitters, {
      mode: flags.check || flags.dryRun ? 'plan' : 'write',
      partial: flags.target !== undefined,
      ...(environment ? { environment } : {}),
      runtimeVersion: packageVersion(),
      record: record ?? (await recordFor(terminal, project, flags)),
      signal,
      onProgress: (done, total) => progress.say(`writing ${Math.round((done / total) * 100)} % …`),
      onWait: (pid) => terminal.err.write(`waiting for another build (process ${pid}) …\n`),
    });
  } finally {
    progress.clear();
  }
}

/** What is remembered of the last build of a project with the same flags. */
async function recordFor(terminal: Terminal, project: LoadedProject, flags: BuildFlags): Promise<BuildRecord> {
  const { cacheFolder } = await import('../project/cache.ts');
  const { recordIn } = await import('../project/build-record.ts');
  const { packageVersion } = await import('../project/own-package.ts');
  return recordIn(cacheFolder(terminal.env), project, {
    targets: flags.target,
    environment: flags.env,
    runtimeVersion: packageVersion(),
  });
}

async function withOut(project: LoadedProject, out: string | undefined): Promise<LoadedProject> {
  if (out === undefined) return project;
  const { folderBelow } = await import('../project/config.ts');
  const folder = folderBelow(out);
  if (folder !== undefined) return { ...project, config: { ...project.config, out: folder } };
  const { ProjectError } = await import('../project/fault.ts');
  throw new ProjectError([{ message: `--out must be a folder below the project's root, not \`${out}\`` }]);
}

async function report(terminal: Terminal, plan: Plan, flags: BuildFlags, project: LoadedProject): Promise<ExitCode> {
  const { countsOf, printChange, printConflict, printNote } = await import('./plan-report.ts');
  const { out, err } = terminal;
  for (const note of plan.notes) printNote(note, err);
  if (plan.conflicts.length > 0) {
    for (const conflict of plan.conflicts) printConflict(conflict, err);
    err.write('Nothing was written.\n');
    return exitCode.input;
  }
  if (!flags.check && !flags.dryRun) {
    err.write(`${countsOf(plan, 'did') ?? 'Everything is up to date'} in ${project.root}.\n`);
    return exitCode.fine;
  }
  for (const change of plan.changes) printChange(change, out);
  const counts = countsOf(plan, 'would');
  err.write(`${counts ?? 'Nothing would change'}${counts !== undefined && flags.check ? ': run `weir build`' : ''}.\n`);
  return counts !== undefined && flags.check ? exitCode.findings : exitCode.fine;
}
