import { createHash, randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Diagnostic } from '../rules/index.ts';
import { disk, type FileSystem, readIfThere } from './file-system.ts';
import { listAll } from './list-all.ts';
import { packageFolder, packageVersion } from './own-package.ts';
import type { LoadedProject } from './project.ts';

/** What was found when a project was last as it is now, if that is known, and where to keep it otherwise. */
export interface Kept {
  readonly found?: readonly Diagnostic[];
  keep(diagnostics: readonly Diagnostic[]): Promise<void>;
}

/** Of a project that is checked no more, the findings go after so many days. */
const daysKept = 30;

interface Entry {
  readonly key: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What the last check of a project found, from a folder that holds one entry for each project. It speaks of the same texts,
 * settings and Weir, or not at all: all of them are in its key. An entry appears whole or not at all, so that runs side by
 * side and runs that are cut off do no harm; what cannot be read or written is as if it were not there.
 */
export async function keptIn(folder: string, project: LoadedProject, fs: FileSystem = disk): Promise<Kept> {
  const path = join(folder, `check-${hashOf([project.root]).slice(0, 16)}.json`);
  const key = await keyOf(project, fs);
  const entry = await entryAt(path, fs);
  return {
    ...(entry?.key === key && Array.isArray(entry.diagnostics) ? { found: entry.diagnostics } : {}),
    keep: async (diagnostics) => {
      const beside = join(folder, `${randomUUID()}.tmp`);
      try {
        await fs.mkdir(folder);
        await fs.writeFile(beside, JSON.stringify({ key, diagnostics } satisfies Entry), { exclusive: true });
        await fs.rename(beside, path);
        await removeOld(folder, fs);
      } catch {
        await fs.unlink(beside).catch(() => {});
      }
    },
  };
}

async function entryAt(path: string, fs: FileSystem): Promise<Partial<Entry> | undefined> {
  try {
    const bytes = await readIfThere(fs, path);
    return bytes && ((JSON.parse(bytes.toString('utf8')) as Partial<Entry> | null) ?? undefined);
  } catch {
    return undefined;
  }
}

/** The folder for what can be made again: `WEIR_CACHE_DIR`, or Weir's own where the system keeps such things. */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const { WEIR_CACHE_DIR: own, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (own) return own;
  if (platform === 'win32') return join(local || join(homedir(), 'AppData', 'Local'), 'weir', 'cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'weir');
  return join(xdg || join(homedir(), '.cache'), 'weir');
}

async function removeOld(folder: string, fs: FileSystem): Promise<void> {
  const oldest = Date.now() - daysKept * 86_400_000;
  for (const { name, kind } of await fs.list(folder)) {
    if (kind !== 'file' || !/^check-[0-9a-f]{16}[.]json$|[.]tmp$/.test(name)) continue;
    if ((await fs.stat(join(folder, name))).modified < oldest) await fs.unlink(join(folder, name));
  }
}

/** Everything that findings depend on. */
async function keyOf({ config, sources, foreign }: LoadedProject, fs: FileSystem): Promise<string> {
  return hashOf([
    await ownIdentity(fs),
    JSON.stringify(config.rules),
    ...sources.flatMap(({ path, text }) => [foreign.has(path) ? 'foreign' : 'own', path, text]),
  ]);
}

function hashOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  // The length keeps apart what would be one text when it is strung together.
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('hex');
}

/** The version; of sources that people work on, when each was changed as well. */
async function ownIdentity(fs: FileSystem): Promise<string> {
  if (!import.meta.url.endsWith('.ts')) return packageVersion();
  const folder = join(packageFolder, 'src');
  const files = (await listAll(fs, folder)).filter((path) => path.endsWith('.ts'));
  const changed = await Promise.all(files.map(async (path) => (await fs.stat(join(folder, path))).modified));
  return `${packageVersion()} ${hashOf(files.map((path, i) => `${path} ${changed[i]}`))}`;
}
