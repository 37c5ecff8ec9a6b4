import { Option } from 'commander';
import type { Change } from '../project/plan.ts';
import type { Setup } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

interface InitFlags {
  readonly ci?: 'github';
}

/** `weir init`: a small system to start from; with `--ci`, in a folder that is not empty, only a workflow. */
export const init: Setup = (program, run) => {
  program
    .command('init')
    .description('write a small system that checks, builds and runs into an empty folder')
    .argument('[folder]', 'the current one where it is left out')
    .addOption(
      new Option('--ci <system>', 'also a workflow that checks it; into a project that is there, only that').choices([
        'github',
      ]),
    )
    .action(
      run(async (terminal: Terminal, folder: string | undefined, { ci }: InitFlags) => {
        const { relative, resolve } = await import('node:path');
        const { disk } = await import('../project/file-system.ts');
        const { withWriter } = await import('../project/transaction.ts');
        const { interruptible } = await import('./interrupt.ts');
        const root = resolve(terminal.cwd, folder ?? '.');
        const write = (where: string, changes: readonly Change[]) =>
          interruptible((signal) => withWriter(disk, where, { signal }, (writer) => writer.apply(changes, { signal })));
        if (ci !== undefined && (await visibleIn(root, folder ?? '.')).length > 0) {
          await addWorkflow(terminal, root, write);
          return exitCode.fine;
        }
        await refuseNonEmpty(root, folder ?? '.');
        const changes = await firstFiles(root);
        await write(root, changes);
        if (ci !== undefined) await addWorkflow(terminal, root, write);
        const where = relative(terminal.cwd, root);
        terminal.out.write(`${changes.length} files created in ${root}. Next:\n\n`);
        if (where !== '') terminal.out.write(`  cd ${where}\n`);
        terminal.out.write('  npm install\n  npm run dev\n');
        return exitCode.fine;
      }),
    );
};

async function addWorkflow(
  terminal: Terminal,
  root: string,
  write: (where: string, changes: readonly Change[]) => Promise<unknown>,
): Promise<void> {
  const { githubWorkflow } = await import('../project/ci-workflow.ts');
  const workflow = await githubWorkflow(root);
  await write(workflow.root, [workflow.change]);
  terminal.out.write(`${workflow.change.path} created in ${workflow.root}.\n`);
}

/** What is in a folder, but for what is hidden. Nothing where there is no folder. */
async function visibleIn(root: string, shown: string): Promise<readonly string[]> {
  const { disk, codeOf } = await import('../project/file-system.ts');
  const { onFile } = await import('../project/fault.ts');
  const entries = await onFile('look into it', shown, async () => {
    try {
      return await disk.list(root);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  });
  return entries.map(({ name }) => name).filter((name) => !name.startsWith('.') || name === '.gitignore');
}

async function refuseNonEmpty(root: string, shown: string): Promise<void> {
  const { ProjectError } = await import('../project/fault.ts');
  const visible = await visibleIn(root, shown);
  if (visible.length === 0) return;
  const some = visible.toSorted().slice(0, 3).join(', ');
  const message = `the folder is not empty: it holds ${some}${visible.length > 3 ? ' and more' : ''}`;
  throw new ProjectError([{ file: shown, message, hint: 'Name a new folder: `weir init my-system`.' }]);
}

/** What other packages a new project needs; the versions that this one is tested with. */
export const versions = { typescript: '^7.0.2', '@types/node': '^24.19.2' } as const;

async function firstFiles(root: string): Promise<readonly Change[]> {
  const { basename, join } = await import('node:path');
  const { disk } = await import('../project/file-system.ts');
  const { listAll } = await import('../project/list-all.ts');
  const { packageFolder } = await import('../project/own-package.ts');
  const template = join(packageFolder, 'templates', 'system');
  const name = packageNameOf(basename(root));
  const changes: Change[] = [
    { action: 'create', path: 'package.json', text: `${JSON.stringify(await packageJson(name), null, 2)}\n` },
  ];
  for (const path of await listAll(disk, template)) {
    const text = (await disk.readFile(join(template, path))).toString('utf8').replaceAll('{name}', name);
    // npm leaves a `.gitignore` out of the packages that it makes.
    changes.push({ action: 'create', path: path === 'gitignore' ? '.gitignore' : path, text });
  }
  return changes;
}

/** A folder's name as npm takes it. */
export function packageNameOf(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '');
  return name === '' ? 'library' : name;
}

async function packageJson(name: string): Promise<object> {
  const { packageVersion } = await import('../project/own-package.ts');
  const weir = `^${packageVersion()}`;
  return {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    workspaces: ['services/*'],
    engines: { node: '>=22.18' },
    scripts: {
      check: 'weir check',
      build: 'weir build',
      types: 'tsc',
      test: 'weir build && node --test "services/**/*.test.ts"',
      dev: 'weir dev',
      graph: 'weir graph -o topology.svg',
      start: 'weir build && node generated/system.ts',
    },
    dependencies: { '@weir/runtime': weir },
    devDependencies: {
      '@types/node': versions['@types/node'],
      '@weir/language': weir,
      typescript: versions.typescript,
    },
  };
}
