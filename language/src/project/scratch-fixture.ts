import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Decoded, decode } from './text.ts';

/** A folder for one test, with files in it; it is removed when the test ends. */
export interface Scratch {
  readonly root: string;
  readonly path: (name: string) => string;
  readonly write: (files: Readonly<Record<string, string | Buffer>>) => Promise<void>;
  /** Every file below, by its path relative to the root, with its text. */
  readonly read: (folder?: string) => Promise<Record<string, string>>;
}

export async function scratch(t: TestContext, files: Readonly<Record<string, string | Buffer>> = {}): Promise<Scratch> {
  const root = await mkdtemp(join(tmpdir(), 'weir-test-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const path = (name: string): string => join(root, name);
  const write: Scratch['write'] = async (more) => {
    for (const [name, text] of Object.entries(more)) {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), text);
    }
  };
  await write(files);
  return {
    root,
    path,
    write,
    read: async (folder = '') => {
      const entries = await readdir(path(folder), { recursive: true, withFileTypes: true });
      const texts: [string, string][] = [];
      for (const entry of entries) {
        if (!entry.isFile()) continue;
        const full = join(entry.parentPath, entry.name);
        const decoded: Decoded = decode(await readFile(full));
        texts.push([full.slice(root.length + 1), decoded.text ?? '(bytes)']);
      }
      return Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}
