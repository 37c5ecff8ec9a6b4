import type { Setup } from './command.ts';
import type { Terminal } from './terminal.ts';

/** `weir dev`: the whole system in one process, built and started anew at every change. */
export const dev: Setup = (program, run) => {
  program
    .command('dev')
    .description('run the whole system here, and again whenever something changes')
    .argument('[path]', 'a folder or file of the project')
    .option('--quiet', 'do not show each call')
    .action(
      run(async (terminal: Terminal, path: string | undefined, flags: { readonly quiet?: true }) => {
        const { runDev } = await import('./dev/session.ts');
        return runDev(terminal, path, flags);
      }),
    );
};
