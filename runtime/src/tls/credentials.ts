/** Certificates that follow their files. */

import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { TlsFiles } from './files.ts';
import { materialOf, readTlsFiles, type TlsMaterial } from './material.ts';

export interface Credentials {
  /** What new connections use. */
  readonly current: TlsMaterial;
  /** Called after each change, with what is current then. Returns what ends it. */
  onChange(listener: (material: TlsMaterial) => void): () => void;
  /** No longer follows the files. */
  close(): void;
}

export interface CredentialsOptions {
  readonly log: Logger;
  /** Told of each change of the files that was taken, and of each that was not. */
  readonly onReload?: (outcome: 'taken' | 'refused') => void;
  /** Milliseconds between looks at the files where nobody tells of changes, as on some network file systems. */
  readonly poll?: number;
}

/** Milliseconds. A watcher should tell; this is for where it cannot. */
const POLL = 30_000;
/** Milliseconds of quiet after a change: files are written one after the other. */
const SETTLE = 100;
/** Milliseconds after which files that do not fit together are read once more, before anybody is told of it. */
const SECOND_LOOK = 1000;

/**
 * Reads the files and follows them. Rejects when they are no good at the start; later, files that are no good change
 * nothing and are reported.
 *
 * Folders are watched, not files: Kubernetes swaps a symbolic link beside them, and writers rename.
 */
export async function openCredentials(files: TlsFiles, options: CredentialsOptions): Promise<Credentials> {
  const material = materialOf(files, await readTlsFiles(files), Date.now());
  return new FollowedCredentials(files, options, material);
}

class FollowedCredentials implements Credentials {
  current: TlsMaterial;
  readonly #files: TlsFiles;
  readonly #options: CredentialsOptions;
  readonly #listeners = new Set<(material: TlsMaterial) => void>();
  readonly #watchers: readonly FSWatcher[];
  readonly #poll: NodeJS.Timeout;
  #look: NodeJS.Timeout | undefined;
  /** What was last said to be wrong, so that it is said once. */
  #fault: string | undefined;
  #closed = false;

  constructor(files: TlsFiles, options: CredentialsOptions, material: TlsMaterial) {
    this.current = material;
    this.#files = files;
    this.#options = options;
    const folders = new Set(Object.values(files as unknown as Record<string, string>).map(dirname));
    this.#watchers = [...folders].flatMap((folder) => this.#watch(folder));
    this.#poll = setInterval(() => {
      if (this.#look === undefined) void this.#follow(true);
    }, options.poll ?? POLL).unref();
  }

  onChange(listener: (material: TlsMaterial) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#look);
    for (const watcher of this.#watchers) watcher.close();
  }

  #watch(folder: string): FSWatcher[] {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#lookAfter(SETTLE, true));
      watcher.on('error', () => watcher.close());
      return [watcher];
    } catch {
      // No watcher is to be had, of which a machine has so many only: the files are looked at every so often.
      return [];
    }
  }

  #lookAfter(delay: number, again: boolean): void {
    clearTimeout(this.#look);
    this.#look = setTimeout(() => {
      this.#look = undefined;
      void this.#follow(again);
    }, delay).unref();
  }

  /** @param again whether a fault is looked at once more before it is told: the files may be half-way between two states */
  async #follow(again: boolean): Promise<void> {
    const { log, onReload } = this.#options;
    try {
      const bytes = await readTlsFiles(this.#files);
      if (this.#closed) return;
      if (isSame(this.current, bytes)) {
        this.#fault = undefined;
        return;
      }
      const material = materialOf(this.#files, bytes, Date.now());
      this.current = material;
      this.#fault = undefined;
      const { names, expiresAt } = material;
      log.info(
        { names, expires: new Date(expiresAt).toISOString() },
        'certificates have changed; new connections use them',
      );
      onReload?.('taken');
      for (const listener of this.#listeners) listener(material);
    } catch (error) {
      if (this.#closed) return;
      if (again) return this.#lookAfter(SECOND_LOOK, false);
      const { message } = error as Error;
      if (message === this.#fault) return;
      this.#fault = message;
      log.error({ err: error }, 'certificates have changed and are not good; the ones before them stay in use');
      onReload?.('refused');
    }
  }
}

function isSame(known: TlsMaterial, read: Pick<TlsMaterial, 'cert' | 'key' | 'ca'>): boolean {
  const sameCa = known.ca === undefined ? read.ca === undefined : read.ca !== undefined && known.ca.equals(read.ca);
  return sameCa && known.cert.equals(read.cert) && known.key.equals(read.key);
}
