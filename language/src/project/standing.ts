import { join } from 'node:path';
import { type FileSystem, readIfThere } from './file-system.ts';
import { hashOf, hashOfBytes } from './manifest.ts';
import type { Known } from './plan.ts';
import { isSame, isStamp, settled } from './stamps.ts';

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
  const stamps = await fs.stamps(paths.map((path) => join(root, path)));
  const vouching = settled(new Map(stamps.flatMap((stamp, i) => (isStamp(stamp) ? [[i, stamp] as const] : []))));
  const standing = new Map<string, Known>();
  for (const [i, path] of paths.entries()) {
    const known = files.get(path);
    const stamp = stamps[i];
    if (known === undefined || !isStamp(stamp)) continue;
    if (known.mode === 'once' || (known.stamp && isSame(known.stamp, stamp))) {
      standing.set(path, known);
      continue;
    }
    const bytes = await readIfThere(fs, join(root, path)).catch(() => undefined);
    if (bytes === undefined || !isContent(known, bytes)) continue;
    standing.set(path, vouching.has(i) ? { ...known, stamp } : known);
  }
  return standing;
}

/** Of files to which a person adds, every byte counts. */
const isContent = (known: Known, bytes: Buffer): boolean =>
  known.hash === (known.mode === 'owned' ? hashOf(bytes) : hashOfBytes(bytes));
