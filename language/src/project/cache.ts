import { createHash, randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { disk, type FileSystem, readIfThere } from './file-system.ts';
import { listAll } from './list-all.ts';
import { packageFolder, packageVersion } from './own-package.ts';

/** What no project has asked for goes after so many days. */
const daysKept = 30;

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

/** The entry of a kind for a subject: its path in the cache. */
export const entryPath = (folder: string, kind: 'check' | 'build' | 'read', subject: readonly string[]): string =>
  join(folder, `${kind}-${hashOfAll(subject).slice(0, 16)}.json`);

/** What an entry holds; what cannot be read is as if it were not there. */
export async function readEntry(fs: FileSystem, path: string): Promise<unknown> {
  try {
    const bytes = await readIfThere(fs, path);
    return bytes && (JSON.parse(bytes.toString('utf8')) ?? undefined);
  } catch {
    return undefined;
  }
}

/**
 * Keeps an entry, whole or not at all, so that runs side by side and runs that are cut off do no harm. Where nothing can be
 * written nothing is kept, and nobody is bothered.
 */
export const keepEntry = (fs: FileSystem, folder: string, path: string, entry: unknown): Promise<void> =>
  keepEntries(fs, folder, [{ path, entry }]);

/** The same with several. */
export async function keepEntries(
  fs: FileSystem,
  folder: string,
  entries: readonly { readonly path: string; readonly entry: unknown }[],
): Promise<void> {
  if (entries.length === 0) return;
  let beside = '';
  try {
    await fs.mkdir(folder);
    for (const { path, entry } of entries) {
      beside = join(folder, `${randomUUID()}.tmp`);
      await fs.writeFile(beside, JSON.stringify(entry), { exclusive: true });
      await fs.rename(beside, path);
    }
    await removeOld(fs, folder);
  } catch {
    await fs.unlink(beside).catch(() => {});
  }
}

async function removeOld(fs: FileSystem, folder: string): Promise<void> {
  const oldest = Date.now() - daysKept * 86_400_000;
  const own = (await fs.list(folder)).filter(
    ({ name, kind }) => kind === 'file' && /^(check|build|read)-[0-9a-f]{16}[.]json$|[.]tmp$/.test(name),
  );
  const paths = own.map(({ name }) => join(folder, name));
  const all = await Promise.all(paths.map((path) => fs.stat(path)));
  for (const [i, { modified }] of all.entries()) if (modified < oldest) await fs.unlink(paths[i] ?? '');
}

/** One hash of several texts. */
export function hashOfAll(texts: readonly string[]): string {
  const hash = createHash('sha256');
  // The length keeps apart what would be one text when it is strung together.
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('hex');
}

let identity: Promise<string> | undefined;

/** What made an entry: the version; of sources that people work on, when each was changed as well. */
export function ownIdentity(): Promise<string> {
  identity ??= import.meta.url.endsWith('.ts') ? identityOfSources() : Promise.resolve(packageVersion());
  return identity;
}

async function identityOfSources(): Promise<string> {
  const folder = join(packageFolder, 'src');
  const files = (await listAll(disk, folder)).filter((path) => path.endsWith('.ts'));
  const stamps = await disk.stamps(files.map((path) => join(folder, path)));
  return `${packageVersion()} ${hashOfAll(files.map((path, i) => `${path} ${JSON.stringify(stamps[i])}`))}`;
}
