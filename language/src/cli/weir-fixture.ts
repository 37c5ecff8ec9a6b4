import picocolors from 'picocolors';
import { main } from './main.ts';
import type { Channel } from './terminal.ts';

/** What a command left behind: for tests. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in a folder, in this process, as a pipe would see it. */
export async function weir(cwd: string, ...args: string[]): Promise<Ran> {
  const written = { out: '', err: '' };
  const channel = (name: 'out' | 'err'): Channel => ({
    write: (text) => {
      written[name] += text;
    },
    color: false,
    colors: picocolors.createColors(false),
    live: false,
    width: undefined,
  });
  const code = await main(args, { cwd, env: {}, out: channel('out'), err: channel('err') });
  return { code, ...written };
}
