import { randomUUID } from 'node:crypto';
import { dirname, join, relative, sep } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Interrupted, onFile, ProjectError, systemFault } from './fault.ts';
import { codeOf, type FileSystem, readIfThere } from './file-system.ts';
import { type Lock, type LockOptions, takeLock } from './lock.ts';
import { hashOf } from './manifest.ts';
import type { Change } from './plan.ts';

/** Weir's own folder in a project, there only while a build writes: the lock, and what is staged. */
const stateFolder = '.weir';
const lockName = 'lock';

/** There while a build writes: the clock of the disk is at least as late as it. */
export const lockPath = (root: string): string => join(root, stateFolder, lockName);
const stagingPrefix = 'staging-';
const journalName = 'journal.json';

/** One step of a transaction as the journal keeps it. */
interface Step {
  /** Where it goes, links resolved; absolute. */
  readonly target: string;
  /** The new text in the staging folder; absent when the file is to go. */
  readonly staged?: string;
  /** The old text in the staging folder; absent when there was none. */
  readonly backup?: string;
  /** Of the new text. */
  readonly hash?: string;
}

interface Journal {
  readonly steps: readonly Step[];
  /** Folders that are not there yet, outermost first. */
  readonly folders: readonly string[];
}

export interface ApplyOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A project that nobody else writes to at the moment. */
export interface Writer {
  /**
   * Makes all changes or none. Gives the time by the clock of the disk at which all texts had been staged, in milliseconds
   * since the epoch: what was changed later was changed by another. Undefined when there is nothing to write.
   */
  readonly apply: (changes: readonly Change[], options?: ApplyOptions) => Promise<number | undefined>;
}

/**
 * Runs an action while holding the project's lock. What an earlier run left half-done when it was killed is put back
 * first. Throws a `ProjectError` when the folder cannot be written to.
 */
export async function withWriter<T>(
  fs: FileSystem,
  root: string,
  options: LockOptions,
  action: (writer: Writer) => Promise<T>,
): Promise<T> {
  const state = join(root, stateFolder);
  const lock = await onFile('write to it', root, () =>
    takeLock(fs, lockPath(root), `${stateFolder}/${lockName}`, options),
  );
  try {
    await recover(fs, root);
    return await action({ apply: (changes, apply) => applyAll(fs, root, lock, changes, apply ?? {}) });
  } finally {
    await lock.release();
    await fs.rmdir(state).catch(() => {});
  }
}

/** Did a run that was killed leave its changes half-made? */
export async function isInterrupted(fs: FileSystem, root: string): Promise<boolean> {
  for (const staging of await stagingFolders(fs, root)) {
    if ((await readIfThere(fs, join(staging, journalName))) !== undefined) return true;
  }
  return false;
}

async function stagingFolders(fs: FileSystem, root: string): Promise<string[]> {
  const state = join(root, stateFolder);
  try {
    const entries = await fs.list(state);
    return entries.filter(({ name }) => name.startsWith(stagingPrefix)).map(({ name }) => join(state, name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

async function recover(fs: FileSystem, root: string): Promise<void> {
  for (const staging of await stagingFolders(fs, root)) {
    const journal = await readIfThere(fs, join(staging, journalName));
    if (journal) await putBack(fs, staging, JSON.parse(journal.toString('utf8')) as Journal);
    await fs.removeTree(staging);
  }
}

/** Stages new and old texts, writes the journal, and only then moves; a failure puts all back. */
async function applyAll(
  fs: FileSystem,
  root: string,
  lock: Lock,
  changes: readonly Change[],
  { signal, onProgress }: ApplyOptions,
): Promise<number | undefined> {
  if (changes.length === 0) return undefined;
  const staging = join(root, stateFolder, `${stagingPrefix}${randomUUID()}`);
  let journal: Journal | undefined;
  let staged: number | undefined;
  let done = 0;
  const advance = (): void => {
    if (signal?.aborted) throw new Interrupted();
    done += 1;
    onProgress?.(done, changes.length * 2);
  };
  try {
    journal = await stage(fs, root, staging, changes, advance);
    staged = (await fs.stat(join(staging, journalName))).modified;
    await lock.confirm();
    await someAtOnce(journal.folders, (folder) => onFile('write it', shown(root, folder), () => fs.mkdir(folder)));
    await someAtOnce(journal.steps, (step, i) => {
      advance();
      return onFile('write it', shown(root, step.target), () => makeStep(fs, staging, step, changes[i] as Change));
    });
    if (signal?.aborted) throw new Interrupted();
    // With the journal gone the changes stand: nothing is put back any more.
    const path = join(staging, journalName);
    await onFile('remove it', shown(root, path), () => fs.unlink(path));
  } catch (error) {
    if (journal) await putBack(fs, staging, journal).catch((second) => explainLoss(staging, error, second));
    await fs.removeTree(staging).catch(() => {});
    throw error;
  }
  await fs.removeTree(staging).catch(() => {});
  await removeEmptied(fs, root, journal.steps);
  return staged;
}

const shown = (root: string, path: string): string => {
  const short = relative(root, path).replaceAll(sep, '/');
  return short.startsWith('..') ? path : short;
};

async function stage(
  fs: FileSystem,
  root: string,
  staging: string,
  changes: readonly Change[],
  advance: () => void,
): Promise<Journal> {
  const missing = new Map<string, Promise<boolean>>();
  await onFile('write to it', shown(root, staging), () => fs.mkdir(staging));
  const steps = await someAtOnce(changes, (change, i) => {
    advance();
    return onFile('write it', change.path, async (): Promise<Step> => {
      const path = join(root, change.path);
      const target = change.before === undefined ? path : await fs.realpath(path);
      const mode = change.before === undefined ? undefined : (await fs.stat(target)).mode;
      if (change.before !== undefined) await fs.writeFile(join(staging, `old-${i}`), change.before);
      if (mode !== undefined) await fs.chmod(join(staging, `old-${i}`), mode);
      if (change.text !== undefined) await fs.writeFile(join(staging, `new-${i}`), change.text);
      if (change.text !== undefined && mode !== undefined) await fs.chmod(join(staging, `new-${i}`), mode);
      await findMissing(fs, dirname(target), missing);
      return {
        target,
        ...(change.text === undefined ? {} : { staged: `new-${i}`, hash: change.hash ?? hashOf(change.text) }),
        ...(change.before === undefined ? {} : { backup: `old-${i}` }),
      };
    });
  });
  const folders: string[] = [];
  for (const [folder, isMissing] of missing) if (await isMissing) folders.push(folder);
  const journal = { steps, folders: folders.sort() };
  const path = join(staging, journalName);
  await onFile('write it', shown(root, path), async () => {
    await fs.writeFile(`${path}.new`, JSON.stringify(journal));
    await fs.rename(`${path}.new`, path);
  });
  return journal;
}

/** So many files are under way at a time. */
const atOnce = 16;

/** Does something with each, some at once, in their order. When one fails, nothing is under way any more. */
async function someAtOnce<T, R>(all: readonly T[], step: (one: T, i: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let first = 0; first < all.length; first += atOnce) {
    const some = all.slice(first, first + atOnce);
    const settled = await Promise.allSettled(some.map(async (one, i) => step(one, first + i)));
    for (const result of settled) {
      if (result.status === 'rejected') throw result.reason;
      results.push(result.value);
    }
    // Whoever waits has a turn: a signal, say.
    await turn();
  }
  return results;
}

/** Notes whether a folder is missing, and if so the same of those above it; looks at each once. */
function findMissing(fs: FileSystem, folder: string, missing: Map<string, Promise<boolean>>): Promise<boolean> {
  const known = missing.get(folder);
  if (known) return known;
  const look = async (): Promise<boolean> => {
    const there = await fs.stat(folder).then(
      () => true,
      () => false,
    );
    if (!there) await findMissing(fs, dirname(folder), missing);
    return !there;
  };
  const found = look();
  missing.set(folder, found);
  return found;
}

async function makeStep(fs: FileSystem, staging: string, step: Step, change: Change): Promise<void> {
  if (!(await isAsBefore(fs, step.target, change.before))) {
    const message = 'it was changed while it was about to be written';
    throw new ProjectError([{ file: change.path, message, hint: 'Nothing was written; run the command again.' }]);
  }
  if (step.staged === undefined) return fs.unlink(step.target);
  const staged = join(staging, step.staged);
  try {
    await move(fs, staged, step.target);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // Somebody has just removed the folder.
    await fs.mkdir(dirname(step.target));
    await move(fs, staged, step.target);
  }
}

async function isAsBefore(fs: FileSystem, path: string, before: Buffer | undefined): Promise<boolean> {
  if (before === undefined && (await fs.stamps([path]))[0] === 'nothing') return true;
  const now = await readIfThere(fs, path);
  return now === undefined ? before === undefined : before?.equals(now) === true;
}

/** A rename; onto another file system (a mounted folder, say) a copy beside the target, then a rename. */
async function move(fs: FileSystem, from: string, to: string): Promise<void> {
  try {
    await fs.rename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    const beside = `${to}.weir-new`;
    try {
      await fs.copyFile(from, beside);
      await fs.rename(beside, to);
    } catch (second) {
      await fs.unlink(beside).catch(() => {});
      throw second;
    }
    await fs.unlink(from);
  }
}

/** Undoes the steps that were made, last first, going by what is on the disk. What a person changed since then stays. */
async function putBack(fs: FileSystem, staging: string, { steps, folders }: Journal): Promise<void> {
  for (const step of [...steps].reverse()) {
    const now = await readIfThere(fs, step.target);
    if (step.staged !== undefined && (await readIfThere(fs, join(staging, step.staged))) !== undefined) continue;
    if (step.staged === undefined ? now !== undefined : now === undefined || hashOf(now) !== step.hash) continue;
    if (step.backup === undefined) {
      await fs.unlink(step.target);
    } else if ((await readIfThere(fs, join(staging, step.backup))) !== undefined) {
      await fs.mkdir(dirname(step.target));
      await move(fs, join(staging, step.backup), step.target);
    }
  }
  for (const folder of [...folders].reverse()) await fs.rmdir(folder).catch(() => {});
}

function explainLoss(staging: string, first: unknown, second: unknown): never {
  const fault = systemFault(second, 'put everything back', staging);
  const cause = first instanceof Error ? first.message : String(first);
  const message = `${fault?.message ?? String(second)}; the build had failed: ${cause}`;
  const hint = 'The old texts are kept in this folder. Mend the cause and build again: that puts them back first.';
  throw new ProjectError([{ file: staging, message, hint }], { cause: second });
}

/** Folders that the removed files leave empty, up to the root. */
async function removeEmptied(fs: FileSystem, root: string, steps: readonly Step[]): Promise<void> {
  for (const { target, staged } of steps) {
    if (staged !== undefined) continue;
    for (let folder = dirname(target); folder.startsWith(root + sep); folder = dirname(folder)) {
      const removed = await fs.rmdir(folder).then(
        () => true,
        () => false,
      );
      if (!removed) break;
    }
  }
}
