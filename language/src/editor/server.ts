import { Console } from 'node:console';
import { setFlagsFromString } from 'node:v8';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { nodeHost } from './node-host.ts';
import { serve } from './serve.ts';

/**
 * How much garbage may come on top of what is in use before all of it is collected, in percent: V8 would let it grow to
 * several times as much. While one types at 5,000 services, 0.7 GB rather than 1.1; with half of it no less, for twice as
 * many pauses.
 */
const garbage = 100;

/** While a first project is read nearly all of it is there to stay: nothing is gained by looking for garbage; milliseconds. */
const start = 10_000;

/** Starts the language server on standard input and output; it ends with the client. */
export function startServer(): void {
  setTimeout(() => setFlagsFromString(`--heap-growing-percent=${garbage}`), start).unref();
  // What is printed there belongs to the protocol: a word from any library would end the talk.
  globalThis.console = new Console(process.stderr, process.stderr);
  serve(createConnection(ProposedFeatures.all, process.stdin, process.stdout), nodeHost());
}
