import type { Command } from 'commander';
import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What a command does; what it was given comes after the terminal. */
// biome-ignore lint/suspicious/noExplicitAny: commander hands over what the command's own declaration says
type Action = (terminal: Terminal, ...given: any[]) => Promise<ExitCode>;

/** Adds a command to the program. What the command needs is imported when it runs: `weir --help` loads nothing else. */
export type Setup = (program: Command, run: (action: Action) => (...given: unknown[]) => Promise<void>) => void;
