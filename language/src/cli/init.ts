import type { Change } from '../project/plan.ts';
import type { Setup } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** `weir init`: a small system to start from. */
export const init: Setup = (program, run) => {
  program
    .command('init')
    .description('write a small system that checks, builds and runs into an empty folder')
    .argument('[folder]', 'the current one where it is left out')
    .action(
      run(async (terminal: Terminal, folder: string | undefined) => {
        const { relative, resolve } = await import('node:path');
        const { disk } = await import('../project/file-system.ts');
        const { withWriter } = await import('../project/transaction.ts');
        const { interruptible } = await import('./interrupt.ts');
        const root = resolve(terminal.cwd, folder ?? '.');
        await refuseNonEmpty(root, folder ?? '.');
        const changes = await firstFiles(root);
        await interruptible((signal) =>
          withWriter(disk, root, { signal }, (writer) => writer.apply(changes, { signal })),
        );
        const where = relative(terminal.cwd, root);
        terminal.out.write(`${changes.length} files created in ${root}. Next:\n\n`);
        if (where !== '') terminal.out.write(`  cd ${where}\n`);
        terminal.out.write('  npm install\n  npm run dev\n');
        return exitCode.fine;
      }),
    );
};

async function refuseNonEmpty(root: string, shown: string): Promise<void> {
  const { disk, codeOf } = await import('../project/file-system.ts');
  const { onFile, ProjectError } = await import('../project/fault.ts');
  const entries = await onFile('look into it', shown, async () => {
    try {
      return await disk.list(root);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  });
  const visible = entries.map(({ name }) => name).filter((name) => !name.startsWith('.') || name === '.gitignore');
  if (visible.length === 0) return;
  const some = visible.sort().slice(0, 3).join(', ');
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
