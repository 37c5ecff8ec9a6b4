import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';

/** What a folder holds: a name and what it is. */
export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

export interface Stats {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** Permission bits. */
  readonly mode: number;
}

/** What changes whenever a file does: of two that are the same, the file need not be read to know that it is. */
export interface Stamp {
  readonly size: number;
  /** Of the content; milliseconds since the epoch. Programs set it as they like. */
  readonly modified: number;
  /** Of anything about the file, by the clock of its file system; milliseconds since the epoch. */
  readonly changed: number;
  readonly inode: number;
  readonly device: number;
}

/** What reading a project asks for. In a browser there is no disk, and the editor answers. */
export interface ReadableFiles {
  readFile(path: string): Promise<Uint8Array>;
  list(path: string): Promise<readonly Entry[]>;
  /** Follows links. */
  stat(path: string): Promise<Stats>;
  realpath(path: string): Promise<string>;
}

/** The part of a file system that Weir needs, as an argument: tests fill its disk and take its permissions away. */
export interface FileSystem extends ReadableFiles {
  readFile(path: string): Promise<Buffer>;
  /** With `exclusive` it fails with EEXIST where something is. */
  writeFile(path: string, data: string | Buffer, options?: { readonly exclusive?: boolean }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  copyFile(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Makes the folders above as well; gives the first one that it made. */
  mkdir(path: string): Promise<string | undefined>;
  /** Only empty folders. */
  rmdir(path: string): Promise<void>;
  /** A folder and all that is in it; nothing happens when it is not there. */
  removeTree(path: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  /** Sets the time of the last change to now. */
  touch(path: string): Promise<void>;
  /**
   * Of many files at once, links followed; `nothing` where nothing is, undefined for what is no file or cannot be looked at.
   * Never throws.
   */
  stamps(paths: readonly string[]): Promise<readonly (Stamp | 'nothing' | undefined)[]>;
}

/**
 * The disk. What a build does thousands of times goes not by the thread pool, the way through which takes three times as long
 * as the call (0.25 s for 20,000 stamps), and whose threads wait for each other where they make files in one folder.
 */
export const disk: FileSystem = {
  readFile: (path) => fs.readFile(path),
  writeFile: async (path, data, options) => writeFileSync(path, data, { flag: options?.exclusive ? 'wx' : 'w' }),
  rename: async (from, to) => renameSync(from, to),
  copyFile: (from, to) => fs.copyFile(from, to),
  unlink: (path) => fs.unlink(path),
  mkdir: async (path) => mkdirSync(path, { recursive: true }),
  rmdir: (path) => fs.rmdir(path),
  removeTree: (path) => fs.rm(path, { recursive: true, force: true }),
  list: async (path) =>
    readdirSync(path, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other',
    })),
  stat: async (path) => {
    const stats = await fs.stat(path);
    return {
      kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
      size: stats.size,
      modified: stats.mtimeMs,
      mode: stats.mode & 0o7777,
    };
  },
  realpath: (path) => fs.realpath(path),
  chmod: (path, mode) => fs.chmod(path, mode),
  touch: async (path) => {
    const now = new Date();
    await fs.utimes(path, now, now);
  },
  stamps: async (paths) => paths.map(stampOf),
};

function stampOf(path: string): Stamp | 'nothing' | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 'nothing';
    if (!stats.isFile()) return undefined;
    const { size, mtimeMs: modified, ctimeMs: changed, ino: inode, dev: device } = stats;
    return { size, modified, changed, inode, device };
  } catch {
    return undefined;
  }
}

/** The code of a system error (`ENOENT`), if it is one. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The file's bytes, or nothing where no file is. */
export async function readIfThere<Bytes extends Uint8Array>(
  fs: { readFile(path: string): Promise<Bytes> },
  path: string,
): Promise<Bytes | undefined> {
  try {
    return await fs.readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
