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

/** What a build leaves for the next one. */
export interface KeptBuild {
  /** Of everything that outputs depend on. */
  readonly key: string;
  readonly files: ReadonlyMap<string, Known>;
  readonly services: KeptServices;
}

/** Where builds are kept, one for each subject: a root, an output folder, a choice of targets and environment. */
export interface BuildRecords {
  readonly find: (subject: readonly string[]) => Promise<KeptBuild | undefined>;
  readonly keep: (subject: readonly string[], build: KeptBuild) => Promise<void>;
}

/** Records in a folder: for all later builds. */
export function recordsIn(folder: string, fs: FileSystem = disk): BuildRecords {
  const pathOf = (subject: readonly string[]): string => entryPath(folder, 'build', subject);
  return {
    find: async (subject) => {
      const entry = (await readEntry(fs, pathOf(subject))) as Partial<KeptBuild> | undefined;
      if (typeof entry?.key !== 'string' || !Array.isArray(entry.files)) return undefined;
      return { key: entry.key, files: new Map(entry.files), services: entry.services ?? {} };
    },
    keep: (subject, build) => keepEntry(fs, folder, pathOf(subject), { ...build, files: [...build.files] }),
  };
}

/** Records in memory, for the next build of the same process. What is not there is looked for in others, where `save` leaves all. */
export class RecordsInMemory implements BuildRecords {
  private readonly others: BuildRecords;
  private readonly builds = new Map<string, KeptBuild>();
  private readonly unsaved = new Map<string, readonly string[]>();

  constructor(others: BuildRecords) {
    this.others = others;
  }

  async find(subject: readonly string[]): Promise<KeptBuild | undefined> {
    return this.builds.get(JSON.stringify(subject)) ?? this.others.find(subject);
  }

  async keep(subject: readonly string[], build: KeptBuild): Promise<void> {
    const name = JSON.stringify(subject);
    this.builds.set(name, build);
    this.unsaved.set(name, subject);
  }

  async save(): Promise<void> {
    for (const [name, subject] of this.unsaved) {
      this.unsaved.delete(name);
      const build = this.builds.get(name);
      if (build) await this.others.keep(subject, build);
    }
  }
}

/**
 * The record of the last build of a project with the same choices. Nothing is remembered of projects with emitters of others:
 * what they depend on is not known.
 */
export async function recordIn(
  records: BuildRecords,
  project: LoadedProject,
  build: BuildOf,
  fs: FileSystem = disk,
): Promise<BuildRecord> {
  const { root, config, sources } = project;
  if (config.emitters.length > 0) {
    return { known: new Map(), recall: async () => undefined, keep: async () => {} };
  }
  const subject = [root, config.out, JSON.stringify(build)];
  const settings = `${await ownIdentity()} ${process.version} ${JSON.stringify([config, build])}`;
  const texts = new Map(sources.map((source) => [source.path, hashOfAll([source.text])]));
  const key = hashOfAll([
    settings,
    ...sources.flatMap(({ path }) => [originOf(project, path), path, texts.get(path) ?? '']),
  ]);
  const last = await records.find(subject);
  const { files: known = new Map<string, Known>(), services = {} } = last ?? {};
  const record: BuildRecord = {
    known,
    recall: async (model) =>
      build.environment === undefined
        ? recall(model, settings, sources, {
            files: known,
            services,
            manifest: `${config.out}/${manifestName}`,
            standing: (paths) => standingOf(fs, root, known, paths),
          })
        : undefined,
    keep: (files, services = {}) => records.keep(subject, { key, files, services }),
  };
  if (last?.key !== key || known.size === 0 || (await isInterrupted(fs, root))) return record;
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
