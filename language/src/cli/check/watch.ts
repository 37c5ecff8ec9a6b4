import { resolve } from 'node:path';
import { findProject } from '../../project/project.ts';
import { watchProject } from '../../project/watch.ts';
import type { KnownFiles } from '../../syntax/read.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { interruptible } from '../interrupt.ts';
import { reportError } from '../report.ts';
import type { Terminal } from '../terminal.ts';
import type { CheckFlags } from './flags.ts';
import { checkOnce } from './run.ts';

/** Sources, and what may be settings: weir.json, what it extends, the baseline. */
const matters = (path: string): boolean => /\.(svc|json)$/.test(path);

/** Checks, and again after each change, until Ctrl-C. What cannot be read is told, and checked again when it has changed. */
export async function watchAndCheck(
  terminal: Terminal,
  path: string | undefined,
  flags: CheckFlags,
): Promise<ExitCode> {
  const project = await findProject(resolve(terminal.cwd, path ?? '.'));
  return interruptible(async (signal) => {
    const changes = new Changes(signal);
    const known: KnownFiles = new Map();
    const watching = watchProject(project, [project.root], (paths) => {
      if (paths.some(matters)) changes.note();
    });
    await watching.ready;
    while (await changes.next()) {
      const used = await checkAndTell(terminal, path, flags, known);
      watching.add(used);
    }
    await watching.close();
    return exitCode.interrupted;
  });
}

/** Gives the projects that this one uses: they are watched too. */
async function checkAndTell(
  terminal: Terminal,
  path: string | undefined,
  flags: CheckFlags,
  known: KnownFiles,
): Promise<readonly string[]> {
  const { out, err } = terminal;
  if (out.live) out.write('\u001b[H\u001b[2J');
  const start = performance.now();
  const time = new Date().toTimeString().slice(0, 8);
  // Editors that read along know by it that what they have heard before is over.
  err.write(`${err.colors.dim(`${time}  Checking …`)}\n`);
  let files = '';
  let used: readonly string[] = [];
  try {
    const { project } = await checkOnce(terminal, path, flags, known);
    const { length } = project.sources;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    files = `${length} ${length === 1 ? 'file' : 'files'} checked in ${seconds} s. `;
    used = project.used;
  } catch (error) {
    reportError(error, terminal);
  }
  err.write(`${err.colors.dim(`${time}  ${files}Waiting for a change; Ctrl-C ends.`)}\n`);
  return used;
}

/** Changes since the last look, as one; at the beginning there is one. */
class Changes {
  private readonly signal: AbortSignal;
  private changed = true;
  private wake: () => void = () => {};

  constructor(signal: AbortSignal) {
    this.signal = signal;
    signal.addEventListener('abort', () => this.wake(), { once: true });
  }

  note(): void {
    this.changed = true;
    this.wake();
  }

  /** Waits until there is a change; false when it is time to end. */
  async next(): Promise<boolean> {
    while (!this.changed && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.changed = false;
    return !this.signal.aborted;
  }
}
