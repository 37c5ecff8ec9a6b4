import type { Diagnostic } from '../rules/index.ts';
import { entryPath, hashOfAll, keepEntry, ownIdentity, readEntry } from './cache.ts';
import { disk, type FileSystem } from './file-system.ts';
import type { LoadedProject } from './project.ts';

/** What was found when a project was last as it is now, if that is known, and where to keep it otherwise. */
export interface Kept {
  readonly found?: readonly Diagnostic[];
  keep(diagnostics: readonly Diagnostic[]): Promise<void>;
}

interface Entry {
  readonly key: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What the last check of a project found, from a folder that holds one entry for each project. It speaks of the same texts,
 * settings and Weir, or not at all: all of them are in its key.
 */
export async function keptIn(folder: string, project: LoadedProject, fs: FileSystem = disk): Promise<Kept> {
  const path = entryPath(folder, 'check', [project.root]);
  const key = await keyOf(project);
  const entry = (await readEntry(fs, path)) as Partial<Entry> | undefined;
  return {
    ...(entry?.key === key && Array.isArray(entry.diagnostics) ? { found: entry.diagnostics } : {}),
    keep: (diagnostics) => keepEntry(fs, folder, path, { key, diagnostics } satisfies Entry),
  };
}

/** Everything that findings depend on. */
async function keyOf({ config, sources, foreign }: LoadedProject): Promise<string> {
  return hashOfAll([
    await ownIdentity(),
    JSON.stringify(config.rules),
    ...sources.flatMap(({ path, text }) => [foreign.has(path) ? 'foreign' : 'own', path, text]),
  ]);
}
