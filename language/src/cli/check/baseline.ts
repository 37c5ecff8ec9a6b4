import { join, resolve } from 'node:path';
import { acceptedOf, type Compared, compareWith, readBaseline, writeBaseline } from '../../project/baseline.ts';
import { configName } from '../../project/config.ts';
import { ProjectError } from '../../project/fault.ts';
import type { LoadedProject } from '../../project/project.ts';
import { shownPath } from '../../project/read-config.ts';
import type { Diagnostic } from '../../rules/index.ts';
import type { Terminal } from '../terminal.ts';
import type { CheckFlags } from './flags.ts';

/** Findings against a baseline; `isUsed` is false when there is none, and all of them are new. */
export type Judged = Compared & { readonly isUsed: boolean };

/**
 * Reads the baseline that the flags or the settings name, and gives what says how findings stand to it, or writes it from
 * them. Throws a `ProjectError` where there is none to read, or nothing says where to write: before anything is mended.
 */
export async function baselineOf(
  terminal: Terminal,
  project: LoadedProject,
  flags: CheckFlags,
): Promise<(findings: readonly Diagnostic[]) => Promise<Judged>> {
  const file = baselineFile(terminal, project, flags);
  if (flags.writeBaseline) {
    if (!file) {
      const hint = `Name it: --baseline FILE, or \`baseline\` in ${configName}.`;
      throw new ProjectError([{ message: '--write-baseline does not know where to write', hint }]);
    }
    return async (findings) => {
      const count = await writeBaseline(file.path, file.shown, findings);
      terminal.err.write(`${file.shown} accepts ${counted(count)}.\n`);
      return { ...compareWith(acceptedOf(findings), findings), isUsed: true };
    };
  }
  if (!file) return async (findings) => ({ fresh: findings, known: [], gone: 0, isUsed: false });
  const accepted = await readBaseline(file.path, file.shown);
  return async (findings) => {
    const compared = compareWith(accepted, findings);
    tell(terminal, compared, flags);
    return { ...compared, isUsed: true };
  };
}

function tell({ err }: Terminal, { known, gone }: Compared, { format }: CheckFlags): void {
  if (known.length > 0 && format === 'text') {
    err.write(`${counted(known.length)} of the baseline ${known.length === 1 ? 'is' : 'are'} not shown.\n`);
  }
  if (gone > 0) {
    err.write(`${counted(gone)} of the baseline ${gone === 1 ? 'is' : 'are'} gone; --write-baseline to tighten it.\n`);
  }
}

/** A file that is named on the command line stands where one is, one of the settings beside them. */
function baselineFile(
  { cwd }: Terminal,
  { root, config }: LoadedProject,
  { baseline }: CheckFlags,
): { readonly path: string; readonly shown: string } | undefined {
  if (baseline !== undefined) return { path: resolve(cwd, baseline), shown: baseline };
  if (config.baseline === undefined) return undefined;
  const path = join(root, config.baseline);
  return { path, shown: shownPath(path) };
}

const counted = (count: number): string => (count === 1 ? '1 finding' : `${count} findings`);
