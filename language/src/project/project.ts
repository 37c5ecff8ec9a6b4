import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { SourceText } from '../syntax/read.ts';
import { type Config, type ConfigFile, configName, defaultConfig } from './config.ts';
import { type Fault, onFile, ProjectError } from './fault.ts';
import { disk, type ReadableFiles, readIfThere } from './file-system.ts';
import { readConfig, shownPath } from './read-config.ts';
import { listSources, readSources } from './sources.ts';

/** A folder of sources that are checked and built together. */
export interface Project {
  /** Absolute, links resolved. */
  readonly root: string;
  readonly config: Config;
  /** Its weir.json, when there is one. */
  readonly file?: ConfigFile;
}

/** A project with its texts. Paths are relative to the root; those of projects that it uses begin with `../`. */
export interface LoadedProject extends Project {
  readonly sources: readonly SourceText[];
  /** The paths of `sources` that belong to other projects. */
  readonly foreign: ReadonlySet<string>;
  /** The roots of those projects; absolute. */
  readonly used: readonly string[];
}

/**
 * The project of a folder or file: the nearest folder upward that holds a weir.json, or else the folder itself.
 * Throws a `ProjectError` when the path is not there or the settings are wrong.
 */
export async function findProject(path: string, fs: ReadableFiles = disk): Promise<Project> {
  const { root, settings } = await rootOf(path, fs);
  return settings === undefined ? { root, config: defaultConfig } : { root, ...(await readConfig(fs, settings)) };
}

async function rootOf(path: string, fs: ReadableFiles): Promise<{ root: string; settings?: string }> {
  const start = await onFile('open it', shownPath(path), async () => {
    const real = await fs.realpath(resolve(path));
    return (await fs.stat(real)).kind === 'folder' ? real : dirname(real);
  });
  for (let folder = start; ; folder = dirname(folder)) {
    const settings = join(folder, configName);
    if (await isThere(fs, settings)) return { root: folder, settings };
    if (dirname(folder) === folder) return { root: start };
  }
}

/**
 * The project of a path and the folders of those that it uses, for who is to see their changes; of what cannot be read just
 * now, as much as is known. Throws a `ProjectError` when the path is not there.
 */
export async function findFolders(
  path: string,
  fs: ReadableFiles = disk,
): Promise<{ readonly project: Project; readonly used: readonly string[] }> {
  const { root } = await rootOf(path, fs);
  let project: Project = { root, config: defaultConfig };
  try {
    project = await findProject(path, fs);
    return { project, used: (await usedProjects(fs, project)).map(({ root }) => root) };
  } catch (error) {
    if (error instanceof ProjectError) return { project, used: [] };
    throw error;
  }
}

async function isThere(fs: ReadableFiles, path: string): Promise<boolean> {
  return onFile('read it', shownPath(path), async () => (await readIfThere(fs, path)) !== undefined);
}

/** The project of a path with everything that it consists of. Throws a `ProjectError` that names all that cannot be read. */
export async function loadProject(path: string, fs: ReadableFiles = disk): Promise<LoadedProject> {
  const project = await findProject(path, fs);
  const own = await sourcesOf(fs, project);
  if (own.length === 0) throw new ProjectError([nothingFound(project)]);
  const others = await usedProjects(fs, project);
  const sources: SourceText[] = [...own];
  const foreign = new Set<string>();
  for (const other of others) {
    const prefix = relative(project.root, other.root).replaceAll('\\', '/');
    for (const { path: name, text } of await sourcesOf(fs, other)) {
      sources.push({ path: `${prefix}/${name}`, text });
      foreign.add(`${prefix}/${name}`);
    }
  }
  return { ...project, sources, foreign, used: others.map(({ root }) => root) };
}

async function sourcesOf(fs: ReadableFiles, project: Project): Promise<readonly SourceText[]> {
  return readSources(fs, project.root, await sourcePaths(project, fs));
}

/** The files of a project, relative to its root. */
export function sourcePaths({ root, config }: Project, fs: ReadableFiles = disk): Promise<readonly string[]> {
  return listSources(fs, { root, include: config.include, except: [config.out] });
}

/** The projects that one uses, and those that they use, each once, in the order of their folders. */
async function usedProjects(fs: ReadableFiles, project: Project): Promise<readonly Project[]> {
  const found = new Map<string, Project>();
  const faults: Fault[] = [];
  const visit = async ({ root, config, file }: Project): Promise<void> => {
    for (const [i, name] of config.uses.entries()) {
      const folder = isAbsolute(name) ? name : join(root, name);
      const fault = (message: string, hint: string): void => {
        if (file) faults.push(file.faultAt(['uses', i], message, hint));
      };
      const stats = await fs.stat(folder).catch(() => undefined);
      if (stats?.kind !== 'folder') {
        fault(`there is no folder \`${name}\``, 'The path is relative to this file.');
        continue;
      }
      const used = await findProject(folder, fs);
      if (used.root !== (await fs.realpath(folder))) {
        fault(`\`${name}\` has no weir.json of its own`, 'A project that others use needs one; {} will do.');
      } else if (used.root !== project.root && !found.has(used.root)) {
        found.set(used.root, used);
        await visit(used);
      }
    }
  };
  await visit(project);
  if (faults.length > 0) throw new ProjectError(faults);
  return [...found.values()].sort((a, b) => (a.root < b.root ? -1 : 1));
}

function nothingFound({ root, config }: Project): Fault {
  const globs = config.include.join(', ');
  return {
    file: shownPath(root),
    message: `there are no sources here (looked for ${globs})`,
    hint: '`weir init` in an empty folder writes a first system.',
  };
}
