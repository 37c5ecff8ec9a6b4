import { Linker } from '../../model/link.ts';
import { sourcesAndSettings } from '../../project/watch.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { interruptible } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { onEachChange, type Watched } from '../watch/on-each-change.ts';
import { tellRound } from '../watch/tell-round.ts';
import type { CheckFlags } from './flags.ts';
import { checkOnce } from './run.ts';

/** Checks, and again after each change, until Ctrl-C. What cannot be read is told, and checked again when it has changed. */
export async function watchAndCheck(
  terminal: Terminal,
  path: string | undefined,
  flags: CheckFlags,
): Promise<ExitCode> {
  const known = { linker: new Linker() };
  const run = async (signal: AbortSignal): Promise<Watched> => {
    let folders: readonly string[] = [];
    await tellRound(terminal, ['Checking', 'checked'], signal, async () => {
      const { project } = await checkOnce(terminal, path, flags, known);
      folders = project.used;
      return project.sources.length;
    });
    return { folders };
  };
  await interruptible((signal) =>
    onEachChange(terminal, path, signal, ({ config }) => ({
      files: sourcesAndSettings,
      except: config.out,
      isFor: () => true,
      run: () => run(signal),
    })),
  );
  return exitCode.interrupted;
}
