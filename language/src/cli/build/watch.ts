import { join, relative } from 'node:path';
import { Linker } from '../../model/link.ts';
import { RecordsInMemory } from '../../project/build-record.ts';
import { sourcesAndSettings } from '../../project/watch.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { interruptible } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { onEachChange, type Watched } from '../watch/on-each-change.ts';
import { tellRound } from '../watch/tell-round.ts';
import type { BuildFlags } from './flags.ts';
import { type Built, buildOnce, outFolder, recordsOnDisk, report } from './run.ts';

/**
 * Builds, and again after each change of the sources or settings, until Ctrl-C. A change of an output begins no build, whoever
 * made it, unless that output was in the way of the last one.
 */
export async function watchAndBuild(
  terminal: Terminal,
  path: string | undefined,
  flags: BuildFlags,
): Promise<ExitCode> {
  const out = flags.out === undefined ? undefined : await outFolder(flags.out);
  const records = new RecordsInMemory(await recordsOnDisk(terminal));
  const memory = { records, known: { linker: new Linker() } };
  let last: Built | undefined;
  const build = async (signal: AbortSignal): Promise<Watched> => {
    await tellRound(terminal, ['Building', 'built'], signal, async () => {
      const built = await buildOnce(terminal, path, flags, memory);
      last = built.plan === undefined && last ? { ...last, project: built.project } : built;
      const code = await report(terminal, built, flags);
      return code === exitCode.fine ? built.project.sources.length : undefined;
    });
    await records.save();
    return last ? { folders: last.project.used, files: inTheWayOf(last) } : {};
  };
  await interruptible((signal) =>
    onEachChange(terminal, path, signal, ({ root, config }) => ({
      files: sourcesAndSettings,
      except: out ?? config.out,
      isFor: (changed) => !last || !isOutput(last, relative(root, changed).replaceAll('\\', '/')),
      run: () => build(signal),
    })),
  );
  return exitCode.interrupted;
}

const inTheWayOf = ({ project, plan }: Built): readonly string[] =>
  plan?.conflicts.map(({ path }) => join(project.root, path)) ?? [];

/** Is it what a build makes and a person need not touch? What it has removed belongs to it as well. */
function isOutput({ plan, outputs }: Built, path: string): boolean {
  if (plan === undefined || plan.conflicts.some((conflict) => conflict.path === path)) return false;
  return outputs.has(path) || plan.changes.some((change) => change.path === path);
}
