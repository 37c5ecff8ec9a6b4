import type { Setup } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** `weir model`: the system as JSON, for tools that others write. */
export const model: Setup = (program, run) => {
  program
    .command('model')
    .description('print the system as JSON')
    .argument('[path]', 'a folder or file of the project')
    .option('--schema', 'print the JSON schema of the model instead')
    .action(
      run(async (terminal: Terminal, path: string | undefined, flags: { readonly schema?: true }) => {
        if (flags.schema) {
          const { join } = await import('node:path');
          const { disk } = await import('../project/file-system.ts');
          const { packageFolder } = await import('../project/own-package.ts');
          terminal.out.write((await disk.readFile(join(packageFolder, 'model.schema.json'))).toString('utf8'));
          return exitCode.fine;
        }
        const { readProject } = await import('./analyze.ts');
        const { model } = await readProject(terminal, path);
        terminal.out.write(`${JSON.stringify(model, null, 2)}\n`);
        if (model.problems.length > 0) {
          const some = model.problems.length === 1 ? 'a problem' : `${model.problems.length} problems`;
          terminal.err.write(`The model is partial: it has ${some}. \`weir check\` shows more.\n`);
        }
        return exitCode.fine;
      }),
    );
};
