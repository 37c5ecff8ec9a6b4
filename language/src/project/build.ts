import { join } from 'node:path';
import type { EmitOptions, Emitter } from '../emit/emitter.ts';
import type { Environment, Model } from '../model/model.ts';
import type { BuildRecord } from './build-record.ts';
import { throwFaultsOfProject, withFaultsOfProject } from './emit-faults.ts';
import { withOnly } from './environments.ts';
import { ProjectError } from './fault.ts';
import { disk, type FileSystem } from './file-system.ts';
import { manifestName, readManifest } from './manifest.ts';
import { isOutputPath } from './output-path.ts';
import { type Known, type PlanWithFiles, planBuild, type TargetOutput } from './plan.ts';
import type { Project } from './project.ts';
import type { KeptServices, Recall } from './recall.ts';
import { isStamp, untouchedSince } from './stamps.ts';
import { isInterrupted, withWriter } from './transaction.ts';

export interface BuildOptions {
  readonly fs?: FileSystem;
  /** `plan` writes nothing at all, not even a lock. */
  readonly mode?: 'write' | 'plan';
  /** Only some targets: files of the others are left as they are. */
  readonly partial?: boolean;
  /** Only this environment: files that belong to others are left as they are, and nothing is removed. */
  readonly environment?: Environment;
  readonly runtimeVersion: string;
  /** What is remembered of the last build, and is to be of this one. */
  readonly record?: Pick<BuildRecord, 'known' | 'recall' | 'keep'>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** Told once when another build has to be waited for. */
  readonly onWait?: (pid: number) => void;
}

/**
 * Writes what the emitters make of a model, all of it or nothing. With conflicts in the plan that it gives, nothing was
 * written. Throws a `ProjectError` for a disk that cannot be written and `Interrupted` after a signal; both leave everything as it was.
 */
export async function buildProject(
  project: Project,
  model: Model,
  emitters: readonly Emitter[],
  options: BuildOptions,
): Promise<PlanWithFiles> {
  const { root, config } = project;
  const {
    fs = disk,
    mode = 'write',
    partial = false,
    environment,
    runtimeVersion,
    record,
    signal,
    onProgress,
    onWait,
  } = options;
  const { out, services, kubernetesVersion } = config;
  const emit = (of: Model, recalled?: Recall) => {
    const given: EmitOptions = { out, services, kubernetesVersion, runtimeVersion };
    return outputsOf(of, emitters, recalled ? { ...given, remembered: recalled.remembered } : given);
  };
  const names = new Set(emitters.map((emitter) => emitter.name));
  const plan = async (): Promise<Planned> => {
    const recalled = environment ? undefined : await record?.recall(model);
    const all = emit(model, recalled);
    const there = environment ? emit(withOnly(model, environment)) : all;
    const outputs = new Map([...all].filter(([path]) => there.has(path)));
    const path = `${config.out}/${manifestName}`;
    const manifest = await readManifest(fs, `${root}/${path}`, path);
    // What is left over may be another environment's: a build of all removes it.
    const answersFor = (target: string) => environment === undefined && (!partial || names.has(target));
    const remembered = {
      known: record?.known ?? new Map(),
      kept: recalled?.kept ?? new Map(),
      sameButMessages: recalled?.sameButMessages ?? false,
    };
    const input = { root, out: config.out, outputs, manifest, answersFor, ...remembered };
    const planned = await planBuild(fs, input).catch(throwFaultsOfProject);
    return { planned, services: recalled?.services() ?? {} };
  };
  if (mode === 'plan') {
    if (await isInterrupted(fs, root)) throw new ProjectError([halfDone]);
    const { planned, services } = await plan();
    if (planned.conflicts.length === 0 && planned.changes.length === 0) await record?.keep(planned.files, services);
    return planned;
  }
  const lock = { ...(signal ? { signal } : {}), ...(onWait ? { onWait } : {}) };
  return withWriter(fs, root, lock, async (writer) => {
    const { planned, services } = await plan();
    if (planned.conflicts.length > 0) return planned;
    const following = { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) };
    const staged = await writer.apply(planned.changes, following);
    await record?.keep(await withWritten(fs, root, planned, staged), services);
    return planned;
  });
}

interface Planned {
  readonly planned: PlanWithFiles;
  readonly services: KeptServices;
}

/** The files of a plan that is carried out, with stamps of those that were written. */
async function withWritten(
  fs: FileSystem,
  root: string,
  { files, changes }: PlanWithFiles,
  staged: number | undefined,
): Promise<ReadonlyMap<string, Known>> {
  if (staged === undefined) return files;
  const paths = changes.filter(({ text }) => text !== undefined).map(({ path }) => path);
  const stamps = await fs.stamps(paths.map((path) => join(root, path)));
  const there = new Map(paths.flatMap((path, i) => (isStamp(stamps[i]) ? [[path, stamps[i]] as const] : [])));
  const all = new Map(files);
  for (const [path, stamp] of untouchedSince(staged, there)) {
    const known = all.get(path);
    if (known?.hash !== undefined) all.set(path, { ...known, stamp });
  }
  return all;
}

const halfDone = {
  message: 'an earlier build was killed while it wrote, so the outputs are a mix of old and new',
  hint: 'Run `weir build`: it puts the old state back first.',
};

/** The outputs of all emitters. Throws a `ProjectError` when two write one file, an `Error` for a path that leads astray. */
function outputsOf(
  model: Model,
  emitters: readonly Emitter[],
  options: EmitOptions,
): ReadonlyMap<string, TargetOutput> {
  const outputs = new Map<string, TargetOutput>();
  for (const { name, emit } of emitters) {
    for (const [path, output] of withFaultsOfProject(() => emit(model, options))) {
      const first = outputs.get(path);
      if (first) {
        const hint = 'Leave one of them out of `emit` in weir.json.';
        throw new ProjectError([{ file: path, message: `both \`${first.target}\` and \`${name}\` write it`, hint }]);
      }
      if (!isOutputPath(path)) throw new Error(`the emitter ${name} gave a path that leads astray: ${path}`);
      outputs.set(path, { target: name, output });
    }
  }
  return outputs;
}
