import { join, sep } from 'node:path';
import picomatch from 'picomatch';
import type { SourceText } from '../syntax/read.ts';
import { configName } from './config.ts';
import { type Fault, onFile, ProjectError, systemFault } from './fault.ts';
import { codeOf, type ReadableFiles } from './file-system.ts';
import { decode } from './text.ts';

export interface SourceSearch {
  /** Absolute. */
  readonly root: string;
  /** Globs relative to the root; one that begins with `!` excludes. */
  readonly include: readonly string[];
  /** Folders relative to the root that are not looked into. */
  readonly except: readonly string[];
}

/**
 * The files of a project, relative to its root with `/`, in the order of their names whatever the file system's order is.
 * Not looked into: node_modules, folders that begin with a dot, `except`, and other projects (folders with their own
 * weir.json). A file that several links lead to counts once. Throws a `ProjectError` that names every folder that cannot be read.
 */
export async function listSources(
  fs: ReadableFiles,
  { root, include, except }: SourceSearch,
): Promise<readonly string[]> {
  const wanted = picomatch(include.filter((glob) => !glob.startsWith('!')).map(plain));
  const excluded = picomatch(include.filter((glob) => glob.startsWith('!')).map((glob) => plain(glob.slice(1))));
  const found: string[] = [];
  const faults: Fault[] = [];
  const seen = new Set<string>();
  // Links come after everything else, so that a file reached both ways keeps the name that it really has.
  const links: string[] = [];

  const passes = (path: string, name: string): boolean =>
    name !== 'node_modules' && !name.startsWith('.') && !except.includes(path) && !excluded(path);
  const addFile = (path: string, real: string): void => {
    if (wanted(path) && !seen.has(real)) found.push(path);
    seen.add(real);
  };
  const walk = async (folder: string, real: string): Promise<void> => {
    if (seen.has(real)) return;
    seen.add(real);
    const entries = await namesIn(fs, real, folder === '' ? '.' : folder, faults);
    if (folder !== '' && entries.some((entry) => entry.name === configName)) return;
    for (const { name, kind } of entries) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (!passes(path, name)) continue;
      if (kind === 'folder') await walk(path, join(real, name));
      else if (kind === 'link') links.push(path);
      else if (kind === 'file') addFile(path, join(real, name));
    }
  };

  await walk('', await onFile('read it', root, () => fs.realpath(root)));
  for (let path = links.shift(); path !== undefined; path = links.shift()) {
    const target = await linkTarget(fs, join(root, path));
    if (target.kind === 'folder') await walk(path, target.real);
    // A link that leads nowhere is listed, so that reading it tells what is wrong.
    else addFile(path, target.real);
  }
  if (faults.length > 0) throw new ProjectError(faults);
  return found.sort();
}

const plain = (glob: string): string => (glob.startsWith('./') ? glob.slice(2) : glob);

async function namesIn(fs: ReadableFiles, real: string, shown: string, faults: Fault[]) {
  try {
    return [...(await fs.list(real))].sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const fault = systemFault(error, 'look into it', shown);
    if (!fault) throw error;
    const hint = `If it holds no sources, exclude it in weir.json: "include": ["**/*.svc", "!${shown}/**"]`;
    // What went away while we looked is no fault.
    if (codeOf(error) !== 'ENOENT') faults.push({ ...fault, hint });
    return [];
  }
}

async function linkTarget(fs: ReadableFiles, path: string): Promise<{ real: string; kind: 'file' | 'folder' }> {
  try {
    const real = await fs.realpath(path);
    return { real, kind: (await fs.stat(real)).kind === 'folder' ? 'folder' : 'file' };
  } catch {
    return { real: path, kind: 'file' };
  }
}

/** Files read at once: enough to keep the disk busy, few enough for every limit on open files. */
const atOnce = 32;

/** The texts of files. Throws a `ProjectError` that names every file that cannot be read or is no text. */
export async function readSources(
  fs: ReadableFiles,
  root: string,
  paths: readonly string[],
): Promise<readonly SourceText[]> {
  const texts: SourceText[] = [];
  const faults: Fault[] = [];
  for (let start = 0; start < paths.length; start += atOnce) {
    const read = await Promise.all(paths.slice(start, start + atOnce).map((path) => readSource(fs, root, path)));
    for (const result of read) {
      if ('fault' in result) faults.push(result.fault);
      else texts.push(result);
    }
  }
  if (faults.length > 0) throw new ProjectError(faults);
  return texts;
}

async function readSource(fs: ReadableFiles, root: string, path: string): Promise<SourceText | { fault: Fault }> {
  try {
    const decoded = decode(await fs.readFile(join(root, path.replaceAll('/', sep))));
    if (decoded.text === undefined) return { fault: { file: path, ...decoded.fault } };
    return { path, text: decoded.text };
  } catch (error) {
    const fault = systemFault(error, 'read it', path);
    if (!fault) throw error;
    return { fault };
  }
}
