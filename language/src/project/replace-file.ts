import { randomUUID } from 'node:crypto';
import { onFile } from './fault.ts';
import { codeOf, disk, type FileSystem } from './file-system.ts';

/**
 * Writes one file that the user has named, whole or not at all; a device or a pipe is written to as it is. Throws a
 * `ProjectError` that calls it `shown`.
 */
export async function replaceFile(path: string, shown: string, text: string, fs: FileSystem = disk): Promise<void> {
  await onFile('write it', shown, async () => {
    const target = await existing(fs, path);
    if (target !== undefined && (await fs.stat(target)).kind === 'other') return fs.writeFile(target, text);
    const beside = `${target ?? path}.${randomUUID()}`;
    try {
      await fs.writeFile(beside, text, { exclusive: true });
      await fs.rename(beside, target ?? path);
    } catch (error) {
      await fs.unlink(beside).catch(() => {});
      throw error;
    }
  });
}

async function existing(fs: FileSystem, path: string): Promise<string | undefined> {
  try {
    return await fs.realpath(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
