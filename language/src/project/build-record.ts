import { join } from 'node:path';
import { entryPath, hashOfAll, keepEntry, ownIdentity, readEntry } from './cache.ts';
import { disk, type FileSystem, readIfThere, type Stamp } from './file-system.ts';
import { hashOf, hashOfBytes } from './manifest.ts';
import type { Known, Plan } from './plan.ts';
import type { LoadedProject } from './project.ts';
import { isSame, settled } from './stamps.ts';
import { isInterrupted } from './transaction.ts';

/** What of a build beside its project decides what it writes. */
export interface BuildOf {
  /** The targets that were picked; undefined: all of the project. */
  readonly targets?: readonly string[] | undefined;
  readonly environment?: string | undefined;
  readonly runtimeVersion: string;
}

/** What is remembered of the last build of a project. */
export interface BuildRecord {
  /** There when the sources, the settings, Weir and all outputs are as they were: nothing would change. */
  readonly unchanged?: Plan;
  /** What the files were then, by path. */
  readonly known: ReadonlyMap<string, Known>;
  /** Remembers what the files are now that a build is through. */
  keep(files: ReadonlyMap<string, Known>): Promise<void>;
}

interface Entry {
  /** Of everything that outputs depend on. */
  readonly key: string;
  readonly files: readonly (readonly [path: string, known: Known])[];
}

/**
 * The record of the last build of a project, from a folder that holds one for each root, output folder and choice of targets
 * and environment. Nothing is remembered of projects with emitters of others: what they depend on is not known.
 */
export async function recordIn(
  folder: string,
  project: LoadedProject,
  build: BuildOf,
  fs: FileSystem = disk,
): Promise<BuildRecord> {
  const { root, config } = project;
  if (config.emitters.length > 0) return { known: new Map(), keep: async () => {} };
  const path = entryPath(folder, 'build', [root, config.out, JSON.stringify(build)]);
  const key = keyOf(project, build, `${await ownIdentity()} ${process.version}`);
  const entry = (await readEntry(fs, path)) as Partial<Entry> | undefined;
  const files = Array.isArray(entry?.files) ? entry.files : [];
  const known = new Map<string, Known>(files);
  const keep = (now: ReadonlyMap<string, Known>) =>
    keepEntry(fs, folder, path, { key, files: [...now] } satisfies Entry);
  const seen = entry?.key === key && !(await isInterrupted(fs, root)) ? await sameFiles(fs, root, known) : undefined;
  if (seen === undefined || seen.size === 0) return { known, keep };
  if (seen !== known) await keep(seen);
  return { unchanged: planOf(seen), known: seen, keep };
}

/** Everything that outputs depend on. */
const keyOf = ({ config, sources, foreign }: LoadedProject, build: BuildOf, weir: string): string =>
  hashOfAll([
    weir,
    JSON.stringify([config, build]),
    ...sources.flatMap(({ path, text }) => [foreign.has(path) ? 'foreign' : 'own', path, text]),
  ]);

/**
 * The files with their stamps, if all are what they were; undefined otherwise. A file whose stamp does not vouch for it is
 * read; when its stamp does so from now on, the files given are others than the ones asked for.
 */
async function sameFiles(
  fs: FileSystem,
  root: string,
  files: ReadonlyMap<string, Known>,
): Promise<ReadonlyMap<string, Known> | undefined> {
  const paths = [...files.keys()];
  const stamps = await fs.stamps(paths.map((path) => join(root, path)));
  const found = new Map<string, Stamp>();
  const unsure: string[] = [];
  for (const [i, path] of paths.entries()) {
    const stamp = stamps[i];
    if (stamp === undefined || stamp === 'nothing') return undefined;
    found.set(path, stamp);
    const known = files.get(path) as Known;
    if (known.mode !== 'once' && !(known.stamp && isSame(known.stamp, stamp))) unsure.push(path);
  }
  for (const path of unsure) {
    const bytes = await readIfThere(fs, join(root, path)).catch(() => undefined);
    if (bytes === undefined || !isContent(files.get(path) as Known, bytes)) return undefined;
  }
  const vouching = settled(found);
  const more = unsure.filter((path) => vouching.has(path));
  if (more.length === 0) return files;
  const renewed = new Map(files);
  for (const path of more) renewed.set(path, { ...(files.get(path) as Known), stamp: vouching.get(path) as Stamp });
  return renewed;
}

/** Of files to which a person adds, every byte counts. */
const isContent = (known: Known, bytes: Buffer): boolean =>
  known.hash === (known.mode === 'owned' ? hashOf(bytes) : hashOfBytes(bytes));

function planOf(files: ReadonlyMap<string, Known>): Plan {
  const notes = [...files].flatMap(([path, known]) => (known.notes ?? []).map((message) => ({ path, message })));
  return { changes: [], unchanged: files.size, conflicts: [], notes };
}
