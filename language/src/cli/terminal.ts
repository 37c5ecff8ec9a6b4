import { createColors } from 'picocolors';
import { exitCode } from './exit-code.ts';

export type Colors = ReturnType<typeof createColors>;

/** Where a command speaks: results to `out`, everything about the work itself to `err`. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Channel;
  readonly err: Channel;
}

export interface Channel {
  readonly write: (text: string) => void;
  readonly color: boolean;
  readonly colors: Colors;
  /** A person looks at it as it is written. */
  readonly live: boolean;
  /** Characters in a line, where that is known. */
  readonly width: number | undefined;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return { cwd: process.cwd(), env: process.env, out: channel(process.stdout), err: channel(process.stderr) };
}

function channel(stream: NodeJS.WriteStream): Channel {
  let open = true;
  const color = wantsColor(process.env, stream.isTTY === true);
  // Whoever reads may stop (`weir model | head`): that is no fault, and there is nobody left to tell.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    open = false;
    if (error.code === 'EPIPE') return;
    if (stream === process.stdout) process.stderr.write(`error: cannot write the output: ${error.message}\n`);
    process.exit(exitCode.input);
  });
  return {
    write: (text) => {
      if (open) stream.write(text);
    },
    color,
    colors: createColors(color),
    live: stream.isTTY === true && process.env.TERM !== 'dumb',
    width: stream.columns,
  };
}

/** https://no-color.org and https://force-color.org. */
export function wantsColor(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return isTerminal && env.TERM !== 'dumb';
}
