import { Uri, workspace } from 'vscode';

/** A project as the editor sees it: the nearest folder upward that holds a weir.json, or else the folder of the file. */
export interface Project {
  readonly root: Uri;
  readonly settings?: Uri;
}

/** The project of a file; nothing for a text that is not stored anywhere. */
export async function projectOf(file: Uri): Promise<Project | undefined> {
  if (file.scheme === 'untitled') return undefined;
  const folder = Uri.joinPath(file, '..');
  for (let root = folder; ; root = Uri.joinPath(root, '..')) {
    const settings = Uri.joinPath(root, 'weir.json');
    if (await isThere(settings)) return { root, settings };
    if (Uri.joinPath(root, '..').path === root.path) return { root: folder };
  }
}

export async function isThere(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

/** The last part of a path. */
export const nameOf = ({ path }: Uri): string => path.slice(path.lastIndexOf('/') + 1);
