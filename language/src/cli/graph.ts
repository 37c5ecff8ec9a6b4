import { Option } from 'commander';
import type { Setup } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

interface GraphFlags {
  readonly format?: 'svg' | 'mermaid';
  readonly output?: string;
}

/** `weir graph`: the system as a picture. */
export const graph: Setup = (program, run) => {
  program
    .command('graph')
    .description('draw the system: services, resources, events, and who calls whom')
    .argument('[path]', 'a folder or file of the project')
    .addOption(new Option('--format <format>', 'svg unless the output ends in .mmd').choices(['svg', 'mermaid']))
    .option('-o, --output <file>', 'write it there instead of printing it')
    .action(
      run(async (terminal: Terminal, path: string | undefined, flags: GraphFlags) => {
        const { readProject } = await import('./analyze.ts');
        const { model } = await readProject(terminal, path);
        const mermaid = (flags.format ?? (flags.output?.endsWith('.mmd') ? 'mermaid' : 'svg')) === 'mermaid';
        const { diagramOf, layOut, renderMermaid, renderSvg } = await import('../diagram/index.ts');
        const diagram = diagramOf(model);
        const picture = mermaid ? renderMermaid(diagram) : renderSvg(await layOut(diagram));
        if (flags.output === undefined) {
          terminal.out.write(picture);
        } else {
          const { resolve } = await import('node:path');
          const { replaceFile } = await import('../project/replace-file.ts');
          await replaceFile(resolve(terminal.cwd, flags.output), flags.output, picture);
        }
        return exitCode.fine;
      }),
    );
};
