import type { KubernetesObject } from '../emit/kubernetes/objects.ts';
import type { Setup } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

interface RenderFlags {
  readonly env?: string;
}

/** `weir render`: all objects of an environment as one stream, for `kubectl apply -f -`. */
export const render: Setup = (program, run) => {
  program
    .command('render')
    .description('print the Kubernetes objects of an environment as one stream')
    .argument('[path]', 'a folder or file of the project')
    .option('--env <name>', 'an environment of the system; the base where it is left out')
    .action(
      run(async (terminal: Terminal, path: string | undefined, { env }: RenderFlags) => {
        const objects = await renderedObjects(terminal, path, env);
        if (objects === undefined) return exitCode.findings;
        const { yamlDocument } = await import('../emit/yaml/write.ts');
        terminal.out.write(objects.map(yamlDocument).join('---\n'));
        return exitCode.fine;
      }),
    );
};

/** The objects of a project without errors; undefined when it has some, which have been shown. */
export async function renderedObjects(
  terminal: Terminal,
  path: string | undefined,
  env: string | undefined,
): Promise<readonly KubernetesObject[] | undefined> {
  const { analyze } = await import('./analyze.ts');
  const { project, model, diagnostics } = await analyze(terminal, path);
  const { ofSeverity, printFindings } = await import('./findings.ts');
  const errors = ofSeverity(diagnostics, 'error');
  if (errors.length > 0) {
    printFindings(terminal.err, terminal, project, errors);
    return undefined;
  }
  const { environmentNamed } = await import('../project/environments.ts');
  const environment = env === undefined ? undefined : environmentNamed(model, env);
  const { objectsOf } = await import('../emit/kubernetes/objects.ts');
  const { withFaultsOfProject } = await import('../project/emit-faults.ts');
  return withFaultsOfProject(() => objectsOf(model, project.config, environment));
}
