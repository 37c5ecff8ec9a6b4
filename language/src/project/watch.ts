import { createHash } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { relative } from 'node:path';
import { watch } from 'chokidar';
import { disk, readIfThere } from './file-system.ts';

/** What is checked and built: sources, and what may be settings (weir.json, what it extends, the baseline). */
export const sourcesAndSettings = /\.(svc|json)$/;
/** What a running system is made of besides. */
export const sourcesAndCode = /\.(svc|[cm]?tsx?|[cm]?jsx?|json|sql|proto)$/;

/** Editors write in several steps: wait this long for the last one, in milliseconds. */
const settle = 80;
/** Single files are looked at every so many milliseconds, and no more of them than cost nothing. */
const pause = 250;
const mostLookedAt = 100;

export interface Watching {
  /** From then on no change is missed. */
  readonly ready: Promise<void>;
  /** Watches more folders; those that are watched already stay so. */
  readonly add: (folders: readonly string[]) => void;
  /** Watches these files as well, instead of those of the last time, wherever they stand; of very many only the first. */
  readonly lookAt: (paths: readonly string[]) => void;
  readonly close: () => Promise<void>;
}

export interface ToWatch {
  /** Of the project; absolute. */
  readonly root: string;
  /** The folder in it that is not looked into; relative. */
  readonly except: string;
  /** What is looked into; absolute. */
  readonly folders: readonly string[];
  /** What the names of the files are like. */
  readonly files: RegExp;
}

/** Is it a file that people write? Outputs, packages and hidden files are not. */
function isWatched(path: string, { root, except }: ToWatch): boolean {
  const parts = relative(root, path).replaceAll('\\', '/').split('/');
  const hidden = parts.some((part) => part === 'node_modules' || /^\.(?!\.?$)/.test(part));
  const inner = parts.join('/');
  const generated = inner === except || inner.startsWith(`${except}/`) || parts.includes('generated');
  return !hidden && !generated;
}

/** Tells of files whose content has really changed, several at a time, by their absolute paths. */
export function watchProject(what: ToWatch, onChange: (paths: readonly string[]) => void): Watching {
  const watched = new Set(what.folders);
  let lookedAt: readonly string[] = [];
  const hashes = new Map<string, string>();
  const pending = new Set<string>();
  let ready = false;
  let timer: NodeJS.Timeout | undefined;
  let telling: Promise<void> = Promise.resolve();
  const isOther = async (path: string): Promise<boolean> => {
    const hash = await hashOf(path);
    if (hashes.get(path) === hash) return false;
    if (hash === undefined) hashes.delete(path);
    else hashes.set(path, hash);
    return true;
  };
  const tell = async (paths: readonly string[]): Promise<void> => {
    const changed: string[] = [];
    for (const path of paths) if ((await isOther(path)) || lookedAt.includes(path)) changed.push(path);
    if (changed.length > 0) onChange(changed);
  };
  // A file is read once nobody writes it any more: of one that is being written, the last event may be the one before.
  const note = (path: string): void => {
    pending.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const paths = [...pending].sort();
      pending.clear();
      telling = telling.then(() => tell(paths));
    }, settle);
  };
  // A file may change while it is still being looked at for the first time.
  const first: Promise<unknown>[] = [];
  const watcher = watch([...what.folders], {
    ignored: (path, stats) =>
      !watched.has(path) && (!isWatched(path, what) || (stats?.isFile() === true && !what.files.test(path))),
  });
  for (const event of ['add', 'change', 'unlink'] as const) {
    watcher.on(event, (path) => {
      if (ready) note(path);
      else first.push(isOther(path));
    });
  }
  const settled = new Promise<void>((resolve) => {
    watcher.on('ready', () => {
      ready = true;
      resolve();
    });
  });
  return {
    ready: settled.then(async () => void (await Promise.all(first))),
    add: (more) => {
      const fresh = more.filter((path) => !watched.has(path));
      for (const path of fresh) watched.add(path);
      if (fresh.length > 0) watcher.add(fresh);
    },
    lookAt: (paths) => {
      for (const path of lookedAt) unwatchFile(path);
      lookedAt = paths.slice(0, mostLookedAt);
      for (const path of lookedAt) watchFile(path, { interval: pause }, () => note(path));
    },
    close: async () => {
      clearTimeout(timer);
      for (const path of lookedAt) unwatchFile(path);
      await telling;
      await watcher.close();
    },
  };
}

/** Nothing for a file that is not there, or cannot be read: building will say why. */
async function hashOf(path: string): Promise<string | undefined> {
  const bytes = await readIfThere(disk, path).catch(() => undefined);
  return bytes && createHash('sha256').update(bytes).digest('hex');
}
