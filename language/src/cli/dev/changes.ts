import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { watch } from 'chokidar';
import type { Project } from '../../project/project.ts';

/** Kinds of files that matter to a running system. */
const mattering = /\.(svc|[cm]?tsx?|[cm]?jsx?|json|sql|proto)$/;
/** Editors write in several steps: wait this long for the last one, in milliseconds. */
const settle = 80;

export interface Watching {
  readonly close: () => Promise<void>;
}

/** Is it a file that people write? Outputs, packages and hidden files are not. */
export function isWatched(path: string, { root, config }: Pick<Project, 'root' | 'config'>): boolean {
  const parts = relative(root, path).replaceAll('\\', '/').split('/');
  const hidden = parts.some(
    (part) => part === 'node_modules' || (part.startsWith('.') && part !== '.' && part !== '..'),
  );
  const inner = parts.join('/');
  const generated =
    inner === config.out || inner.startsWith(`${config.out}/`) || /(^|\/)src\/generated(\/|$)/.test(inner);
  return !hidden && !generated;
}

/** Tells of files that have really changed, several at a time. `roots` are the project's folder and those it uses. */
export function watchProject(
  project: Pick<Project, 'root' | 'config'>,
  roots: readonly string[],
  onChange: (paths: readonly string[]) => void,
): Watching {
  const hashes = new Map<string, string>();
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch([...roots], {
    ignored: (path, stats) => !isWatched(path, project) || (stats?.isFile() === true && !mattering.test(path)),
    ignoreInitial: false,
  });
  const flush = (): void => {
    const paths = [...pending].sort();
    pending.clear();
    onChange(paths);
  };
  let ready = false;
  const note = (path: string): void => {
    const hash = hashOf(path);
    if (hashes.get(path) === hash) return;
    if (hash === undefined) hashes.delete(path);
    else hashes.set(path, hash);
    if (!ready) return;
    pending.add(path);
    clearTimeout(timer);
    timer = setTimeout(flush, settle);
  };
  watcher
    .on('add', note)
    .on('change', note)
    .on('unlink', note)
    .on('ready', () => {
      ready = true;
    });
  return {
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

function hashOf(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}
