import { Option } from 'commander';
import type { CheckFlags } from './check/flags.ts';
import type { Setup } from './command.ts';
import type { Terminal } from './terminal.ts';

const severity = ['error', 'warning', 'hint'];

/** `weir check`: what the rules have to say of a project. */
export const check: Setup = (program, run) => {
  program
    .command('check')
    .description('check the whole system')
    .argument('[path]', 'a folder or file of the project')
    .addOption(
      new Option('--format <format>', 'how findings are printed')
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'the least that makes the exit code 1').choices(severity).default('error'),
    )
    .addOption(
      new Option(
        '--rule <name=severity>',
        'error, warning, hint or off for a rule, whatever weir.json says; repeatable',
      )
        .default([], 'none')
        .argParser((given: string, all: readonly string[]) => [...all, given]),
    )
    .option('--list-rules', 'list the rules, with the severities that hold here')
    .option('--baseline <file>', 'tell only what is not in this file')
    .addOption(
      new Option('--write-baseline', 'accept what is found now: write the baseline').conflicts(['fix', 'watch']),
    )
    .addOption(new Option('--fix', 'make the fixes that leave no choice').conflicts('watch'))
    .option('--dry-run', 'with --fix: write nothing, and print what would change')
    .addOption(new Option('--watch', 'check again whenever something changes, until Ctrl-C'))
    .option('--no-cache', 'check, even if nothing has changed since the last time')
    .addHelpText('after', afterHelp)
    .action(
      run(async (terminal: Terminal, path: string | undefined, flags: CheckFlags) => {
        const { runCheck } = await import('./check/run.ts');
        return runCheck(terminal, path, flags);
      }),
    );
};

const afterHelp = `
Exit codes:
  0    nothing at or above --fail-on, but for what the baseline accepts
  1    findings at or above --fail-on; with --fix, those that are left
  2    wrong usage, or a source, weir.json or baseline that cannot be read or written
  3    a fault of Weir itself
  130  Ctrl-C: that is how one ends --watch`;
