/** Certificates that follow their files. */

import type { Logger } from 'pino';
import { readFile } from '../config/file.ts';
import { watchFile } from '../config/watch.ts';
import { systemClock } from '../policy/clock.ts';
import type { TlsFiles } from './files.ts';
import { materialOf, readTlsFiles, type TlsMaterial } from './material.ts';

export interface Credentials {
  /** What new connections use. */
  readonly current: TlsMaterial;
  /** What is wrong with the files as they are now, while older ones are in use. */
  readonly fault: string | undefined;
  /** Called after each change, with what is current then. Returns what ends it. */
  onChange(listener: (material: TlsMaterial) => void): () => void;
  /** No longer follows the files. */
  close(): void;
}

export interface CredentialsOptions {
  readonly log: Logger;
  /** Told of each change of the files that was taken, and of each that was not. */
  readonly onReload?: (outcome: 'taken' | 'refused') => void;
}

/** Milliseconds of quiet after a change: files are written one after the other. */
const SETTLE = 50;
/** Milliseconds after which files that do not fit together are read once more, before anybody is told of it. */
const SECOND_LOOK = 1000;
/** Milliseconds after which files that were refused are read again: a certificate may be valid from a moment to come. */
const THIRD_LOOK = 30_000;

/**
 * Reads the files and follows them. Rejects when they are no good at the start; later, files that are no good change
 * nothing and are reported.
 */
export async function openCredentials(files: TlsFiles, options: CredentialsOptions): Promise<Credentials> {
  const material = materialOf(files, await readTlsFiles(files), Date.now());
  return new FollowedCredentials(files, options, material);
}

class FollowedCredentials implements Credentials {
  current: TlsMaterial;
  fault: string | undefined = undefined;
  readonly #files: TlsFiles;
  readonly #options: CredentialsOptions;
  readonly #listeners = new Set<(material: TlsMaterial) => void>();
  readonly #unwatch: readonly (() => void)[];
  #look: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(files: TlsFiles, options: CredentialsOptions, material: TlsMaterial) {
    this.current = material;
    this.#files = files;
    this.#options = options;
    const { cert, key, ca } = files;
    this.#unwatch = [cert, key, ...(ca === undefined ? [] : [ca])].map((path) =>
      watchFile(readFile(path), { clock: systemClock }, () => this.#lookAfter(SETTLE, true)),
    );
    // What has changed since they were read for the first time.
    this.#lookAfter(0, true);
  }

  onChange(listener: (material: TlsMaterial) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#look);
    for (const unwatch of this.#unwatch) unwatch();
  }

  #lookAfter(delay: number, again: boolean): void {
    clearTimeout(this.#look);
    this.#look = setTimeout(() => void this.#follow(again), delay).unref();
  }

  /** @param again whether a fault is looked at once more before it is told: the files may be half-way between two states */
  async #follow(again: boolean): Promise<void> {
    try {
      const bytes = await readTlsFiles(this.#files);
      if (this.#closed) return;
      if (!isSame(this.current, bytes)) this.#take(materialOf(this.#files, bytes, Date.now()));
      this.fault = undefined;
    } catch (error) {
      if (this.#closed) return;
      this.#lookAfter(again ? SECOND_LOOK : THIRD_LOOK, false);
      if (!again) this.#refuse(error as Error);
    }
  }

  #take(material: TlsMaterial): void {
    const { log, onReload } = this.#options;
    const { names, expiresAt } = material;
    this.current = material;
    const expires = new Date(expiresAt).toISOString();
    log.info({ names, expires }, 'certificates have changed; new connections use them');
    onReload?.('taken');
    for (const listener of this.#listeners) listener(material);
  }

  #refuse(error: Error): void {
    const { log, onReload } = this.#options;
    // It is said once.
    if (error.message === this.fault) return;
    this.fault = error.message;
    log.error({ err: error }, 'certificates have changed and are not good; the ones before them stay in use');
    onReload?.('refused');
  }
}

function isSame(known: TlsMaterial, read: Pick<TlsMaterial, 'cert' | 'key' | 'ca'>): boolean {
  const sameCa = known.ca === undefined ? read.ca === undefined : read.ca !== undefined && known.ca.equals(read.ca);
  return sameCa && known.cert.equals(read.cert) && known.key.equals(read.key);
}
