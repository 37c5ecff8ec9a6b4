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

/** Reads or writes the baseline that the flags or the settings name, and says how the findings stand to it. */
export async function againstBaseline(
  terminal: Terminal,
  project: LoadedProject,
  findings: readonly Diagnostic[],
  flags: CheckFlags,
): Promise<Judged> {
  const file = baselineFile(terminal, project, flags);
  if (flags.writeBaseline) {
    if (!file) {
      const hint = `Name it: --baseline FILE, or \`baseline\` in ${configName}.`;
      throw new ProjectError([{ message: '--write-baseline does not know where to write', hint }]);
    }
    const count = await writeBaseline(file.path, file.shown, findings);
    terminal.err.write(`${file.shown} accepts ${counted(count)}.\n`);
    return { ...compareWith(acceptedOf(findings), findings), isUsed: true };
  }
  if (!file) return { fresh: findings, known: [], gone: 0, isUsed: false };
  const compared = compareWith(await readBaseline(file.path, file.shown), findings);
  const { known, gone } = compared;
  if (known.length > 0 && flags.format === 'text') {
    terminal.err.write(`${counted(known.length)} of the baseline ${known.length === 1 ? 'is' : 'are'} not shown.\n`);
  }
  if (gone > 0) {
    const are = gone === 1 ? 'is' : 'are';
    terminal.err.write(`${counted(gone)} of the baseline ${are} gone; --write-baseline to tighten it.\n`);
  }
  return { ...compared, isUsed: true };
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
