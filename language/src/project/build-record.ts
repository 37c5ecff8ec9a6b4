import type { Model } from '../model/model.ts';
import { entryPath, hashOfAll, keepEntry, ownIdentity, readEntry } from './cache.ts';
import { disk, type FileSystem } from './file-system.ts';
import { manifestName } from './manifest.ts';
import type { Known, Plan } from './plan.ts';
import type { LoadedProject } from './project.ts';
import { type KeptServices, type Recall, recall } from './recall.ts';
import { standingOf } from './standing.ts';
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
  /** What of it still stands for the model of the sources as they are. Nothing where the build is of one environment. */
  recall(model: Model): Promise<Recall | undefined>;
  /** Remembers what the files are now that a build is through. */
  keep(files: ReadonlyMap<string, Known>, services?: KeptServices): Promise<void>;
}

interface Entry {
  /** Of everything that outputs depend on. */
  readonly key: string;
  readonly files: readonly (readonly [path: string, known: Known])[];
  readonly services: KeptServices;
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
  const { root, config, sources } = project;
  if (config.emitters.length > 0) {
    return { known: new Map(), recall: async () => undefined, keep: async () => {} };
  }
  const path = entryPath(folder, 'build', [root, config.out, JSON.stringify(build)]);
  const settings = `${await ownIdentity()} ${process.version} ${JSON.stringify([config, build])}`;
  const texts = new Map(sources.map((source) => [source.path, hashOfAll([source.text])]));
  const key = hashOfAll([
    settings,
    ...sources.flatMap(({ path }) => [originOf(project, path), path, texts.get(path) ?? '']),
  ]);
  const entry = (await readEntry(fs, path)) as Partial<Entry> | undefined;
  const known = new Map<string, Known>(Array.isArray(entry?.files) ? entry.files : []);
  const services = entry?.services ?? {};
  const record: BuildRecord = {
    known,
    recall: async (model) =>
      build.environment === undefined
        ? recall(model, settings, texts, {
            files: known,
            services,
            manifest: `${config.out}/${manifestName}`,
            standing: (paths) => standingOf(fs, root, known, paths),
          })
        : undefined,
    keep: (files, services = {}) => keepEntry(fs, folder, path, { key, files: [...files], services } satisfies Entry),
  };
  if (entry?.key !== key || known.size === 0 || (await isInterrupted(fs, root))) return record;
  const standing = await standingOf(fs, root, known, [...known.keys()]);
  if (standing.size < known.size) return record;
  if ([...standing].some(([path, now]) => now !== known.get(path))) await record.keep(standing, services);
  return { ...record, unchanged: planOf(standing), known: standing };
}

/** Of files of other projects there is less to say. */
const originOf = ({ foreign }: LoadedProject, path: string): string => (foreign.has(path) ? 'foreign' : 'own');

function planOf(files: ReadonlyMap<string, Known>): Plan {
  const notes = [...files].flatMap(([path, known]) => (known.notes ?? []).map((message) => ({ path, message })));
  return { changes: [], unchanged: files.size, conflicts: [], notes };
}
