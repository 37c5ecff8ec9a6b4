import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Interrupted, ProjectError } from './fault.ts';
import { codeOf, type FileSystem, readIfThere } from './file-system.ts';

/** A lock that is held. */
export interface Lock {
  /** Throws when another process has taken it away, which it may do after a minute without a sign of life. */
  readonly confirm: () => Promise<void>;
  readonly release: () => Promise<void>;
}

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly isAlive?: (pid: number) => boolean;
  readonly wait?: (ms: number) => Promise<void>;
  /** Told once, when another build has to be waited for. */
  readonly onWait?: (pid: number) => void;
}

interface Owner {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
}

/** A holder gives a sign of life every five seconds; one that has not for a minute is taken to be gone. */
const beat = 5_000;
const silence = 60_000;
/** How long to wait for another build, and how often to look. */
const patience = 120_000;
const look = 100;

const heldHere = new Set<string>();

/**
 * Takes the lock file at a path, waiting for whoever holds it. A lock whose process is gone is taken over: it is moved
 * away first, which only one of several can do, and put back if it turns out to be another's. Throws a `ProjectError`
 * after two minutes.
 */
export async function takeLock(fs: FileSystem, path: string, shown: string, options: LockOptions = {}): Promise<Lock> {
  const { now = Date.now, isAlive = processIsAlive, wait = (ms) => sleep(ms), onWait, signal } = options;
  const owner: Owner = { id: randomUUID(), pid: process.pid, host: hostname() };
  let told = false;
  for (let waited = 0; ; waited += look) {
    if (signal?.aborted) throw new Interrupted();
    if (await claim(fs, path, owner)) return hold(fs, path, owner, shown);
    const other = await holderOf(fs, path);
    if (other === undefined) continue;
    const silent = now() - (await lastSign(fs, path)) > silence;
    const gone =
      other.host === owner.host && !(other.pid === process.pid ? heldHere.has(other.id) : isAlive(other.pid));
    if (gone || silent) {
      await takeAway(fs, path, other, owner);
      continue;
    }
    if (!told && other.pid !== 0) {
      told = true;
      onWait?.(other.pid);
    }
    if (waited >= patience) {
      const message = `another build (process ${other.pid} on ${other.host}) has been writing here for two minutes`;
      throw new ProjectError([{ file: shown, message, hint: 'Stop it. If it is not there at all, remove this file.' }]);
    }
    await wait(look);
  }
}

async function claim(fs: FileSystem, path: string, owner: Owner): Promise<boolean> {
  await fs.mkdir(dirname(path));
  try {
    await fs.writeFile(path, JSON.stringify(owner), { exclusive: true });
    return true;
  } catch (error) {
    // Without a folder: whoever had the lock before has just tidied up behind it.
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function hold(fs: FileSystem, path: string, owner: Owner, shown: string): Lock {
  heldHere.add(owner.id);
  const timer = setInterval(() => void fs.touch(path).catch(() => {}), beat);
  timer.unref();
  const mine = async (): Promise<boolean> => (await holderOf(fs, path))?.id === owner.id;
  return {
    confirm: async () => {
      if (await mine()) return;
      throw new ProjectError([
        { file: shown, message: 'another build took over in the meantime', hint: 'Build again.' },
      ]);
    },
    release: async () => {
      clearInterval(timer);
      heldHere.delete(owner.id);
      if (await mine()) await fs.unlink(path);
    },
  };
}

/** An owner that cannot be made out died while it wrote, or is writing: as good as one of an unknown process. */
async function holderOf(fs: FileSystem, path: string): Promise<Owner | undefined> {
  const bytes = await readIfThere(fs, path);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as Owner;
  } catch {
    return { id: '', pid: 0, host: '' };
  }
}

async function lastSign(fs: FileSystem, path: string): Promise<number> {
  return fs.stat(path).then(
    (stats) => stats.modified,
    () => Number.POSITIVE_INFINITY,
  );
}

async function takeAway(fs: FileSystem, path: string, other: Owner, owner: Owner): Promise<void> {
  const aside = `${path}.${owner.id}`;
  try {
    await fs.rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const taken = await holderOf(fs, aside);
  // Somebody was faster, and what we moved is their live lock. They confirm before they write, so this is safe.
  if (taken && taken.id !== other.id) await claim(fs, path, taken);
  await fs.unlink(aside);
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
