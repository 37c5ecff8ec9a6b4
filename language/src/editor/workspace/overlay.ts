import { basename, dirname, join } from 'node:path';
import { codeOf, type Entry, type ReadableFiles } from '../../project/file-system.ts';

const utf8 = new TextEncoder();

/** The disk with the files that the editor holds open, which may differ from it, or not be there yet. */
export function withOpenFiles(fs: ReadableFiles, open: ReadonlyMap<string, string>): ReadableFiles {
  return {
    readFile: async (path) => {
      const text = open.get(path);
      return text === undefined ? fs.readFile(path) : utf8.encode(text);
    },
    list: async (folder) => {
      const entries = await fs.list(folder);
      const known = new Set(entries.map(({ name }) => name));
      const unsaved = [...open.keys()].filter((path) => dirname(path) === folder && !known.has(basename(path)));
      return [...entries, ...unsaved.map((path): Entry => ({ name: basename(path), kind: 'file' }))];
    },
    stat: async (path) => {
      const text = open.get(path);
      return text === undefined ? fs.stat(path) : { kind: 'file', size: text.length, modified: 0, mode: 0o644 };
    },
    realpath: async (path) => (open.has(path) ? path : fs.realpath(path)),
  };
}

/** The path without links; for a file that is not saved yet, that of its folder with its name. */
export async function realPath(fs: ReadableFiles, path: string): Promise<string> {
  try {
    return await fs.realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return join(await realPath(fs, dirname(path)), basename(path));
  }
}
