import { Option } from 'commander';
import type { BuildOptions } from '../project/build.ts';
import type { Change, Conflict, Note, Plan } from '../project/plan.ts';
import type { LoadedProject } from '../project/project.ts';
import type { Setup } from './command.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import type { Channel, Terminal } from './terminal.ts';

export interface BuildFlags {
  readonly check?: true;
  readonly dryRun?: true;
  readonly target?: readonly string[];
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
    .option('--target <name...>', 'only these targets')
    .option('--out <folder>', 'another folder than `out` in weir.json')
    .action(run((terminal: Terminal, path: string | undefined, flags: BuildFlags) => buildOnce(terminal, path, flags)));
};

/** Checks and builds. Errors in the sources end it before anything is written. */
export async function buildOnce(terminal: Terminal, path: string | undefined, flags: BuildFlags): Promise<ExitCode> {
  const { analyze } = await import('./analyze.ts');
  const { project: found, model, diagnostics } = await analyze(terminal, path);
  const project = await withOut(found, flags.out);
  const { countOf, printFindings } = await import('./findings.ts');
  const errors = countOf(diagnostics, 'error');
  if (errors > 0) {
    printFindings(
      terminal,
      project,
      diagnostics.filter(({ severity }) => severity === 'error'),
      terminal.err,
    );
    terminal.err.write('Nothing was written.\n');
    return exitCode.findings;
  }

  const { loadEmitters } = await import('../project/emitters.ts');
  const { buildProject } = await import('../project/build.ts');
  const { interruptible } = await import('./interrupt.ts');
  const { packageVersion } = await import('./package.ts');
  const { progressOn } = await import('./progress.ts');
  const emitters = await loadEmitters(project, flags.target);
  const progress = progressOn(terminal.err);
  const planOnly = flags.check === true || flags.dryRun === true;
  const options: BuildOptions = {
    mode: planOnly ? 'plan' : 'write',
    partial: flags.target !== undefined,
    runtimeVersion: packageVersion(),
    onProgress: (done, total) => progress.say(`writing ${Math.round((done / total) * 100)} % …`),
    onWait: (pid) => terminal.err.write(`waiting for another build (process ${pid}) …\n`),
  };
  progress.say('building …');
  const plan = await interruptible((signal) => buildProject(project, model, emitters, { ...options, signal })).finally(
    progress.clear,
  );
  return reportPlan(plan, terminal, flags, project);
}

async function withOut(project: LoadedProject, out: string | undefined): Promise<LoadedProject> {
  if (out === undefined) return project;
  const { folderBelow } = await import('../project/config.ts');
  const folder = folderBelow(out);
  if (folder === undefined) {
    const { ProjectError } = await import('../project/fault.ts');
    throw new ProjectError([{ message: `--out must be a folder below the project's root, not \`${out}\`` }]);
  }
  return { ...project, config: { ...project.config, out: folder } };
}

function reportPlan(plan: Plan, terminal: Terminal, flags: BuildFlags, project: LoadedProject): ExitCode {
  const { out, err } = terminal;
  for (const note of plan.notes) printNote(note, err);
  if (plan.conflicts.length > 0) {
    for (const conflict of plan.conflicts) printConflict(conflict, err);
    err.write('Nothing was written.\n');
    return exitCode.input;
  }
  if (flags.check || flags.dryRun) for (const change of plan.changes) printChange(change, out);
  const said = summary(plan);
  if (flags.check && plan.changes.length > 0) {
    err.write(`${said.would}: run \`weir build\`.\n`);
    return exitCode.findings;
  }
  err.write(`${flags.check || flags.dryRun ? said.would : `${said.did} in ${project.root}`}.\n`);
  return exitCode.fine;
}

const count = (plan: Plan, action: Change['action']): number =>
  plan.changes.filter((change) => change.action === action).length;

const files = (n: number): string => (n === 1 ? '1 file' : `${n} files`);

function summary(plan: Plan): { readonly did: string; readonly would: string } {
  if (plan.changes.length === 0) return { did: `Everything is up to date`, would: 'Nothing would change' };
  const parts = [
    [count(plan, 'create'), 'created'] as const,
    [count(plan, 'update'), 'updated'] as const,
    [count(plan, 'remove'), 'removed'] as const,
  ].filter(([n]) => n > 0);
  const did = parts.map(([n, word], i) => `${i === 0 ? files(n) : n} ${word}`).join(', ');
  const would = parts.map(([n, word], i) => `${i === 0 ? files(n) : n} would be ${word}`).join(', ');
  return { did, would };
}

function printChange({ action, path }: Change, { write, colors }: Channel): void {
  const color = { create: colors.green, update: colors.yellow, remove: colors.red }[action];
  write(`${color(action)} ${path}\n`);
}

function printNote({ path, message }: Note, { write, colors }: Channel): void {
  write(`${colors.bold(path)}: ${colors.yellow('note')}: ${message}\n`);
}

const advice: Readonly<Record<Conflict['why'], string>> = {
  'changed by hand': 'Take your changes elsewhere, remove the file, and build again.',
  'not written by Weir': 'Move it away, or remove it if it is left over from an earlier build.',
  'a folder': 'Move it away.',
};

const story: Readonly<Record<Conflict['why'], string>> = {
  'changed by hand': 'Weir would write this file, but it was changed by hand',
  'not written by Weir': 'Weir would write this file, but there is one that it has not written',
  'a folder': 'Weir would write this file, but a folder of that name is in the way',
};

function printConflict({ path, why }: Conflict, { write, colors }: Channel): void {
  write(`${colors.bold(path)}: ${colors.red('error')}: ${story[why]}\n  ${colors.cyan('help')}: ${advice[why]}\n`);
}
