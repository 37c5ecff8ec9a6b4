import { Option } from 'commander';
import type { BuildFlags } from './build/flags.ts';
import type { Setup } from './command.ts';
import type { Terminal } from './terminal.ts';

/** `weir build`: writes what the sources ask for, all of it or nothing. */
export const build: Setup = (program, run) => {
  program
    .command('build')
    .description('write types, servers, clients, contracts and manifests')
    .argument('[path]', 'a folder or file of the project')
    .addOption(new Option('--check', 'write nothing, and fail if anything would change').conflicts('dryRun'))
    .option('--dry-run', 'write nothing, and list what would change')
    .addOption(new Option('--target <name...>', 'only these targets: `--target kubernetes,helm`').argParser(listed))
    .option('--env <name>', 'only this environment: what others say over the base is left as it is')
    .option('--out <folder>', 'another folder than `out` in weir.json')
    .addOption(
      new Option('--watch', 'build again whenever a source or setting changes, until Ctrl-C').conflicts([
        'check',
        'dryRun',
      ]),
    )
    .action(
      run(async (terminal: Terminal, path: string | undefined, flags: BuildFlags) => {
        const { runBuild } = await import('./build/run.ts');
        return runBuild(terminal, path, flags);
      }),
    );
};

/** Names with commas or blanks between them, of one flag or of several. */
const listed = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  ...text.split(',').filter((name) => name !== ''),
];
