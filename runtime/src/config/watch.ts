/** Tells when the content of a file changes, however it does: written in place, renamed over, or behind a symbolic link. */

import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../policy/clock.ts';
import { type FileContent, readFile } from './file.ts';

/** Milliseconds between looks at the file itself: what the system's watch misses is found then. */
const POLL = 5000;
/** Milliseconds from a sign of change to reading: whoever writes may not be through. */
const SETTLE = 50;

export interface WatchOptions {
  readonly clock: Clock;
  /** Milliseconds; 5 s. */
  readonly poll?: number;
}

/**
 * Calls `changed` with the content each time it is another than before, first compared with `known`. Returns what ends it.
 *
 * It watches the folder: Kubernetes replaces a mounted ConfigMap by renaming the link `..data` in it, and the file itself
 * never changes. Where the system gives no watch (none left, a network's file system) it looks every `poll` ms.
 */
export function watchFile(
  known: FileContent,
  { clock, poll = POLL }: WatchOptions,
  changed: (content: FileContent) => void,
): () => void {
  const { path } = known;
  let last = known;
  let watcher: FSWatcher | undefined;
  let settle = () => {};
  let nextPoll = () => {};

  const look = (): boolean => {
    const now = readFile(path);
    if (now.text === last.text && now.problem === last.problem) return false;
    last = now;
    changed(now);
    return true;
  };
  const soon = () => {
    settle();
    settle = clock.after(SETTLE, look);
  };
  const rewatch = () => {
    watcher?.close();
    watcher = watchFolder(dirname(path), soon, () => {
      watcher = undefined;
    });
  };
  const pollAgain = () => {
    nextPoll = clock.after(poll, () => {
      // A change that nothing told of: the folder is another one, or its watch is lost.
      if (look() || watcher === undefined) rewatch();
      pollAgain();
    });
  };
  rewatch();
  pollAgain();
  return () => {
    settle();
    nextPoll();
    watcher?.close();
  };
}

/** Undefined where there is none to be had. */
function watchFolder(folder: string, changed: () => void, lost: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, changed);
    watcher.on('error', () => {
      watcher.close();
      lost();
    });
    return watcher;
  } catch {
    return undefined;
  }
}
