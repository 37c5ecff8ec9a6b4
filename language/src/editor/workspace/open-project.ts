import { dirname, join, relative, sep } from 'node:path';
import { type Config, configName, defaultConfig } from '../../project/config.ts';
import { type Fault, ProjectError } from '../../project/fault.ts';
import { type ReadableFiles, readIfThere } from '../../project/file-system.ts';
import { loadProject, sourcePaths } from '../../project/project.ts';
import { readSources } from '../../project/sources.ts';
import type { SourceText } from '../../syntax/read.ts';
import { realPath } from './overlay.ts';

/** What there is of a project: its settings and texts, or what can be read of them and why the rest cannot. */
export interface ProjectFiles {
  /** Absolute, links resolved; the document itself where it is on no disk. */
  readonly root: string;
  /** The root as the editor names it, who may have come to it over links. */
  readonly shownRoot: string;
  readonly config: Config;
  readonly sources: readonly SourceText[];
  /** The paths of `sources` that belong to other projects. */
  readonly foreign: ReadonlySet<string>;
  /** What keeps it from being read as a whole; the CLI ends with the same. */
  readonly faults: readonly Fault[];
}

/**
 * The project of a file: what the CLI would read for its path. Where that cannot be read, or leaves the file out, what
 * can be read: a file always has a project.
 *
 * @param path as the editor names it
 */
export async function openProject(path: string, fs: ReadableFiles): Promise<ProjectFiles> {
  const real = await realPath(fs, path);
  const { files, faults } = await asTheCommandLine(real, fs);
  const { root, sources } = files;
  const isIn = sources.some((source) => join(root, source.path) === real);
  const missing = isIn ? [] : [{ path: relative(root, real).replaceAll('\\', '/'), text: await textOf(fs, real) }];
  return { ...files, sources: [...sources, ...missing], shownRoot: shownRoot(path, real, root), faults };
}

type Files = Omit<ProjectFiles, 'shownRoot' | 'faults'>;

async function asTheCommandLine(path: string, fs: ReadableFiles): Promise<{ files: Files; faults: readonly Fault[] }> {
  try {
    const { root, config, sources, foreign } = await loadProject(path, fs);
    if (sources.some((source) => join(root, source.path) === path)) {
      return { files: { root, config, sources, foreign }, faults: [] };
    }
    // What a project excludes stands with its neighbours.
    return { files: await readable(fs, dirname(path)), faults: [] };
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return { files: await readable(fs, await nearestRoot(fs, dirname(path))), faults: error.faults };
  }
}

/** A text that is on no disk is a project of its own. */
export function projectOfText(uri: string, text: string): ProjectFiles {
  const source = { path: uri, text };
  return { root: uri, shownRoot: uri, config: defaultConfig, sources: [source], foreign: new Set(), faults: [] };
}

/** Is it what `projectOfText` gave, whose only path is a URI? */
export const isOnlyText = ({ root }: Pick<ProjectFiles, 'root'>, path: string): boolean => path === root;

async function nearestRoot(fs: ReadableFiles, start: string): Promise<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    if (await readIfThere(fs, join(folder, configName)).catch(() => undefined)) return folder;
    if (dirname(folder) === folder) return start;
  }
}

/** What can be read below a folder, with the settings that hold where nothing is said. */
async function readable(fs: ReadableFiles, root: string): Promise<Files> {
  const config = defaultConfig;
  const paths = await orElse(sourcePaths({ root, config }, fs), []);
  const read = await Promise.all(paths.map((path) => orElse(readSources(fs, root, [path]), [])));
  return { root, config, sources: read.flat(), foreign: new Set() };
}

/** Whatever it is. */
async function textOf(fs: ReadableFiles, path: string): Promise<string> {
  return new TextDecoder().decode(await readIfThere(fs, path));
}

async function orElse<T>(result: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof ProjectError) return otherwise;
    throw error;
  }
}

function shownRoot(path: string, real: string, root: string): string {
  const below = sep + relative(root, real);
  return path.endsWith(below) ? path.slice(0, -below.length) || sep : root;
}
