import type { Setup } from './command.ts';
import { exitCode } from './exit-code.ts';

/** `weir lsp`: the language server, for any editor that speaks the protocol. */
export const lsp: Setup = (program, run) => {
  program
    .command('lsp')
    .description('start the language server, for editors')
    .option('--stdio', 'over standard input and output (always so)')
    .option('--clientProcessId <pid>', 'end when this process ends')
    .action(
      run(async () => {
        const { startServer } = await import('../editor/server.ts');
        startServer();
        return exitCode.fine;
      }),
    );
};
