import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import type { Command } from './measured.ts';

/** What watches, and when it has done all there is to do. */
export interface Watching extends Command {
  readonly ready: RegExp;
}

/** Seconds from each of so many changes until a program that watches has done with it; the program is ended after them. */
export async function answersToChanges(
  { args, cwd, env, ready }: Watching,
  changes: number,
  change: (n: number) => void,
): Promise<readonly number[]> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let heard = (): void => {};
  for (const channel of [child.stdout, child.stderr]) {
    channel.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      heard();
    });
  }
  const ended = once(child, 'close').then(([code]) => {
    throw new Error(`${args.join(' ')} ended with ${code}:\n${output.slice(0, 4000)}`);
  });
  ended.catch(() => {});
  const isReady = async (): Promise<void> => {
    while (!ready.test(output)) await Promise.race([new Promise<void>((resolve) => (heard = resolve)), ended]);
    output = '';
  };
  try {
    await isReady();
    const seconds: number[] = [];
    for (let n = 0; n < changes; n++) {
      // Who watches may have something to tidy up behind what it has said.
      await new Promise((resolve) => setTimeout(resolve, 500));
      output = '';
      const from = performance.now();
      change(n);
      await isReady();
      seconds.push((performance.now() - from) / 1000);
    }
    return seconds;
  } finally {
    child.kill('SIGKILL');
  }
}
