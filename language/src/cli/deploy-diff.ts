import { Option } from 'commander';
import type { ClusterObject } from '../diff/deploy/cluster-object.ts';
import type { Setup } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

interface DeployDiffFlags {
  readonly env?: string;
  readonly format: 'text' | 'json';
}

/** `weir deploy-diff OLD NEW`: what changes in the cluster. */
export const deployDiff: Setup = (program, run) => {
  program
    .command('deploy-diff')
    .description('say what changes in the cluster between two versions of a system')
    .argument('<old>', 'a project, or a file of objects: what `weir render` or `kubectl get -o yaml` printed')
    .argument('<new>', 'likewise')
    .option('--env <name>', 'the environment; the base where it is left out')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['text', 'json']).default('text'))
    .action(
      run(async (terminal: Terminal, old: string, now: string, { env, format }: DeployDiffFlags) => {
        const before = await objectsAt(terminal, old, env);
        const after = await objectsAt(terminal, now, env);
        if (before === undefined || after === undefined) return exitCode.findings;
        const { objectChanges } = await import('../diff/deploy/changes.ts');
        const changes = objectChanges(before, after);
        if (format === 'json') terminal.out.write(`${JSON.stringify({ changes }, null, 2)}\n`);
        else (await import('./print/deploy-changes.ts')).printDeployChanges(changes, terminal.out);
        const refused = changes.some(({ fields }) => fields.some(({ immutable }) => immutable));
        return refused ? exitCode.findings : exitCode.fine;
      }),
    );
};

/** The objects of a file, or of a project's environment; undefined when the project has errors, which have been shown. */
async function objectsAt(
  terminal: Terminal,
  path: string,
  env: string | undefined,
): Promise<readonly ClusterObject[] | undefined> {
  const { isObjectFile, readObjects } = await import('../project/cluster-objects.ts');
  if (isObjectFile(path)) return readObjects(terminal.cwd, path);
  const { renderedObjects } = await import('./render.ts');
  const objects = await renderedObjects(terminal, path, env);
  // As the cluster gets them: without what only TypeScript sees.
  return objects && (JSON.parse(JSON.stringify(objects)) as readonly ClusterObject[]);
}
