import { Uri, workspace } from 'vscode';
import { isThere } from '../project.ts';

/**
 * How the command line is called for a project: as the setting `weir.command` says, else the nearest that npm has installed
 * upward, else what is on the path.
 */
export async function commandLine(root: Uri): Promise<readonly [string, ...string[]]> {
  const [program, ...args] = workspace.getConfiguration('weir', root).get<readonly string[]>('command') ?? [];
  if (program !== undefined && program !== '') return [program, ...args];
  for (let folder = root; ; folder = Uri.joinPath(folder, '..')) {
    const script = Uri.joinPath(folder, 'node_modules/@weir/language/bin/weir.js');
    if (await isThere(script)) return ['node', script.fsPath];
    if (Uri.joinPath(folder, '..').path === folder.path) break;
  }
  return [process.platform === 'win32' ? 'weir.cmd' : 'weir'];
}
