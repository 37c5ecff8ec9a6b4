import { RelativePattern, Uri, workspace } from 'vscode';
import type { Project } from '../project.ts';

export type BuildState =
  | { readonly kind: 'never' }
  | { readonly kind: 'built' }
  /** With the source that was changed last. */
  | { readonly kind: 'old'; readonly changed: Uri };

/** So many sources are looked at: it is asked after each save. */
const most = 2000;

/** Whether a project has been built since its sources were saved last, by the times of its files. */
export async function buildState({ root, settings }: Project): Promise<BuildState> {
  const manifest = Uri.joinPath(root, await outputFolder(settings), '.weir-manifest.json');
  const built = await changedAt(manifest);
  if (built === undefined) return { kind: 'never' };
  const sources = await workspace.findFiles(new RelativePattern(root, '**/*.svc'), '**/node_modules/**', most);
  const times = await Promise.all(sources.map(async (uri) => ({ uri, at: (await changedAt(uri)) ?? 0 })));
  const last = times.sort((a, b) => b.at - a.at)[0];
  return last && last.at > built ? { kind: 'old', changed: last.uri } : { kind: 'built' };
}

async function outputFolder(settings: Uri | undefined): Promise<string> {
  try {
    const bytes = settings && (await workspace.fs.readFile(settings));
    const { out } = bytes ? JSON.parse(new TextDecoder().decode(bytes)) : {};
    return typeof out === 'string' ? out : 'generated';
  } catch {
    return 'generated';
  }
}

async function changedAt(uri: Uri): Promise<number | undefined> {
  try {
    return (await workspace.fs.stat(uri)).mtime;
  } catch {
    return undefined;
  }
}
