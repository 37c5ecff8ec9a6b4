import { Command, CommanderError } from 'commander';
import { packageVersion } from '../project/own-package.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import type { Setup } from './command.ts';
import { deployDiff } from './deploy-diff.ts';
import { dev } from './dev.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { explain } from './explain.ts';
import { fmt } from './fmt.ts';
import { graph } from './graph.ts';
import { init } from './init.ts';
import { lsp } from './lsp.ts';
import { model } from './model.ts';
import { render } from './render.ts';
import { reportError } from './report.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const commands: readonly Setup[] = [check, build, render, deployDiff, fmt, graph, model, dev, init, explain, lsp];

const afterHelp = `
Exit codes:
  0    nothing at or above --fail-on (errors, unless you say otherwise)
  1    findings; or --check, and something would change
  2    wrong usage, or input or output that cannot be read or written
  3    a fault of Weir itself
  130  interrupted; nothing was left half-written

A PATH is a folder or a file of a project, and the current folder where it is left out. The project is the nearest
folder upward with a weir.json, or else the folder itself.`;

/** Runs a command line and gives the exit code. It never throws. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = exitCode.fine;
  const program = new Command('weir')
    .description('Describe a system of services once; check it, compile it, run it.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', afterHelp)
    .showHelpAfterError('(weir --help tells more)')
    .configureOutput({ writeOut: terminal.out.write, writeErr: terminal.err.write })
    .exitOverride();
  for (const setUp of commands) {
    setUp(program, (action) => async (...given) => {
      code = await action(terminal, ...given);
    });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.fine : exitCode.input;
    return reportError(error, terminal);
  }
}

/** The command line of this process. */
export async function run(): Promise<void> {
  let terminal: Terminal;
  try {
    terminal = processTerminal();
  } catch {
    process.stderr.write('error: the current folder is not there any more\n');
    process.exitCode = exitCode.input;
    return;
  }
  // What is thrown outside of a command, in a callback of a watcher say, is a fault of ours as well.
  process.on('uncaughtException', (error) => process.exit(reportError(error, terminal)));
  process.exitCode = await main(process.argv.slice(2), terminal);
}
