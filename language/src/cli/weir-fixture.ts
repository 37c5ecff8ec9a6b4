import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import picocolors from 'picocolors';
import { main } from './main.ts';
import type { Channel, Terminal } from './terminal.ts';

// Tests leave nothing in the cache of whoever runs them.
const cache = mkdtempSync(join(tmpdir(), 'weir-cache-'));
process.on('exit', () => rmSync(cache, { recursive: true, force: true }));

/** What a command left behind: for tests. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in a folder, in this process, as a pipe would see it. */
export function weir(cwd: string, ...args: string[]): Promise<Ran> {
  return weirWith({}, cwd, ...args);
}

/** The same, with an environment. */
export async function weirWith(env: Terminal['env'], cwd: string, ...args: string[]): Promise<Ran> {
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
  const code = await main(args, {
    cwd,
    env: { WEIR_CACHE_DIR: cache, ...env },
    out: channel('out'),
    err: channel('err'),
  });
  return { code, ...written };
}
