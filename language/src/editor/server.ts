import { Console } from 'node:console';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { nodeHost } from './node-host.ts';
import { serve } from './serve.ts';

/** Starts the language server on standard input and output; it ends with the client. */
export function startServer(): void {
  // What is printed there belongs to the protocol: a word from any library would end the talk.
  globalThis.console = new Console(process.stderr, process.stderr);
  serve(createConnection(ProposedFeatures.all, process.stdin, process.stdout), nodeHost());
}
