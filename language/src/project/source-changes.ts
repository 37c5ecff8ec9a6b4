import { join } from 'node:path';
import { onFile, ProjectError } from './fault.ts';
import type { FileSystem } from './file-system.ts';
import type { Change } from './plan.ts';
import { decode } from './text.ts';

interface Source {
  readonly path: string;
  readonly text: string;
}

/**
 * The changes that put new texts in the place of those that were read; a byte order mark stays. Throws a `ProjectError`
 * that names every file that somebody has changed since.
 */
export async function sourceChanges(
  fs: FileSystem,
  root: string,
  read: readonly Source[],
  wanted: readonly Source[],
): Promise<readonly Change[]> {
  const texts = new Map(read.map(({ path, text }) => [path, text]));
  const changes: Change[] = [];
  const overtaken: string[] = [];
  for (const { path, text } of wanted) {
    if (texts.get(path) === text) continue;
    const before = await onFile('read it', path, () => fs.readFile(join(root, path)));
    const now = decode(before);
    if (now.text === undefined || now.text !== texts.get(path)) overtaken.push(path);
    else changes.push({ action: 'update', path, text: (now.bom ? '\ufeff' : '') + text, before });
  }
  if (overtaken.length > 0) {
    const message = 'it was changed while it was being checked';
    throw new ProjectError(
      overtaken.map((file) => ({ file, message, hint: 'Nothing was written; run the command again.' })),
    );
  }
  return changes;
}
