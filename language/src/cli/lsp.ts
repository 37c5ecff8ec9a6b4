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
        // By its name, as sources (.ts) and what is built from them (.js) differ in it.
        const { extname } = await import('node:path');
        const server: { startServer(): void } = await import(
          new URL(`../editor/server${extname(import.meta.url)}`, import.meta.url).href
        );
        server.startServer();
        return exitCode.fine;
      }),
    );
};
