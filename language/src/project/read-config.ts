import { dirname, join, relative, resolve } from 'node:path';
import {
  type Config,
  type ConfigFile,
  completed,
  configName,
  folderBelow,
  nothingShared,
  over,
  type Shared,
  sharedOf,
} from './config.ts';
import { type Fault, onFile, ProjectError } from './fault.ts';
import type { ReadableFiles } from './file-system.ts';
import { decode } from './text.ts';

/** A project's own settings file with what it extends. Throws a `ProjectError` with everything that is wrong. */
export async function readConfig(fs: ReadableFiles, path: string): Promise<{ config: Config; file: ConfigFile }> {
  const file = await readConfigFile(fs, path);
  const faults: Fault[] = [];
  const extended = await readExtended(fs, file, [path], faults);
  faults.push(...pathFaults(file));
  if (faults.length > 0) throw new ProjectError(faults);
  return { config: completed(over(extended, sharedOf(file.values, dirname(path))), file.values), file };
}

async function readConfigFile(fs: ReadableFiles, path: string): Promise<ConfigFile> {
  const name = shownPath(path);
  const decoded = decode(await onFile('read it', name, () => fs.readFile(path)));
  if (decoded.text === undefined) throw new ProjectError([{ file: name, ...decoded.fault }]);
  const { parseConfig } = await import('./config-json.ts');
  const parsed = parseConfig(name, decoded.text);
  if ('faults' in parsed) throw new ProjectError(parsed.faults);
  const file = { path, ...parsed };
  const faults = await settingFaults(file);
  if (faults.length > 0) throw new ProjectError(faults);
  return file;
}

/** Relative to where one stands when that is shorter, with `/`. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path).replaceAll('\\', '/');
  return short !== '' && short.length < path.length ? short : path;
}

async function readExtended(
  fs: ReadableFiles,
  file: ConfigFile,
  chain: readonly string[],
  faults: Fault[],
): Promise<Shared> {
  let shared = nothingShared;
  for (const [i, name] of (file.values.extends ?? []).entries()) {
    const path = await locate(fs, name, dirname(file.path));
    if (path === undefined) {
      const hint = isPath(name) ? 'The path is relative to this file.' : `Install it: npm install -D ${name}`;
      faults.push(file.faultAt(['extends', i], `cannot find \`${name}\``, hint));
    } else if (chain.includes(path)) {
      const circle = [...chain.slice(chain.indexOf(path)), path].map(shownPath).join(' → ');
      faults.push(file.faultAt(['extends', i], `\`${name}\` extends itself: ${circle}`));
    } else {
      const extended = await readConfigFile(fs, path);
      const below = await readExtended(fs, extended, [...chain, path], faults);
      shared = over(shared, over(below, sharedOf(extended.values, dirname(path))));
    }
  }
  return shared;
}

const isPath = (name: string): boolean => /^(\.{1,2}([/\\]|$)|[/\\]|[A-Za-z]:)/.test(name);

async function locate(fs: ReadableFiles, name: string, folder: string): Promise<string | undefined> {
  const candidates: string[] = [];
  if (isPath(name)) {
    candidates.push(resolve(folder, name), resolve(folder, name, configName));
  } else {
    // Looked up by hand: a package that exports no weir.json has one all the same.
    for (const above of upward(folder)) {
      const modules = join(above, 'node_modules');
      candidates.push(join(modules, name, configName), join(modules, name));
    }
  }
  for (const candidate of candidates) {
    const stats = await fs.stat(candidate).catch(() => undefined);
    if (stats?.kind === 'file') return candidate;
  }
  return undefined;
}

/** A folder and those that it is in. */
const upward = (folder: string): readonly string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...upward(dirname(folder))];

/** The rules are only loaded where something is said of them. */
async function settingFaults(file: ConfigFile): Promise<readonly Fault[]> {
  if (Object.keys(file.values.rules ?? {}).length === 0) return [];
  return (await import('./rule-settings.ts')).ruleFaults(file);
}

function pathFaults(file: ConfigFile): Fault[] {
  const { values } = file;
  const faults: Fault[] = [];
  for (const key of ['out', 'services', 'baseline'] as const) {
    const value = values[key];
    if (value !== undefined && folderBelow(value) === undefined) {
      const what = key === 'baseline' ? 'file' : 'folder';
      faults.push(file.faultAt([key], `\`${key}\` must be a ${what} below weir.json, not ${JSON.stringify(value)}`));
    }
  }
  for (const [i, glob] of (values.include ?? []).entries()) {
    if (/^!?(\.\.|\/|[A-Za-z]:)/.test(glob)) {
      const hint = 'To see the packages of another project, name its folder in `uses`.';
      faults.push(file.faultAt(['include', i], `\`${glob}\` leads out of the project`, hint));
    }
  }
  return faults;
}
