import { reportError } from '../report.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Tells of one round of work: on a clear screen when it begins, and when it is through how many files it was about and what
 * was `done` to them, in how long. What the work throws is told as well.
 *
 * @param signal ends it all: then nothing is waited for
 * @param work gives the number of files; nothing where it was not done
 */
export async function tellRound(
  terminal: Terminal,
  [doing, done]: readonly [string, string],
  signal: AbortSignal,
  work: () => Promise<number | undefined>,
): Promise<void> {
  const { out, err } = terminal;
  if (out.live) out.write('\u001b[H\u001b[2J');
  const start = performance.now();
  const time = new Date().toTimeString().slice(0, 8);
  // Editors that read along know by it that what they have heard before is over.
  err.write(`${err.colors.dim(`${time}  ${doing} …`)}\n`);
  const count = await work().catch((error) => void reportError(error, terminal));
  if (signal.aborted) return;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const files = count === undefined ? '' : `${count} ${count === 1 ? 'file' : 'files'} ${done} in ${seconds} s. `;
  err.write(`${err.colors.dim(`${time}  ${files}Waiting for a change; Ctrl-C ends.`)}\n`);
}
