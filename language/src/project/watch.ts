import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { watch } from 'chokidar';
import { disk, readIfThere } from './file-system.ts';

/** What is checked and built: sources, and what may be settings (weir.json, what it extends, the baseline). */
export const sourcesAndSettings = /\.(svc|json)$/;
/** What a running system is made of besides. */
export const sourcesAndCode = /\.(svc|[cm]?tsx?|[cm]?jsx?|json|sql|proto)$/;

/** Editors write in several steps: wait this long for the last one, in milliseconds. */
const settle = 80;

export interface Watching {
  /** From then on no change is missed. */
  readonly ready: Promise<void>;
  /** Watches more folders; those that are watched already stay so. */
  readonly add: (folders: readonly string[]) => void;
  /** Watches these files as well, wherever they stand and of whatever kind they are. */
  readonly addFiles: (paths: readonly string[]) => Promise<void>;
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
  const hashes = new Map<string, string>();
  const pending = new Set<string>();
  let ready = false;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    const paths = [...pending].sort();
    pending.clear();
    onChange(paths);
  };
  const note = async (path: string): Promise<void> => {
    const told = ready;
    const hash = await hashOf(path);
    if (hashes.get(path) === hash) return;
    if (hash === undefined) hashes.delete(path);
    else hashes.set(path, hash);
    if (!told) return;
    pending.add(path);
    clearTimeout(timer);
    timer = setTimeout(flush, settle);
  };
  // A file may change while it is still being looked at for the first time.
  const first: Promise<void>[] = [];
  const watcher = watch([...what.folders], {
    ignored: (path, stats) =>
      !watched.has(path) && (!isWatched(path, what) || (stats?.isFile() === true && !what.files.test(path))),
  });
  for (const event of ['add', 'change', 'unlink'] as const) {
    watcher.on(event, (path) => {
      const noted = note(path);
      if (!ready) first.push(noted);
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
    addFiles: async (paths) => {
      for (const path of paths) {
        watched.add(path);
        // As they are now is nothing to tell.
        const hash = await hashOf(path);
        if (hash !== undefined) hashes.set(path, hash);
      }
      // A file that was gone is not watched any more when it comes back.
      if (paths.length > 0) watcher.add([...paths]);
    },
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

/** Nothing for a file that is not there, or cannot be read: building will say why. */
async function hashOf(path: string): Promise<string | undefined> {
  const bytes = await readIfThere(disk, path).catch(() => undefined);
  return bytes && createHash('sha256').update(bytes).digest('hex');
}
