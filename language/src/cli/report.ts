import { type Fault, Interrupted, ProjectError } from '../project/fault.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import type { Channel, Terminal } from './terminal.ts';

/** Says what an error means to the person at the terminal, and gives the exit code that goes with it. */
export function reportError(error: unknown, terminal: Terminal): ExitCode {
  const { err, env } = terminal;
  if (error instanceof Interrupted) {
    err.write('interrupted; nothing was changed\n');
    return exitCode.interrupted;
  }
  if (error instanceof ProjectError) {
    for (const fault of error.faults) printFault(fault, err);
    if (env.WEIR_DEBUG && error.cause instanceof Error) err.write(`${error.cause.stack}\n`);
    return exitCode.input;
  }
  const { red, bold } = err.colors;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  err.write(`${bold(red('fault'))} this is an error in Weir, not in your sources: ${message}\n`);
  err.write('  Please report it with the command, what `weir --version` prints and, if you can, the sources.\n');
  if (env.WEIR_DEBUG) err.write(`${error instanceof Error ? error.stack : ''}\n`);
  else err.write('  WEIR_DEBUG=1 prints where it happened.\n');
  return exitCode.fault;
}

/** `weir.json:3:5: error …` with how to mend it below. */
function printFault(fault: Fault, { write, colors }: Channel): void {
  const { bold, red, cyan } = colors;
  const place = [fault.file, fault.line, fault.line === undefined ? undefined : fault.column];
  const at = place.filter((part) => part !== undefined).join(':');
  write(`${at === '' ? '' : `${bold(at)}: `}${red('error')}: ${fault.message}\n`);
  if (fault.hint !== undefined) write(`  ${cyan('help')}: ${fault.hint}\n`);
}
