import { join } from 'node:path';
import type { FileSystem } from './file-system.ts';

/** Every file below a folder, relative to it with `/`, in the order of their names. */
export async function listAll(fs: FileSystem, folder: string, prefix = ''): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { name, kind } of await fs.list(folder)) {
    const path = `${prefix}${name}`;
    if (kind === 'folder') paths.push(...(await listAll(fs, join(folder, name), `${path}/`)));
    else paths.push(path);
  }
  return paths.sort();
}
