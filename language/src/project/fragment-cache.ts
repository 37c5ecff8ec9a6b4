import type { Fragment } from '../model/fragment.ts';
import type { KnownFiles, SourceText } from '../syntax/read.ts';
import { entryPath, hashOfAll, keepEntries, ownIdentity, readEntry } from './cache.ts';
import { disk, type FileSystem } from './file-system.ts';

/** Below so many characters reading is quicker than remembering. */
const worthwhile = 100_000;

interface Entry {
  /** Of all on which a fragment depends. */
  readonly key: string;
  readonly fragment: Fragment;
}

/** What the files of a project said when they were last read, from a folder that holds an entry for each. */
export interface KeptFragments {
  /** For `readModel`: what has changed since is not in it. */
  readonly known: KnownFiles;
  /** Keeps what was read beside. */
  keep(): Promise<void>;
}

/** What is known of the files of a large project; of a small one nothing is kept. */
export async function fragmentsIn(
  folder: string,
  sources: readonly SourceText[],
  fs: FileSystem = disk,
): Promise<KeptFragments> {
  const known: KnownFiles = new Map();
  if (sources.reduce((sum, { text }) => sum + text.length, 0) < worthwhile) return { known, keep: async () => {} };
  const identity = await ownIdentity();
  const entries = sources.map(({ path, text }) => {
    const key = hashOfAll([identity, path, text]);
    return { path, text, key, at: entryPath(folder, 'read', [key]) };
  });
  const found = (await Promise.all(entries.map(({ at }) => readEntry(fs, at)))) as (Partial<Entry> | undefined)[];
  const fresh = new Map(entries.map((entry) => [entry.path, entry]));
  for (const [i, { path, text, key }] of entries.entries()) {
    const entry = found[i];
    if (entry?.key !== key || entry.fragment === undefined) continue;
    known.set(path, { text, fragment: entry.fragment });
    fresh.delete(path);
  }
  const keep = () => {
    const read = [...fresh.values()].flatMap(({ path, key, at }) => {
      const fragment = known.get(path)?.fragment;
      return fragment ? [{ path: at, entry: { key, fragment } satisfies Entry }] : [];
    });
    return keepEntries(fs, folder, read);
  };
  return { known, keep };
}
