import { join } from 'node:path';
import { type FileSystem, readIfThere } from './file-system.ts';
import { hashOf, hashOfBytes } from './manifest.ts';
import type { Known } from './plan.ts';
import { isSame, isStamp, settled } from './stamps.ts';
import { lockPath } from './transaction.ts';

/**
 * Those of some files that are as a build left them, in the order of `paths`. A file whose stamp does not vouch for it is
 * read; when its stamp does so from now on, what is known of it has that one.
 */
export async function standingOf(
  fs: FileSystem,
  root: string,
  files: ReadonlyMap<string, Known>,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Known>> {
  // The lock is younger than what the last build has written, so that all of that is settled.
  const stamps = await fs.stamps([...paths.map((path) => join(root, path)), lockPath(root)]);
  const vouching = settled(new Map(stamps.flatMap((stamp, i) => (isStamp(stamp) ? [[i, stamp] as const] : []))));
  const look = async (path: string, i: number): Promise<Known | undefined> => {
    const known = files.get(path);
    const stamp = stamps[i];
    if (known === undefined || !isStamp(stamp)) return undefined;
    if (known.mode === 'once' || (known.stamp && isSame(known.stamp, stamp))) return known;
    const bytes = await readIfThere(fs, join(root, path)).catch(() => undefined);
    if (bytes === undefined || !isContent(known, bytes)) return undefined;
    return vouching.has(i) ? { ...known, stamp } : known;
  };
  const standing = new Map<string, Known>();
  for (let first = 0; first < paths.length; first += atOnce) {
    const some = paths.slice(first, first + atOnce);
    const found = await Promise.all(some.map((path, i) => look(path, first + i)));
    for (const [i, path] of some.entries()) if (found[i]) standing.set(path, found[i]);
  }
  return standing;
}

/** So many files are read at a time. */
const atOnce = 64;

/** Of files to which a person adds, every byte counts. */
const isContent = (known: Known, bytes: Buffer): boolean =>
  known.hash === (known.mode === 'owned' ? hashOf(bytes) : hashOfBytes(bytes));
