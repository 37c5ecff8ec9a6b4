import { resolve } from 'node:path';
import type { Linker } from '../model/link.ts';
import type { Model } from '../model/model.ts';
import type { LoadedProject } from '../project/project.ts';
import type { Diagnostic, Severity } from '../rules/index.ts';
import type { KnownFiles } from '../syntax/read.ts';
import { type Progress, progressOn } from './progress.ts';
import type { Terminal } from './terminal.ts';

type Severities = Readonly<Record<string, Severity | 'off'>>;

/** Characters that take longer than a moment to read. */
const many = 300_000;

export interface ReadProject {
  readonly project: LoadedProject;
  readonly model: Model;
}

export interface Analysis extends ReadProject {
  readonly diagnostics: readonly Diagnostic[];
}

/** What stays known of a project that is read again and again in one process. */
export interface KnownProject {
  /** What each file said; absent until it has been read for the first time. */
  files?: KnownFiles;
  /** For who reads it often: what means the same as before stays the same object. */
  readonly linker?: Linker;
}

/** Reads the project of a path and tells what there is to say of it: without checking where it is as it was the last time. */
export async function findingsOf(
  terminal: Terminal,
  path: string | undefined,
  severities: Severities,
  { useCache, known }: { readonly useCache: boolean; readonly known?: KnownProject | undefined },
): Promise<Omit<Analysis, 'model'>> {
  const progress = progressOn(terminal.err);
  try {
    const project = await load(terminal, path, severities, progress);
    const { keptIn } = await import('../project/check-cache.ts');
    const kept = useCache ? await keptIn(await cacheOf(terminal), project) : undefined;
    if (kept?.found) return { project, diagnostics: kept.found };
    const { diagnostics } = await checked(project, progress, { known });
    await kept?.keep(diagnostics);
    return { project, diagnostics };
  } finally {
    progress.clear();
  }
}

/** Reads the project of a path and makes its model. */
export async function readProject(
  terminal: Terminal,
  path: string | undefined,
  progress: Progress = progressOn(terminal.err),
): Promise<ReadProject> {
  try {
    const project = await load(terminal, path, {}, progress);
    return { project, model: await modelOf(project, progress, { folder: await cacheOf(terminal) }) };
  } finally {
    progress.clear();
  }
}

/** Reads the project of a path and checks it; `severities` by rule hold over the project's own. */
export async function analyze(
  terminal: Terminal,
  path: string | undefined,
  severities: Severities = {},
  known?: KnownProject,
): Promise<Analysis> {
  const progress = progressOn(terminal.err);
  try {
    return await checked(await load(terminal, path, severities, progress), progress, {
      known,
      folder: await cacheOf(terminal),
    });
  } finally {
    progress.clear();
  }
}

/** Reads the texts of the project of a path. */
export async function loadedFor(terminal: Terminal, path: string | undefined): Promise<LoadedProject> {
  const progress = progressOn(terminal.err);
  try {
    return await load(terminal, path, {}, progress);
  } finally {
    progress.clear();
  }
}

/** Checks a project that is loaded. */
export async function analysisOf(terminal: Terminal, project: LoadedProject, known?: KnownProject): Promise<Analysis> {
  const progress = progressOn(terminal.err);
  try {
    return await checked(project, progress, { known, folder: await cacheOf(terminal) });
  } finally {
    progress.clear();
  }
}

async function load(
  terminal: Terminal,
  path: string | undefined,
  severities: Severities,
  progress: Progress,
): Promise<LoadedProject> {
  progress.say('looking for sources …');
  const { loadProject } = await import('../project/project.ts');
  const project = await loadProject(resolve(terminal.cwd, path ?? '.'));
  if (Object.keys(severities).length === 0) return project;
  const { withSeverities } = await import('../project/rule-settings.ts');
  return { ...project, config: withSeverities(project.config, severities) };
}

/** Where to look for what files said when they were read before: in memory, or else in a folder; else all are read. */
interface Before {
  readonly known?: KnownProject | undefined;
  readonly folder?: string | undefined;
}

async function cacheOf(terminal: Terminal): Promise<string> {
  const { cacheFolder } = await import('../project/cache.ts');
  return cacheFolder(terminal.env);
}

async function modelOf({ sources }: LoadedProject, progress: Progress, { known, folder }: Before): Promise<Model> {
  const characters = sources.reduce((sum, { text }) => sum + text.length, 0);
  progress.say(`reading ${sources.length} files …`, characters > many);
  const { readModel } = await import('../syntax/read.ts');
  if (known?.files) return readModel(sources, known.files, known.linker);
  const { fragmentsIn } = await import('../project/fragment-cache.ts');
  const kept = folder === undefined ? undefined : await fragmentsIn(folder, sources);
  const files: KnownFiles = kept?.known ?? new Map();
  const model = await readModel(sources, files, known?.linker);
  if (known) known.files = files;
  await kept?.keep();
  return model;
}

async function checked(project: LoadedProject, progress: Progress, before: Before): Promise<Analysis> {
  const model = await modelOf(project, progress, before);
  progress.say('checking …');
  const { checkProject } = await import('../project/check.ts');
  return { project, model, diagnostics: checkProject(project, model) };
}
