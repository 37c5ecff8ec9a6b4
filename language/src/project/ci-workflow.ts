import { dirname, join, relative, sep } from 'node:path';
import { ProjectError } from './fault.ts';
import { disk, readIfThere } from './file-system.ts';
import { packageFolder } from './own-package.ts';
import type { Change } from './plan.ts';

/** A workflow to write, and the folder that its path is relative to. */
export interface CiWorkflow {
  readonly root: string;
  readonly change: Change;
}

const path = '.github/workflows/weir.yml';

/**
 * GitHub's workflow for a project: in the root of its repository, where GitHub looks. Throws a `ProjectError` where
 * there is one already.
 */
export async function githubWorkflow(project: string): Promise<CiWorkflow> {
  const root = await repositoryOf(project);
  if ((await readIfThere(disk, join(root, path))) !== undefined) {
    const hint = 'Move it away to get a new one.';
    throw new ProjectError([{ file: path, message: 'there is a workflow of that name already', hint }]);
  }
  const directory = relative(root, project).split(sep).join('/');
  const inProject = (file: string) => (directory === '' ? file : `${directory}/${file}`);
  const template = await disk.readFile(join(packageFolder, 'templates', 'ci', 'github.yml'));
  const text = template
    .toString('utf8')
    .replace('WEIR_DIRECTORY', directory === '' ? '.' : directory)
    .replace('WEIR_LOCKFILE', inProject('package-lock.json'))
    .replace('WEIR_SARIF', inProject('weir.sarif'));
  return { root, change: { action: 'create', path, text } };
}

/** The nearest folder upward that Git knows, else the folder itself. */
async function repositoryOf(folder: string): Promise<string> {
  for (let here = folder; ; here = dirname(here)) {
    if (await isThere(join(here, '.git'))) return here;
    if (dirname(here) === here) return folder;
  }
}

/** A worktree has a file there, a clone a folder. */
async function isThere(file: string): Promise<boolean> {
  return disk.stat(file).then(
    () => true,
    () => false,
  );
}
