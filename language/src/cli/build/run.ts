import type { BuildRecord, BuildRecords } from '../../project/build-record.ts';
import type { Plan, PlanWithFiles } from '../../project/plan.ts';
import type { LoadedProject } from '../../project/project.ts';
import type { Diagnostic } from '../../rules/index.ts';
import type { Analysis, KnownProject } from '../analyze.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import type { BuildFlags } from './flags.ts';

/** Builds once, or with `--watch` until Ctrl-C. */
export async function runBuild(terminal: Terminal, path: string | undefined, flags: BuildFlags): Promise<ExitCode> {
  if (flags.watch) {
    const { watchAndBuild } = await import('./watch.ts');
    return watchAndBuild(terminal, path, flags);
  }
  const records = await recordsOnDisk(terminal);
  return report(terminal, await buildOnce(terminal, path, flags, { records }), flags);
}

/** What is known from earlier builds. */
export interface BuildMemory {
  readonly records: BuildRecords;
  /** Only for who builds again and again. */
  readonly known?: KnownProject;
}

/** What came of a build: errors in the sources, or a plan, which is carried out unless there are conflicts in it. */
export type Built = { readonly project: LoadedProject } & (
  | { readonly errors: readonly Diagnostic[]; readonly plan?: never; readonly outputs?: never }
  | {
      readonly plan: Plan;
      /** The paths of all outputs, relative to the root. */
      readonly outputs: Pick<ReadonlySet<string>, 'has'>;
    }
);

/** Reads, checks, and writes what is asked for. Throws what `loadProject` and `buildProject` throw. */
export async function buildOnce(
  terminal: Terminal,
  path: string | undefined,
  flags: BuildFlags,
  { records, known }: BuildMemory,
): Promise<Built> {
  const { analysisOf, loadedFor } = await import('../analyze.ts');
  const { interruptible } = await import('../interrupt.ts');
  const project = await withOut(await loadedFor(terminal, path), flags.out);
  const record = await recordFor(records, project, flags);
  if (record.unchanged) return { project, plan: record.unchanged, outputs: record.known };
  const analysis = await analysisOf(terminal, project, known);
  const { ofSeverity } = await import('../findings.ts');
  const errors = ofSeverity(analysis.diagnostics, 'error');
  if (errors.length > 0) return { project, errors };
  const plan = await interruptible((signal) => emitAndWrite(terminal, analysis, flags, signal, record));
  return { project, plan, outputs: plan.files };
}

/** Runs the emitters on a model without errors and writes what they give; with conflicts in the plan, nothing. */
export async function emitAndWrite(
  terminal: Terminal,
  { project, model }: Pick<Analysis, 'project' | 'model'>,
  flags: BuildFlags,
  signal: AbortSignal,
  record: BuildRecord,
): Promise<PlanWithFiles> {
  const { loadEmitters } = await import('../../project/emitters.ts');
  const { buildProject } = await import('../../project/build.ts');
  const { packageVersion } = await import('../../project/own-package.ts');
  const { progressOn } = await import('../progress.ts');
  const emitters = await loadEmitters(project, flags.target);
  const { environmentNamed } = await import('../../project/environments.ts');
  const environment = flags.env === undefined ? undefined : environmentNamed(model, flags.env);
  const progress = progressOn(terminal.err);
  progress.say('building …');
  try {
    return await buildProject(project, model, emitters, {
      mode: flags.check || flags.dryRun ? 'plan' : 'write',
      partial: flags.target !== undefined,
      ...(environment ? { environment } : {}),
      runtimeVersion: packageVersion(),
      record,
      signal,
      onProgress: (done, total) => progress.say(`writing ${Math.round((done / total) * 100)} % …`),
      onWait: (pid) => terminal.err.write(`waiting for another build (process ${pid}) …\n`),
    });
  } finally {
    progress.clear();
  }
}

/** Where builds are remembered for all later ones. */
export async function recordsOnDisk({ env }: Terminal): Promise<BuildRecords> {
  const { cacheFolder } = await import('../../project/cache.ts');
  const { recordsIn } = await import('../../project/build-record.ts');
  return recordsIn(cacheFolder(env));
}

/** What is remembered of the last build of a project with the same flags. */
export async function recordFor(
  records: BuildRecords,
  project: LoadedProject,
  flags: BuildFlags,
): Promise<BuildRecord> {
  const { recordIn } = await import('../../project/build-record.ts');
  const { packageVersion } = await import('../../project/own-package.ts');
  return recordIn(records, project, {
    targets: flags.target,
    environment: flags.env,
    runtimeVersion: packageVersion(),
  });
}

async function withOut(project: LoadedProject, out: string | undefined): Promise<LoadedProject> {
  return out === undefined ? project : { ...project, config: { ...project.config, out: await outFolder(out) } };
}

/** The folder that `--out` names. Throws a `ProjectError` for one outside of the project. */
export async function outFolder(out: string): Promise<string> {
  const { folderBelow } = await import('../../project/config.ts');
  const folder = folderBelow(out);
  if (folder !== undefined) return folder;
  const { ProjectError } = await import('../../project/fault.ts');
  throw new ProjectError([{ message: `--out must be a folder below the project's root, not \`${out}\`` }]);
}

/** Says what a build has done, or would do. */
export async function report(terminal: Terminal, built: Built, flags: BuildFlags): Promise<ExitCode> {
  const { project } = built;
  if (built.plan === undefined) {
    const { printFindings } = await import('../findings.ts');
    printFindings(terminal.err, terminal, project, built.errors);
    terminal.err.write('Nothing was written.\n');
    return exitCode.findings;
  }
  const { plan } = built;
  const { countsOf, printChange, printConflict, printNote } = await import('../plan-report.ts');
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
