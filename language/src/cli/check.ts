import { Option } from 'commander';
import type { Severity } from '../rules/index.ts';
import type { Setup } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

interface CheckFlags {
  readonly format: 'text' | 'json';
  readonly failOn: Severity;
}

/** `weir check`: what the rules have to say of a project. */
export const check: Setup = (program, run) => {
  program
    .command('check')
    .description('check the whole system')
    .argument('[path]', 'a folder or file of the project')
    .addOption(new Option('--format <format>', 'how findings are printed').choices(['text', 'json']).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'the least that makes the exit code 1')
        .choices(['error', 'warning', 'hint'])
        .default('error'),
    )
    .action(
      run(async (terminal: Terminal, path: string | undefined, { format, failOn }: CheckFlags) => {
        const { analyze } = await import('./analyze.ts');
        const { project, diagnostics } = await analyze(terminal, path);
        const { printFindings, printFindingsJson, reaches } = await import('./findings.ts');
        if (format === 'json') printFindingsJson(terminal, project, diagnostics);
        else printFindings(terminal.out, terminal, project, diagnostics);
        return reaches(diagnostics, failOn) ? exitCode.findings : exitCode.fine;
      }),
    );
};
