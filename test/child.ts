import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { after } from 'node:test';

/** Until when something runs: the context of a test is one. */
export interface Scope {
  after(end: () => void | Promise<void>): void;
}

/** The scope of a whole file, for what its `before` starts. */
export function fileScope(): Scope {
  const ends: (() => void | Promise<void>)[] = [];
  after(async () => {
    await Promise.all(ends.map((end) => end()));
  });
  return { after: (end) => void ends.push(end) };
}

export interface ChildOptions {
  readonly cwd?: string;
  /** Beside the environment of the test. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that a test started. It and whatever it starts form a process group, which is killed when the test ends. */
export interface Child {
  readonly ended: Promise<Ended>;
  /** All that it has written by now, on both channels. */
  output(): string;
  /** The first match in its output, now or later. Rejects when it ends without one. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends text to its standard input. */
  write(text: string): void;
  signal(signal: NodeJS.Signals): void;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Process groups that still run. */
const groups = new Set<number>();

// A test file that is stopped half-way leaves nothing running either.
process.once('exit', () => groups.forEach(killGroup));
for (const [signal, code] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const) {
  process.once(signal, () => process.exit(code));
}

/** Starts a program that goes on running. */
export function startChild(scope: Scope, program: string, args: readonly string[], options: ChildOptions = {}): Child {
  const child = spawnGroup(program, args, options);
  let output = '';
  const readers = new Set<() => void>();
  for (const channel of [child.stdout, child.stderr]) {
    channel?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const read of readers) read();
    });
  }
  const ended = endOf(child);
  scope.after(async () => {
    killGroup(child.pid);
    await ended;
  });
  return {
    ended,
    output: () => output,
    write: (text) => void child.stdin?.write(text),
    signal: (signal) => void child.kill(signal),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const read = () => {
          const match = pattern.exec(output);
          if (match === null) return;
          readers.delete(read);
          resolve(match);
        };
        readers.add(read);
        read();
        void ended.then(({ code, signal }) => {
          read();
          reject(new Error(`${program} ended with ${code ?? signal} before ${pattern}:\n${output}`));
        });
      }),
  };
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  options: ChildOptions & { readonly input?: string | Buffer } = {},
): Promise<Ran> {
  const child = spawnGroup(program, args, options);
  const written = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (written.out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (written.err += text));
  child.stdin?.end(options.input ?? '');
  const { code } = await endOf(child);
  return { code, ...written };
}

/** Runs a program that has to succeed, and gives what it printed. */
export async function succeed(...[program, args, options]: Parameters<typeof run>): Promise<string> {
  const { code, out, err } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${out}${err}`);
  return out;
}

function spawnGroup(program: string, args: readonly string[], { cwd, env }: ChildOptions): ChildProcess {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...env },
    stdio: 'pipe',
    detached: true,
  });
  if (child.pid !== undefined) groups.add(child.pid);
  // A program need not read what it is given.
  child.stdin?.on('error', () => {});
  return child;
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const [code, signal] = await once(child, 'close');
  if (child.pid !== undefined) groups.delete(child.pid);
  return { code, signal };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
