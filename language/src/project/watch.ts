import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { watch } from 'chokidar';
import { disk, readIfThere } from './file-system.ts';
import type { Project } from './project.ts';

/** Kinds of files that matter to a running system. */
const mattering = /\.(svc|[cm]?tsx?|[cm]?jsx?|json|sql|proto)$/;
/** Editors write in several steps: wait this long for the last one, in milliseconds. */
const settle = 80;

export interface Watching {
  /** From then on no change is missed. */
  readonly ready: Promise<void>;
  /** Watches more folders; those that are watched already stay so. */
  readonly add: (folders: readonly string[]) => void;
  readonly close: () => Promise<void>;
}

/** Is it a file that people write? Outputs, packages and hidden files are not. */
function isWatched(path: string, { root, config }: Pick<Project, 'root' | 'config'>): boolean {
  const parts = relative(root, path).replaceAll('\\', '/').split('/');
  const hidden = parts.some((part) => part === 'node_modules' || /^\.(?!\.?$)/.test(part));
  const inner = parts.join('/');
  const generated = inner === config.out || inner.startsWith(`${config.out}/`) || parts.includes('generated');
  return !hidden && !generated;
}

/** Tells of files whose content has really changed, several at a time, by their absolute paths. */
export function watchProject(
  project: Pick<Project, 'root' | 'config'>,
  folders: readonly string[],
  onChange: (paths: readonly string[]) => void,
): Watching {
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
  const watcher = watch([...folders], {
    ignored: (path, stats) => !isWatched(path, project) || (stats?.isFile() === true && !mattering.test(path)),
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
    add: (more) => void watcher.add([...more]),
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
