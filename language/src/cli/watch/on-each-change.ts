import { resolve } from 'node:path';
import { findFolders, type Project } from '../../project/project.ts';
import { watchProject } from '../../project/watch.ts';
import type { Terminal } from '../terminal.ts';

/** What is done again and again. */
export interface Work {
  /** What the names of the files are like on whose changes it is done again. */
  readonly files: RegExp;
  /** The folder in the project that is not looked into; relative to its root. */
  readonly except: string;
  /** Is it done again for a change of this file? Asked when nothing is being done; absolute. */
  readonly isFor: (path: string) => boolean | Promise<boolean>;
  /** Does it. `changed` are absolute paths, none the first time. It reports what is wrong by itself. */
  readonly run: (changed: readonly string[]) => Promise<Watched>;
}

/** What is to be watched from now on besides the project itself; absolute. */
export interface Watched {
  readonly folders?: readonly string[];
  /** Wherever they stand, and of whatever kind they are; until the next time. */
  readonly files?: readonly string[];
}

/**
 * Does some work, and again after each change in the project of a path or in those that it uses, until the signal. Changes while
 * it is being done are taken together after it. Throws a `ProjectError` where the path is not there; what else cannot be
 * read just now is for the work to tell.
 */
export async function onEachChange(
  terminal: Terminal,
  path: string | undefined,
  signal: AbortSignal,
  workFor: (project: Project) => Work,
): Promise<void> {
  const { project, used } = await findFolders(resolve(terminal.cwd, path ?? '.'));
  const { files, except, isFor, run } = workFor(project);
  const changes = new Changes(signal);
  const watched = { root: project.root, except, folders: [project.root, ...used], files };
  const watching = watchProject(watched, (paths) => changes.note(paths));
  try {
    await watching.ready;
    for (let changed: readonly string[] = []; !signal.aborted; changed = await changes.next(isFor)) {
      const { folders = [], files = [] } = await run(changed);
      watching.add(folders);
      watching.lookAt(files);
    }
  } finally {
    await watching.close();
  }
}

/** The paths that have changed and are not done with. */
class Changes {
  private readonly signal: AbortSignal;
  private readonly paths = new Set<string>();
  private wake: () => void = () => {};

  constructor(signal: AbortSignal) {
    this.signal = signal;
    signal.addEventListener('abort', () => this.wake(), { once: true });
  }

  note(paths: readonly string[]): void {
    for (const path of paths) this.paths.add(path);
    this.wake();
  }

  /** Waits until there are some that count, and gives those; or none when it is time to end. */
  async next(counts: Work['isFor']): Promise<readonly string[]> {
    while (!this.signal.aborted) {
      const counting: string[] = [];
      for (const path of this.taken()) if (await counts(path)) counting.push(path);
      if (counting.length > 0) return counting;
      await this.more();
    }
    return [];
  }

  private taken(): readonly string[] {
    const all = [...this.paths];
    this.paths.clear();
    return all;
  }

  private async more(): Promise<void> {
    if (this.paths.size > 0 || this.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }
}
