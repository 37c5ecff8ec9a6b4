import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a program and all that it started took. CPU and memory are read from `/proc`, and missing where there is none. */
export interface Cost {
  /** Seconds from its start to its end. */
  readonly wall: number;
  /** Seconds of CPU, user and system. */
  readonly cpu: number | undefined;
  /** The most memory that was resident at one time, in MB. */
  readonly memory: number | undefined;
}

export interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

const sampled = 20;
/** Linux gives CPU time in hundredths of a second, whatever the kernel counts in. */
const ticks = 100;

/** Runs a Node program, which has to succeed. One at a time: CPU time is what this process has waited for meanwhile. */
export async function measured({ args, cwd, env }: Command): Promise<Cost> {
  const before = cpuWaitedFor();
  const from = process.hrtime.bigint();
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const channel of [child.stdout, child.stderr]) {
    channel.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  let memory: number | undefined;
  const sample = setInterval(() => {
    const now = residentBelow(child.pid);
    if (now !== undefined) memory = Math.max(memory ?? 0, now);
  }, sampled);
  try {
    const [code, signal] = await once(child, 'close');
    const wall = Number(process.hrtime.bigint() - from) / 1e9;
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code ?? signal}:\n${output.slice(0, 4000)}`);
    const after = cpuWaitedFor();
    return { wall, cpu: after === undefined || before === undefined ? undefined : after - before, memory };
  } finally {
    clearInterval(sample);
  }
}

/** Seconds of CPU of all children that have ended, and of theirs: fields 16 and 17 of `/proc/self/stat` (proc(5)). */
function cpuWaitedFor(): number | undefined {
  const fields = statOf('self');
  return fields && (Number(fields[13]) + Number(fields[14])) / ticks;
}

/** MB that a process and its descendants hold now. */
export function residentBelow(root: number | undefined): number | undefined {
  if (root === undefined || statOf('self') === undefined) return undefined;
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statOf(name)?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  let kilobytes = 0;
  const left = [root];
  for (let pid = left.pop(); pid !== undefined; pid = left.pop()) {
    kilobytes += Number(/^VmRSS:\s+(\d+) kB$/m.exec(text(`/proc/${pid}/status`) ?? '')?.[1] ?? 0);
    left.push(...(children.get(pid) ?? []));
  }
  return kilobytes / 1024;
}

/** The fields of a process after its name, which may hold anything: its state, its parent, … */
function statOf(pid: string): string[] | undefined {
  const stat = text(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No such place here, or the process has ended.
    return undefined;
  }
}
